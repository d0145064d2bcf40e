/** For tests: what the storages of two bytes make of numbers, worked out without a GPU. */
import type { Storage } from '../storage';

const ONE = new DataView(new ArrayBuffer(4));

/** `value` as the storage keeps it, in its bits: rounded to the nearest, from the middle to the even one. */
function bitsOf(value: number, storage: Storage): number {
  ONE.setFloat32(0, value);
  const bits = ONE.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 255) - 127;
  if (storage === 'bfloat16') {
    if (Number.isNaN(value)) return sign | 0x7fc0;
    const rest = bits & 0xffff;
    const up = rest > 0x8000 || (rest === 0x8000 && (bits & 0x10000) !== 0) ? 1 : 0;
    return (bits >>> 16) + up;
  }
  // Beyond the range of halves the engine stores NaN.
  if (!(Math.abs(value) < 65520)) return sign | 0x7e00;
  const unit = 2 ** (Math.max(exponent, -14) - 10);
  const steps = Math.abs(value) / unit;
  const below = Math.floor(steps);
  const rest = steps - below;
  const whole = below + (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? 1 : 0);
  // 1024 steps are the leading one of a normal number; a carry into the exponent comes out right by itself.
  return sign | ((Math.max(exponent, -14) + 14) * 1024 + whole);
}

function numberOf(bits: number, storage: Storage): number {
  if (storage === 'bfloat16') {
    ONE.setUint32(0, bits << 16);
    return ONE.getFloat32(0);
  }
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The bytes of `values` in a storage of two bytes, two numbers a word. */
export function encoded(values: Float32Array, storage: Storage): Uint32Array<ArrayBuffer> {
  const halves = Uint16Array.from(values, (value) => bitsOf(value, storage));
  return new Uint32Array(halves.buffer);
}

/** The way back; `words` has two numbers in each four bytes. */
export function decoded(words: Float32Array, storage: Storage): Float32Array {
  const halves = new Uint16Array(words.buffer, words.byteOffset, 2 * words.length);
  return Float32Array.from(halves, (bits) => numberOf(bits, storage));
}

/** What is left of `values` when they were stored so. */
export function rounded(values: Float32Array, storage: Storage): Float32Array<ArrayBuffer> {
  if (storage === 'float32') return values.slice();
  return Float32Array.from(values, (value) => numberOf(bitsOf(value, storage), storage));
}
