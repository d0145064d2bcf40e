/**
 * The gradient of a convolution's filter, split over the output rows: every thread owns one filter row,
 * 4 input and 4 output channels and a share of the rows; the shares are added in a second pass. tfjs has
 * one thread per filter element and a serial loop over the whole batch (0.22 GFLOP/s measured on a
 * software adapter). No atomics, so the result repeats bit for bit.
 */
import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { ConvolutionInfo } from '../replace';
import { componentsFor, runProgram } from './program';
import { sumParts } from './sum-parts';

/** Enough threads to fill a large GPU; beyond it more parts only cost memory. */
const WANTED_THREADS = 16384;
/** Output positions per thread below which the second pass would outweigh the first. */
const LEAST_POSITIONS = 32;

/** Whether `filterGradient` can do it: output channels in fours, no dilation. */
export function canFilterGradient(info: ConvolutionInfo): boolean {
  return info.outChannels % 4 === 0 && info.dilationHeight === 1 && info.dilationWidth === 1;
}

/** `x` and `dy` → `[fh, fw, in, out]`. */
export function filterGradient(
  backend: WebGPUBackend,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  info: ConvolutionInfo,
): tf.TensorInfo {
  const components = componentsFor(info.inChannels);
  const inGroups = Math.ceil(info.inChannels / 4);
  const outGroups = info.outChannels / 4;
  const tiles = info.filterHeight * inGroups * outGroups;
  const rows = info.batchSize * info.outHeight;
  const rowsPerPart = Math.max(
    Math.ceil(rows / Math.ceil(WANTED_THREADS / tiles)),
    Math.ceil(LEAST_POSITIONS / info.outWidth),
  );
  const parts = Math.ceil(rows / rowsPerPart);
  const partial = runProgram(backend, {
    key: `filter-gradient ${components} ${info.filterWidth}`,
    inputs: [
      { name: 'x', tensor: x, components },
      { name: 'dy', tensor: dy, components: 4 },
    ],
    output: { shape: [parts, ...info.filterShape], components: 4 },
    integers: {
      parts,
      rowsPerPart,
      rows,
      inHeight: info.inHeight,
      inWidth: info.inWidth,
      inChannels: info.inChannels,
      inGroups,
      outHeight: info.outHeight,
      outWidth: info.outWidth,
      outGroups,
      filterHeight: info.filterHeight,
      strideDown: info.strideHeight,
      strideRight: info.strideWidth,
      padTop: info.padInfo.top,
      padLeft: info.padInfo.left,
    },
    threads: parts * tiles,
    code: source(components, info.filterWidth),
  });
  return sumParts(backend, partial, parts, info.filterShape, 1);
}

function source(components: 1 | 4, filterWidth: number): string {
  const columns = Array.from({ length: filterWidth }, (_, column) => column);
  const channels = ['x', 'y', 'z', 'w'] as const;
  const each = (line: (column: number, lane: string, r: number) => string): string =>
    columns.flatMap((column) => channels.map((lane, r) => line(column, lane, r))).join('\n');
  const load =
    components === 4
      ? 'return x[position * uniforms.inGroups + group];'
      : `
  let at = position * uniforms.inChannels + group * 4;
  let left = uniforms.inChannels - group * 4;
  var value = vec4<f32>(x[at], 0.0, 0.0, 0.0);
  if (left > 1) { value.y = x[at + 1]; }
  if (left > 2) { value.z = x[at + 2]; }
  if (left > 3) { value.w = x[at + 3]; }
  return value;`;
  return `
fn inputAt(position : i32, group : i32) -> vec4<f32> {
  ${load}
}

fn main(index : i32) {
  let outGroup = index % uniforms.outGroups;
  let group = index / uniforms.outGroups % uniforms.inGroups;
  let i = index / uniforms.outGroups / uniforms.inGroups % uniforms.filterHeight;
  let part = index / uniforms.outGroups / uniforms.inGroups / uniforms.filterHeight;
  if (part >= uniforms.parts) { return; }
  ${each((column, lane) => `var sum${column}${lane} = vec4<f32>(0.0);`)}
  let end = min(uniforms.rows, (part + 1) * uniforms.rowsPerPart);
  for (var row = part * uniforms.rowsPerPart; row < end; row++) {
    let y = row % uniforms.outHeight * uniforms.strideDown + i - uniforms.padTop;
    if (y < 0 || y >= uniforms.inHeight) { continue; }
    let start = (row / uniforms.outHeight * uniforms.inHeight + y) * uniforms.inWidth;
    for (var column = 0; column < uniforms.outWidth; column++) {
      let d = dy[(row * uniforms.outWidth + column) * uniforms.outGroups + outGroup];
      let left = column * uniforms.strideRight - uniforms.padLeft;
      ${columns
        .map(
          (column) => `
      if (left + ${column} >= 0 && left + ${column} < uniforms.inWidth) {
        let value = inputAt(start + left + ${column}, group);
        ${channels.map((lane) => `sum${column}${lane} += value.${lane} * d;`).join('\n')}
      }`,
        )
        .join('\n')}
    }
  }
  let channel = group * 4;
  let place = (part * uniforms.filterHeight + i) * ${filterWidth};
  ${each(
    (column, lane, r) => `
  if (channel + ${r} < uniforms.inChannels) {
    result[((place + ${column}) * uniforms.inChannels + channel + ${r}) * uniforms.outGroups + outGroup]
      = sum${column}${lane};
  }`,
  )}
}`;
}
