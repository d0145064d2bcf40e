/**
 * A compute program in tfjs's own form, so that it runs in order with tfjs's operations and on its
 * buffers. One thread per index, no workgroup memory: software rasterisers emulate barriers slowly, and
 * the tiles these programs keep in registers do the same work.
 */
import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';

export type Components = 1 | 4;

export interface ProgramDescription {
  /** Unique per code: tfjs keeps pipelines by it. Everything baked into `code` must show in it. */
  readonly key: string;
  /** Name in the code and its tensor; `components` 4 makes it an array of `vec4<f32>`. */
  readonly inputs: readonly {
    readonly name: string;
    readonly tensor: tf.TensorInfo;
    readonly components: Components;
  }[];
  readonly output: { readonly shape: readonly number[]; readonly components: Components };
  /** 32-bit integers in the code as `uniforms.<name>`. */
  readonly integers: Readonly<Record<string, number>>;
  /** 32-bit floats in the code as `uniforms.<name>`. */
  readonly floats?: Readonly<Record<string, number>>;
  readonly threads: number;
  /** WGSL with `fn main(index : i32)`; writes `result`. */
  readonly code: string;
}

const WORKGROUP = 64;

/** Enqueues one dispatch and returns its new output. */
export function runProgram(backend: WebGPUBackend, description: ProgramDescription): tf.TensorInfo {
  const { key, inputs, output, integers, floats = {}, threads, code } = description;
  const declare = (names: readonly string[], type: string): string =>
    names.map((name) => `${name} : ${type}, `).join('');
  const program: WebGPUProgram = {
    variableNames: inputs.map(({ name }) => name),
    variableComponents: inputs.map(({ components }) => components),
    outputShape: [...output.shape],
    outputComponent: output.components,
    workgroupSize: [WORKGROUP, 1, 1],
    dispatchLayout: { x: output.shape.map((_, axis) => axis) },
    dispatch: [Math.ceil(threads / WORKGROUP), 1, 1],
    shaderKey: `adacos ${key} ${inputs.map(({ components }) => components).join('')}`,
    uniforms: declare(Object.keys(integers), 'i32') + declare(Object.keys(floats), 'f32'),
    getUserCode: () => code,
  };
  return backend.runWebGPUProgram(
    program,
    inputs.map(({ tensor }) => tensor),
    'float32',
    [
      ...Object.values(integers).map((value) => ({ type: 'int32', data: [value] })),
      ...Object.values(floats).map((value) => ({ type: 'float32', data: [value] })),
    ],
  );
}

/** 4 where the last axis allows arrays of `vec4<f32>`. */
export function componentsFor(lastAxis: number): Components {
  return lastAxis % 4 === 0 ? 4 : 1;
}
