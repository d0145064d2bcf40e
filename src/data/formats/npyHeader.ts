/**
 * The header of a NumPy array file (`.npy`, versions 1 to 3): what its elements are, how many, and where
 * they begin. Claims are compared with the size of the file before anybody allocates for them.
 * Format: numpy/lib/format.py of NumPy.
 */
import { FormatError } from './errors';
import { dtypeOf, type NpyDtype } from './npyDtype';
import { type PythonLiteral, parsePythonLiteral } from './pythonLiteral';

/** An array file, wherever it lies: by itself, or in a zip. */
export interface NpyFile {
  /** As messages and paths call it, without `.npy`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The first `length` bytes, fewer only at the end. */
  head(length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The whole file, for reading anywhere. @throws FormatError */
  open(): Promise<Blob>;
}

export interface NpyHeader {
  readonly dtype: NpyDtype;
  readonly shape: readonly number[];
  /** The first index runs fastest, instead of the last. */
  readonly fortranOrder: boolean;
  /** Where the elements begin, in bytes. */
  readonly dataOffset: number;
  /** Elements, as the header claims. */
  readonly count: number;
}

/** An array with its header read. */
export interface NpyArray {
  readonly file: NpyFile;
  readonly header: NpyHeader;
}

const MAGIC = '\x93NUMPY';
const USUAL_HEAD = 4096;
const LONGEST_HEADER = 1 << 20;
const MOST_DIMENSIONS = 32;

function damaged(message: string): FormatError {
  return new FormatError('archive/corrupt', message, 'Save the array again, or copy it once more.');
}

export function cutArray(name: string, has: number, needs: number): FormatError {
  return new FormatError(
    'archive/truncated',
    `The array ${name} is cut short: ${has} of ${needs} bytes are there.`,
    'Copy or download it again; what was whole has been read.',
  );
}

/** `13233 × 62 × 47`, for messages. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'a single number' : shape.join(' × ');
}

/** Where the text of the header lies, from the first bytes. */
function textRange(head: Uint8Array): { start: number; end: number; isUtf8: boolean } {
  if (head.length < 12 || String.fromCharCode(...head.subarray(0, 6)) !== MAGIC) {
    throw damaged('It does not begin like a NumPy array.');
  }
  const version = head[6]!;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (version < 1 || version > 3) {
    throw new FormatError(
      'archive/unsupported',
      `It is a NumPy array of format version ${version}; versions 1 to 3 are read.`,
      'Save it again with numpy.save.',
    );
  }
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER) throw damaged(`Its header claims to be ${length} bytes long.`);
  return { start, end: start + length, isUtf8: version === 3 };
}

function shapeOf(value: PythonLiteral | undefined): readonly number[] {
  const isSize = (size: PythonLiteral) => typeof size === 'number' && size >= 0;
  // `instanceof` does not narrow a readonly array, so that the sizes are taken one by one.
  const sizes = Array.isArray(value) && value.length <= MOST_DIMENSIONS ? value : null;
  if (sizes === null || !sizes.every(isSize)) throw damaged('Its header has no shape.');
  return sizes.map(Number);
}

function parseHeader(text: string, dataOffset: number): NpyHeader {
  const fields = parsePythonLiteral(text);
  if (!(fields instanceof Map)) {
    throw damaged('Its header is not the text that NumPy writes.');
  }
  const shape = shapeOf(fields.get('shape'));
  const fortranOrder = fields.get('fortran_order');
  if (typeof fortranOrder !== 'boolean') throw damaged('Its header does not tell its order.');
  const descr: unknown = fields.get('descr');
  if (Array.isArray(descr)) {
    throw new FormatError(
      'archive/unsupported',
      'Its elements are records of several fields, which are not read.',
      'Save the images and the labels as arrays of their own.',
    );
  }
  if (typeof descr !== 'string') throw damaged('Its header does not tell what its elements are.');
  const count = shape.reduce((product, size) => product * size, 1);
  return { dtype: dtypeOf(descr), shape, fortranOrder, dataOffset, count };
}

/** @throws FormatError `archive/corrupt`, `archive/truncated`, or `archive/unsupported` */
export async function readNpyHeader(file: NpyFile): Promise<NpyHeader> {
  let head = await file.head(USUAL_HEAD);
  const { start, end, isUtf8 } = textRange(head);
  if (end > file.size) throw cutArray(file.name, file.size, end);
  if (end > head.length) head = await file.head(end);
  if (end > head.length) throw cutArray(file.name, head.length, end);
  const decoder = new TextDecoder(isUtf8 ? 'utf-8' : 'latin1');
  return parseHeader(decoder.decode(head.subarray(start, end)), end);
}

/** Refuses an array whose elements are not all there. @throws FormatError `archive/truncated` */
export function checkWhole({ file, header }: NpyArray): void {
  const needs = header.dataOffset + header.count * header.dtype.itemSize;
  if (needs > file.size) throw cutArray(file.name, file.size, needs);
}

/** An array that is a file by itself. */
export function blobFile(name: string, blob: Blob): NpyFile {
  return {
    name,
    size: blob.size,
    head: async (length) => {
      const end = Math.min(length, blob.size);
      return new Uint8Array(await blob.slice(0, end).arrayBuffer());
    },
    open: async () => blob,
  };
}
