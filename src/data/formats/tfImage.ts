/**
 * The image of a tf.train.Example as encoded bytes: as it is, or raw 8-bit pixels `[height, width, 1]`
 * or `[height, width, 3]` as the PGM or PPM of the same samples.
 */

import { corrupt } from './archive';
import type { FormatError } from './errors';
import { sniff } from './sniff';
import { type Example, imageBytes, statedShape } from './tfExample';

/** An encoded image in two pieces: what is put before the bytes, and the bytes. */
export interface FoundImage {
  readonly header: Uint8Array;
  /** A view into the example. */
  readonly bytes: Uint8Array;
}

const NO_HEADER = new Uint8Array(0);

/** The image, or why there is none. */
export function findImage(example: Example): FoundImage | FormatError {
  const bytes = imageBytes(example);
  if (bytes === null) {
    const names = [...example.keys()].slice(0, 12).join(', ');
    return corrupt(`None of its features is known as an image: ${names || 'it has none'}.`);
  }
  const header = netpbmHeader(example, bytes.length);
  if (header !== null) return { header, bytes };
  if (sniff(bytes).kind === 'image') return { header: NO_HEADER, bytes };
  return corrupt(
    `Its ${bytes.length} bytes are no image that can be read, nor pixels of a stated height and width.`,
  );
}

/** For pixels that fill the stated shape to the byte, which an encoded image does not. */
function netpbmHeader(example: Example, length: number): Uint8Array | null {
  const shape = statedShape(example);
  if (shape === null) return null;
  const { height, width } = shape;
  const depth = shape.depth ?? length / (height * width);
  if (height < 1 || width < 1 || height * width * depth !== length) return null;
  if (depth !== 1 && depth !== 3) return null;
  return new TextEncoder().encode(`P${depth === 1 ? 5 : 6} ${width} ${height} 255\n`);
}
