/**
 * PGM and PPM (netpbm `P2`, `P3`, `P5`, `P6`), which browsers do not decode: plain and raw, comments,
 * and up to 16 bits a sample (big-endian). Grey is replicated to RGB.
 * Format: https://netpbm.sourceforge.net/doc/pgm.html
 */
import { FormatError } from './errors';

export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 3]`, 0–255. */
  readonly rgb: Uint8Array<ArrayBuffer>;
}

/** A header that asks for more than this is damage, not a face crop. */
const MOST_PIXELS = 1 << 26;

function invalid(message: string): FormatError {
  return new FormatError('image/invalid', message, 'Save the image again.');
}

function isSpace(byte: number | undefined): boolean {
  return byte !== undefined && (byte === 32 || (byte >= 9 && byte <= 13));
}

/** Reads whole numbers separated by white space and `#` comments. */
class Tokens {
  offset = 2;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @param what names the number in the message when it is not there */
  next(what: string): number {
    const bytes = this.#bytes;
    while (isSpace(bytes[this.offset]) || bytes[this.offset] === 35) {
      if (bytes[this.offset] !== 35) this.offset += 1;
      else while (this.offset < bytes.length && bytes[this.offset] !== 10) this.offset += 1;
    }
    let value = 0;
    const start = this.offset;
    for (; this.offset < bytes.length; this.offset += 1) {
      const digit = bytes[this.offset]! - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (this.offset === start) {
      throw invalid(
        start >= bytes.length
          ? `It ends before ${what}.`
          : `There is no number at byte ${start}, where ${what} should be.`,
      );
    }
    return value;
  }
}

/** Samples as the file has them, 0 … maxval. */
function readSamples(
  bytes: Uint8Array,
  tokens: Tokens,
  layout: { readonly plain: boolean; readonly count: number; readonly maxval: number },
): Uint16Array {
  const samples = new Uint16Array(layout.count);
  if (layout.plain) {
    for (let index = 0; index < layout.count; index += 1) {
      samples[index] = Math.min(tokens.next(`sample ${index + 1} of ${layout.count}`), 65535);
    }
    return samples;
  }
  const wide = layout.maxval > 255;
  // One white space character ends the header; the rest is data even if it looks like white space.
  const start = tokens.offset + 1;
  const needed = layout.count * (wide ? 2 : 1);
  if (bytes.length - start < needed) {
    throw invalid(
      `It is cut short: ${Math.max(bytes.length - start, 0)} of ${needed} bytes of pixels.`,
    );
  }
  for (let index = 0; index < layout.count; index += 1) {
    samples[index] = wide
      ? bytes[start + 2 * index]! * 256 + bytes[start + 2 * index + 1]!
      : bytes[start + index]!;
  }
  return samples;
}

/** @throws FormatError `image/invalid` or `image/unsupported` */
export function decodeNetpbm(bytes: Uint8Array): RgbImage {
  const type = bytes[0] === 80 ? (bytes[1] ?? 0) - 48 : 0;
  if (![2, 3, 5, 6].includes(type)) {
    throw new FormatError('image/unsupported', 'It is no PGM or PPM.', 'Give a PGM (P2 or P5).');
  }
  const tokens = new Tokens(bytes);
  const width = tokens.next('its width');
  const height = tokens.next('its height');
  const maxval = tokens.next('its largest value');
  if (width < 1 || height < 1 || width * height > MOST_PIXELS) {
    throw invalid(`Its size is ${width}×${height} pixels.`);
  }
  if (maxval < 1 || maxval > 65535)
    throw invalid(`Its largest value is ${maxval}, not 1 to 65535.`);
  const channels = type === 3 || type === 6 ? 3 : 1;
  const count = width * height * channels;
  const samples = readSamples(bytes, tokens, { plain: type < 4, count, maxval });
  const rgb = new Uint8Array(width * height * 3);
  for (let index = 0; index < rgb.length; index += 1) {
    const sample = samples[channels === 3 ? index : Math.floor(index / 3)]!;
    rgb[index] = Math.min(255, Math.round((sample * 255) / maxval));
  }
  return { width, height, rgb };
}
