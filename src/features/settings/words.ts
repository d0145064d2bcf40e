/** The choices of the settings in words. */
import { ENGINE_NAMES, type EngineChoice } from '../../engine/engine';
import { describeModel } from '../../models/describe';
import { ModelError } from '../../models/errors';
import { PRESETS, type PresetName } from '../../models/presets';
import type { ModelSpec } from '../../models/spec';

const ENGINES: Readonly<Record<EngineChoice, string>> = {
  auto: 'automatic',
  'tfjs-webgpu': 'WebGPU',
  'tfjs-webgl': 'WebGL',
  'tfjs-wasm': 'WASM',
  'tfjs-cpu': 'JavaScript',
};

export const ENGINE_CHOICES = (['auto', ...ENGINE_NAMES] as const).map((value) => ({
  value,
  label: ENGINES[value],
}));

/** `own`: the layers are nobody's preset, as a link can carry them. */
export type PresetChoice = PresetName | 'own';

const PRESET_NAMES = ['tiny', 'small', 'res'] as const satisfies readonly PresetName[];

/** The preset whose layers these are, whatever the input and embedding size. */
export function presetOf(model: ModelSpec): PresetChoice {
  return (
    PRESET_NAMES.find(
      (name) => JSON.stringify(PRESETS[name].stages) === JSON.stringify(model.stages),
    ) ?? 'own'
  );
}

export function presetChoices(
  model: ModelSpec,
): readonly { readonly value: PresetChoice; readonly label: string }[] {
  const presets = PRESET_NAMES.map((name) => ({
    value: name,
    label: `${name}, ${PRESETS[name].inputSize}×${PRESETS[name].inputSize}`,
  }));
  return presetOf(model) === 'own' ? [...presets, { value: 'own', label: model.name }] : presets;
}

export interface ModelCost {
  /** Trainable, class centres included. */
  readonly parameters: number;
  readonly flopsPerImage: number;
}

/** What a network holds and costs with that many identities; `null` where it cannot be built. */
export function costOf(model: ModelSpec, classes: number): ModelCost | null {
  try {
    const { parameters, flopsPerImage } = describeModel(model, classes);
    return { parameters, flopsPerImage };
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}
