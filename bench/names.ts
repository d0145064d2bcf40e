/** The arms of the comparison by name, and which process runs each. */

export const ARM_NAMES = [
  'fused',
  'fused-one',
  'fused-products',
  'tfjs-webgpu',
  'tfjs-webgpu-tuned',
  'tfjs-webgl',
  'tfjs-wasm',
  'jax-js-webgpu',
  'pytorch-cpu',
  'pytorch-cuda',
] as const;
export type ArmName = (typeof ARM_NAMES)[number];

export type PythonArm = Extract<ArmName, `pytorch-${string}`>;
export type ScriptArm = Exclude<ArmName, PythonArm>;

export function isPythonArm(name: ArmName): name is PythonArm {
  return name.startsWith('pytorch-');
}
