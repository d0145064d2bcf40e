/**
 * How the values of an array become grey levels from 0 to 255, and a slice of it becomes a PGM or PPM.
 */
import { decodeNumbers, type NpyDtype } from './npyDtype';
import type { ImageLayout } from './npyLayout';

/** level = (value − low) · factor, rounded and clamped to 0 … 255; what is no number becomes 0. */
export interface PixelScale {
  readonly low: number;
  readonly factor: number;
}

export interface ScaleChoice {
  readonly scale: PixelScale;
  /** One sentence where the range had to be guessed from the values, else `null`. */
  readonly note: string | null;
}

/** Interpolation overshoots: a little beyond a range still belongs to it. */
const SLACK = 0.01;

const AS_IT_IS: PixelScale = { low: 0, factor: 1 };
const UNIT: PixelScale = { low: 0, factor: 255 };
const SIGNED_UNIT: PixelScale = { low: -1, factor: 127.5 };

function rangeOf(values: Float64Array): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Whether the values must be looked at to know their range. */
export function needsSample(dtype: NpyDtype): boolean {
  return dtype.kind !== 'bool' && !(dtype.kind === 'uint' && dtype.itemSize === 1);
}

/**
 * 0…1 becomes 0…255, 0…255 stays, −1…1 is moved; any other range is stretched from the least to the
 * greatest value of the sample.
 *
 * @param sample values of the array's first images; not looked at for bytes and truth values
 * @param what names the array in the note
 */
export function chooseScale(dtype: NpyDtype, sample: Float64Array, what: string): ScaleChoice {
  if (dtype.kind === 'bool') return { scale: UNIT, note: null };
  if (!needsSample(dtype)) return { scale: AS_IT_IS, note: null };
  const { low, high } = rangeOf(sample);
  const within = (least: number, most: number, slack: number) =>
    low >= least - slack && high <= most + slack;
  if (within(0, 1, SLACK)) return { scale: UNIT, note: null };
  if (within(-1, 1, SLACK)) return { scale: SIGNED_UNIT, note: null };
  if (within(0, 255, 255 * SLACK)) return { scale: AS_IT_IS, note: null };
  const note = `The values of ${what} run from ${rounded(low)} to ${rounded(high)} in its first images; these were made 0 and 255.`;
  return { scale: { low, factor: high > low ? 255 / (high - low) : 0 }, note };
}

const ascii = new TextEncoder();

function netpbmHeader({ width, height, channels }: ImageLayout): Uint8Array {
  return ascii.encode(`${channels === 1 ? 'P5' : 'P6'}\n${width} ${height}\n255\n`);
}

/** Bytes of the image that `toNetpbm` makes. */
export function netpbmSize(layout: ImageLayout): number {
  const { width, height, channels } = layout;
  return netpbmHeader(layout).length + width * height * (channels === 1 ? 1 : 3);
}

function toLevels(
  bytes: Uint8Array,
  dtype: NpyDtype,
  { low, factor }: PixelScale,
): Uint8Array | Uint8ClampedArray {
  if (!needsSample(dtype) && factor === 1) return bytes;
  const levels = new Uint8ClampedArray(Math.floor(bytes.length / dtype.itemSize));
  // A clamped array rounds to the nearest and turns NaN into 0.
  decodeNumbers(bytes, dtype).forEach((value, index) => {
    levels[index] = (value - low) * factor;
  });
  return levels;
}

/**
 * One image as a binary PGM or PPM; a fourth channel, transparency, is left out.
 *
 * @param bytes `[height, width, channels]` elements, or `[channels, height, width]`
 */
export function toNetpbm(
  bytes: Uint8Array,
  dtype: NpyDtype,
  layout: ImageLayout,
  scale: PixelScale,
): Uint8Array<ArrayBuffer> {
  const levels = toLevels(bytes, dtype, scale);
  const header = netpbmHeader(layout);
  const image = new Uint8Array(netpbmSize(layout));
  image.set(header);
  const { channels, channelsFirst } = layout;
  const kept = channels === 1 ? 1 : 3;
  if (kept === channels && (!channelsFirst || kept === 1)) {
    image.set(levels, header.length);
    return image;
  }
  const pixels = layout.width * layout.height;
  const [perPixel, perChannel] = channelsFirst ? [1, pixels] : [channels, 1];
  let to = header.length;
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    for (let channel = 0; channel < kept; channel += 1) {
      image[to] = levels[pixel * perPixel + channel * perChannel]!;
      to += 1;
    }
  }
  return image;
}
