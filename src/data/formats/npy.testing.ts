/** NumPy arrays for tests, written after the format's description in numpy/lib/format.py. */
import { bytesOf, concat } from './bytes.testing';

export interface NpyChoices {
  readonly version?: 1 | 2 | 3;
  readonly fortran?: boolean;
  /** Instead of the text that the other choices make. */
  readonly header?: string;
}

export function makeNpy(
  descr: string,
  shape: readonly number[],
  data: ArrayBufferView,
  { version = 1, fortran = false, header }: NpyChoices = {},
): Uint8Array<ArrayBuffer> {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const order = fortran ? 'True' : 'False';
  const text = header ?? `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${sizes}), }`;
  const head = bytesOf(`${text}\n`);
  const length = new Uint8Array(version === 1 ? 2 : 4);
  const view = new DataView(length.buffer);
  if (version === 1) view.setUint16(0, head.length, true);
  else view.setUint32(0, head.length, true);
  const magic = Uint8Array.of(0x93, ...bytesOf('NUMPY'), version, 0);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return concat(magic, length, head, bytes);
}

/** The pixels of a binary PGM or PPM with what stands before them, as text. */
export function netpbmParts(image: Uint8Array): { header: string; pixels: number[] } {
  // Three lines, then the pixels.
  let end = 0;
  for (let lines = 0; lines < 3; end += 1) if (image[end] === 10) lines += 1;
  return {
    header: new TextDecoder().decode(image.subarray(0, end)).trimEnd().replace(/\n/g, ' '),
    pixels: [...image.subarray(end)],
  };
}
