/**
 * NumPy's element types as its files name them (`|u1`, `<f4`, `>i8`, `<U12`), and how their bytes
 * become numbers or text. Types that hold Python objects or records are refused by name.
 */
import { FormatError } from './errors';

export interface NpyDtype {
  /** `text` is NumPy's U (four bytes a character) or S (one). */
  readonly kind: 'uint' | 'int' | 'float' | 'bool' | 'text';
  /** Bytes an element takes. */
  readonly itemSize: number;
  readonly littleEndian: boolean;
  /** Bytes a character takes; 0 for numbers. */
  readonly characterSize: 0 | 1 | 4;
}

/** A name longer than this is none. */
const LONGEST_TEXT = 4096;

const NUMBERS: Readonly<Record<string, NpyDtype['kind']>> = {
  b1: 'bool',
  u1: 'uint',
  u2: 'uint',
  u4: 'uint',
  u8: 'uint',
  i1: 'int',
  i2: 'int',
  i4: 'int',
  i8: 'int',
  f2: 'float',
  f4: 'float',
  f8: 'float',
};

function refused(what: string, remedy: string): FormatError {
  return new FormatError('archive/unsupported', what, remedy);
}

/**
 * @param descr as in the header of a `.npy`
 * @throws FormatError `archive/unsupported`, naming the type
 */
export function dtypeOf(descr: string): NpyDtype {
  const code = descr.replace(/^[<>|=]/, '');
  const littleEndian = !descr.startsWith('>');
  const kind = NUMBERS[code];
  if (kind !== undefined) {
    return { kind, itemSize: Number(code.slice(1)), littleEndian, characterSize: 0 };
  }
  if (code.startsWith('O')) {
    throw refused(
      'It holds Python objects, a pickle inside, which is never run.',
      'Save it as an array of numbers, for example with numpy.stack.',
    );
  }
  const text = /^([USa])(\d{1,6})$/.exec(code);
  const length = Number(text?.[2]);
  if (text === null || length < 1 || length > LONGEST_TEXT) {
    throw refused(
      `Its elements are of the type ${descr.slice(0, 40)}, which is not read.`,
      'Save it as uint8, int64, float32 or another plain type.',
    );
  }
  const characterSize = text[1] === 'U' ? 4 : 1;
  return { kind: 'text', itemSize: length * characterSize, littleEndian, characterSize };
}

/** IEEE 754 half precision. */
function halfToNumber(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

type ReadNumber = (view: DataView, at: number, littleEndian: boolean) => number;

const READERS: Readonly<Record<string, ReadNumber>> = {
  bool1: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
  uint1: (view, at) => view.getUint8(at),
  uint2: (view, at, little) => view.getUint16(at, little),
  uint4: (view, at, little) => view.getUint32(at, little),
  uint8: (view, at, little) => Number(view.getBigUint64(at, little)),
  int1: (view, at) => view.getInt8(at),
  int2: (view, at, little) => view.getInt16(at, little),
  int4: (view, at, little) => view.getInt32(at, little),
  int8: (view, at, little) => Number(view.getBigInt64(at, little)),
  float2: (view, at, little) => halfToNumber(view.getUint16(at, little)),
  float4: (view, at, little) => view.getFloat32(at, little),
  float8: (view, at, little) => view.getFloat64(at, little),
};

/** The numbers in whole elements; 8-byte integers beyond 2⁵³ lose their last digits. */
export function decodeNumbers(bytes: Uint8Array, dtype: NpyDtype): Float64Array<ArrayBuffer> {
  const read = READERS[`${dtype.kind}${dtype.itemSize}`];
  if (read === undefined) throw new Error(`no numbers in elements of the kind ${dtype.kind}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float64Array(Math.floor(bytes.length / dtype.itemSize));
  for (let index = 0; index < numbers.length; index += 1) {
    numbers[index] = read(view, index * dtype.itemSize, dtype.littleEndian);
  }
  return numbers;
}

const utf8 = new TextDecoder();

function characters(bytes: Uint8Array, dtype: NpyDtype): string {
  if (dtype.characterSize === 1) return utf8.decode(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = view.getUint32(at, dtype.littleEndian);
    text += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  }
  return text;
}

/** One element as a person would write it: text without its padding, whole numbers with all digits. */
export function elementText(bytes: Uint8Array, dtype: NpyDtype): string {
  if (dtype.kind === 'text') return characters(bytes, dtype).replace(/\0+$/, '');
  if (dtype.itemSize === 8 && dtype.kind !== 'float') {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const value =
      dtype.kind === 'int'
        ? view.getBigInt64(0, dtype.littleEndian)
        : view.getBigUint64(0, dtype.littleEndian);
    return value.toString();
  }
  return String(decodeNumbers(bytes, dtype)[0]);
}
