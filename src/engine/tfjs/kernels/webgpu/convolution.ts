/**
 * Convolution and the gradient of its input, NHWC, straight from the definition with a register tile of
 * 4 columns × 4 channels per thread. Used on software adapters, where tfjs's tiles in workgroup memory
 * cost five times as much (0.55 against 2.8 GFLOP/s measured). Reads 2 vectors per 16 multiply-adds.
 */
import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { ConvolutionInfo } from '../replace';
import { componentsFor, runProgram } from './program';

const COLUMNS = [0, 1, 2, 3] as const;

/** One line of WGSL for each of the four columns of a thread's tile. */
function perColumn(line: (column: number) => string): string {
  return COLUMNS.map(line).join('\n');
}

function sizes(info: ConvolutionInfo): Record<string, number> {
  return {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inChannels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outGroups: info.outChannels / 4,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideDown: info.strideHeight,
    strideRight: info.strideWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
}

/** Whether `convolve` can do it: output channels in fours, no dilation. */
export function canConvolve(info: ConvolutionInfo): boolean {
  return info.outChannels % 4 === 0 && info.dilationHeight === 1 && info.dilationWidth === 1;
}

/** `[batch, h, w, in] * [fh, fw, in, out]` → `[batch, oh, ow, out]`. */
export function convolve(
  backend: WebGPUBackend,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  info: ConvolutionInfo,
): tf.TensorInfo {
  const components = componentsFor(info.inChannels);
  const multiply =
    components === 4
      ? `
      let w1 = filters[at + uniforms.outGroups];
      let w2 = filters[at + 2 * uniforms.outGroups];
      let w3 = filters[at + 3 * uniforms.outGroups];
      ${perColumn(
        (j) => `
      let x${j} = x[base${j} + c] * inside${j};
      sum${j} += x${j}.x * w0 + x${j}.y * w1 + x${j}.z * w2 + x${j}.w * w3;`,
      )}`
      : perColumn((j) => `sum${j} += x[base${j} + c] * inside${j} * w0;`);
  return runProgram(backend, {
    key: `convolve ${components}`,
    inputs: [
      { name: 'x', tensor: x, components },
      { name: 'filters', tensor: filter, components: 4 },
    ],
    output: { shape: info.outShape, components: 4 },
    integers: sizes(info),
    threads:
      info.batchSize * info.outHeight * Math.ceil(info.outWidth / 4) * (info.outChannels / 4),
    code: `
fn main(index : i32) {
  let tiles = (uniforms.outWidth + 3) / 4;
  let group = index % uniforms.outGroups;
  let column = (index / uniforms.outGroups) % tiles * 4;
  let line = index / uniforms.outGroups / tiles;
  let row = line % uniforms.outHeight;
  let image = line / uniforms.outHeight;
  if (image >= uniforms.batch) { return; }
  let inGroups = uniforms.inChannels / ${components};
  ${perColumn((j) => `var sum${j} = vec4<f32>(0.0);`)}
  for (var i = 0; i < uniforms.filterHeight; i++) {
    let y = row * uniforms.strideDown + i - uniforms.padTop;
    if (y < 0 || y >= uniforms.inHeight) { continue; }
    let start = (image * uniforms.inHeight + y) * uniforms.inWidth;
    for (var j = 0; j < uniforms.filterWidth; j++) {
      ${perColumn(
        (j) => `
      let left${j} = (column + ${j}) * uniforms.strideRight + j - uniforms.padLeft;
      let inside${j} = select(0.0, 1.0, left${j} >= 0 && left${j} < uniforms.inWidth);
      let base${j} = (start + clamp(left${j}, 0, uniforms.inWidth - 1)) * inGroups;`,
      )}
      var at = (i * uniforms.filterWidth + j) * uniforms.inChannels * uniforms.outGroups + group;
      for (var c = 0; c < inGroups; c++) {
        let w0 = filters[at];
        ${multiply}
        at += ${components} * uniforms.outGroups;
      }
    }
  }
  let place = (line * uniforms.outWidth + column) * uniforms.outGroups + group;
  ${perColumn(
    (j) => `
  if (column + ${j} < uniforms.outWidth) { result[place + ${j} * uniforms.outGroups] = sum${j}; }`,
  )}
}`,
  });
}

/** Whether `inputGradient` can do it: both channel counts in fours. */
export function canInputGradient(info: ConvolutionInfo): boolean {
  return info.inChannels % 4 === 0 && canConvolve(info);
}

/**
 * dx from dy and the filter. A thread's four columns lie `strideRight` apart, so that the same filter
 * columns reach all of them.
 */
export function inputGradient(
  backend: WebGPUBackend,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  info: ConvolutionInfo,
): tf.TensorInfo {
  const tiles = Math.ceil(info.inWidth / info.strideWidth / 4);
  const threads = info.batchSize * info.inHeight * info.strideWidth * tiles * (info.inChannels / 4);
  return runProgram(backend, {
    key: 'convolution-input-gradient',
    inputs: [
      { name: 'dy', tensor: dy, components: 4 },
      { name: 'filters', tensor: filter, components: 4 },
    ],
    output: { shape: info.inShape, components: 4 },
    integers: { ...sizes(info), tiles },
    threads,
    code: `
fn main(index : i32) {
  let inGroups = uniforms.inChannels / 4;
  let group = index % inGroups;
  let tile = index / inGroups % uniforms.tiles;
  let phase = index / inGroups / uniforms.tiles % uniforms.strideRight;
  let line = index / inGroups / uniforms.tiles / uniforms.strideRight;
  let row = line % uniforms.inHeight;
  let image = line / uniforms.inHeight;
  if (image >= uniforms.batch) { return; }
  ${perColumn((j) => `var sum${j} = vec4<f32>(0.0);`)}
  for (var i = 0; i < uniforms.filterHeight; i++) {
    let down = row + uniforms.padTop - i;
    if (down < 0 || down % uniforms.strideDown != 0) { continue; }
    let y = down / uniforms.strideDown;
    if (y >= uniforms.outHeight) { continue; }
    let start = (image * uniforms.outHeight + y) * uniforms.outWidth;
    for (var j = 0; j < uniforms.filterWidth; j++) {
      // Made positive before the remainder, which WGSL rounds towards zero.
      let right = phase + uniforms.padLeft - j + uniforms.filterWidth * uniforms.strideRight;
      if (right % uniforms.strideRight != 0) { continue; }
      let first = tile * 4 + right / uniforms.strideRight - uniforms.filterWidth;
      ${perColumn(
        (j) => `
      let left${j} = first + ${j};
      let inside${j} = select(0.0, 1.0, left${j} >= 0 && left${j} < uniforms.outWidth);
      let base${j} = (start + clamp(left${j}, 0, uniforms.outWidth - 1)) * uniforms.outGroups;`,
      )}
      let at = ((i * uniforms.filterWidth + j) * uniforms.inChannels + group * 4) * uniforms.outGroups;
      for (var c = 0; c < uniforms.outGroups; c++) {
        let w0 = filters[at + c];
        let w1 = filters[at + uniforms.outGroups + c];
        let w2 = filters[at + 2 * uniforms.outGroups + c];
        let w3 = filters[at + 3 * uniforms.outGroups + c];
        ${perColumn(
          (j) => `
        let d${j} = dy[base${j} + c] * inside${j};
        sum${j} += vec4<f32>(dot(d${j}, w0), dot(d${j}, w1), dot(d${j}, w2), dot(d${j}, w3));`,
        )}
      }
    }
  }
  ${perColumn(
    (j) => `
  let column${j} = (tile * 4 + ${j}) * uniforms.strideRight + phase;
  if (column${j} < uniforms.inWidth) {
    result[(line * uniforms.inWidth + column${j}) * inGroups + group] = sum${j};
  }`,
  )}
}`,
  });
}
