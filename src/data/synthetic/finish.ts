/**
 * From painted colours and brightness to bytes: light, exposure and contrast, blur, sensor noise.
 */
import { randomU32, STREAM } from '../../math/random';
import type { Nuisance } from './nuisance';
import type { Scene } from './scene';

/** Where highlights begin to roll off, so that bright skin keeps its drawing. */
const KNEE = 0.78;

function rollOff(value: number): number {
  if (value <= KNEE) return value < 0 ? 0 : value;
  const over = (value - KNEE) / (1 - KNEE);
  return KNEE + (1 - KNEE) * (over / (1 + 0.55 * over)) * 1.2;
}

/**
 * Writes the image as bytes.
 *
 * @param out `[size, size, 3]`, RGB
 * @param scratch at least `size · size · 3` numbers, overwritten
 */
export function develop(
  scene: Scene,
  noiseStep: number,
  seed: number,
  out: Uint8Array,
  scratch: Float32Array,
): void {
  const { canvas, how } = scene;
  const { rgb, light, size } = canvas;
  const { exposure, colour } = how.light;
  const { contrast, noise } = how.camera;
  for (let pixel = 0; pixel < light.length; pixel += 1) {
    const level = light[pixel]! * exposure;
    for (let channel = 0; channel < 3; channel += 1) {
      const at = pixel * 3 + channel;
      rgb[at] = (rgb[at]! * level * colour[channel]! - 0.5) * contrast + 0.5;
    }
  }
  blur(rgb, scratch, size, how);
  for (let pixel = 0; pixel < light.length; pixel += 1) {
    // One hash gives three 10-bit numbers; two of them make a triangular distribution.
    const a = randomU32(seed, STREAM.pixelNoise, noiseStep, pixel * 2);
    const b = randomU32(seed, STREAM.pixelNoise, noiseStep, pixel * 2 + 1);
    for (let channel = 0; channel < 3; channel += 1) {
      const bits = channel * 10;
      const grain = ((a >>> bits) & 1023) + ((b >>> bits) & 1023) - 1023;
      const at = pixel * 3 + channel;
      const value = rollOff(rgb[at]!) + (grain / 418) * noise;
      out[at] = value <= 0 ? 0 : value >= 1 ? 255 : Math.floor(value * 255 + 0.5);
    }
  }
}

/** Out of focus: a three-tap filter across and down, as wide on the face at every crop size. */
function blur(rgb: Float32Array, scratch: Float32Array, size: number, how: Nuisance): void {
  if (how.camera.blur <= 0) return;
  const passes = Math.max(1, Math.round((size / 48) * (size / 48)));
  const side = how.camera.blur / 3;
  const middle = 1 - 2 * side;
  const row = size * 3;
  for (let pass = 0; pass < passes; pass += 1) {
    for (let at = 0; at < rgb.length; at += 1) {
      const column = at % row;
      const left = column < 3 ? at : at - 3;
      const right = column >= row - 3 ? at : at + 3;
      scratch[at] = middle * rgb[at]! + side * (rgb[left]! + rgb[right]!);
    }
    for (let at = 0; at < rgb.length; at += 1) {
      const above = at < row ? at : at - row;
      const below = at >= rgb.length - row ? at : at + row;
      rgb[at] = middle * scratch[at]! + side * (scratch[above]! + scratch[below]!);
    }
  }
}
