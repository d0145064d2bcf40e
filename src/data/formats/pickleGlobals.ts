/**
 * The names of Python that packs of images refer to, and the data each call of them stands for. Any
 * other name is refused where the pickle mentions it, before anything is done with it; nothing that is
 * named is ever run.
 */
import { FormatError } from './errors';
import { decodeNumbers, dtypeOf } from './npyDtype';
import { damagedPickle } from './pickleReader';
import {
  type GlobalName,
  PickleArray,
  PickleDtype,
  PickleGlobal,
  PickleString,
  PickleTuple,
  type PickleValue,
} from './pickleValues';

/** NumPy 2 has renamed `core`. */
const ALLOWED: ReadonlyMap<string, GlobalName> = new Map([
  ['_codecs.encode', 'encode'],
  // What Python 3 writes for no bytes at all, and for a bytearray.
  ['__builtin__.bytes', 'bytes'],
  ['builtins.bytes', 'bytes'],
  ['__builtin__.bytearray', 'bytearray'],
  ['builtins.bytearray', 'bytearray'],
  ['numpy.ndarray', 'ndarray'],
  ['numpy.dtype', 'dtype'],
  ['numpy.core.multiarray._reconstruct', 'reconstruct'],
  ['numpy._core.multiarray._reconstruct', 'reconstruct'],
  ['numpy.core.numeric._frombuffer', 'frombuffer'],
  ['numpy._core.numeric._frombuffer', 'frombuffer'],
  ['numpy.core.multiarray.scalar', 'scalar'],
  ['numpy._core.multiarray.scalar', 'scalar'],
]);

const MOST_DIMENSIONS = 8;

/** A name as it can be shown. */
function printable(name: string): string {
  const clean = name.replace(/[^\x20-\x7e]/g, '?');
  return clean.length > 80 ? `${clean.slice(0, 80)}…` : clean;
}

function refused(message: string): FormatError {
  return new FormatError(
    'archive/unsupported',
    message,
    'Give a verification pack as insightface writes it: a list of encoded images and a list of answers.',
  );
}

/** @throws FormatError `archive/unsupported` for every name that is not on the list */
export function globalOf(module: string, name: string): PickleGlobal {
  const allowed = ALLOWED.get(`${module}.${name}`);
  if (allowed === undefined) {
    throw refused(`It asks for ${printable(`${module}.${name}`)}, which is never run.`);
  }
  return new PickleGlobal(allowed);
}

/** The text of a short string, whatever kind of string it is. */
function textOf(value: PickleValue | undefined): string | null {
  return value instanceof PickleString ? value.kept : null;
}

function bytesOf(value: PickleValue | undefined): PickleString | null {
  return value instanceof PickleString && value.type !== 'text' ? value : null;
}

function unfit(name: GlobalName): FormatError {
  return damagedPickle(`The pickle calls ${name} with something it does not take.`);
}

/** Latin-1 text for bytes, which is how Python 3 writes bytes for Python 2. */
function encode([text, codec]: readonly PickleValue[]): PickleString {
  const known = ['latin1', 'latin-1', 'iso-8859-1'].includes(textOf(codec) ?? '');
  if (!(text instanceof PickleString) || text.type !== 'text' || !known) throw unfit('encode');
  if (text.kept !== null && /[^\0-\xff]/.test(text.kept)) throw unfit('encode');
  return new PickleString('bytes', text, text.kept);
}

function shapeOf(value: PickleValue | undefined): readonly number[] | null {
  if (!(value instanceof PickleTuple) || value.items.length > MOST_DIMENSIONS) return null;
  const isSize = (size: PickleValue) => typeof size === 'number' && size >= 0;
  return value.items.every(isSize) ? value.items.map(Number) : null;
}

/** Fortran's order is the same as C's for the one-dimensional arrays that packs hold. */
function fromBuffer([data, dtype, shape]: readonly PickleValue[]): PickleArray {
  const array = new PickleArray();
  const sizes = shapeOf(shape);
  const bytes = bytesOf(data);
  if (!(dtype instanceof PickleDtype) || sizes === null || bytes === null) {
    throw unfit('frombuffer');
  }
  array.dtype = dtype;
  array.shape = sizes;
  array.data = bytes;
  return array;
}

function scalar([dtype, data]: readonly PickleValue[]): boolean | number {
  const kept = bytesOf(data)?.kept ?? null;
  if (!(dtype instanceof PickleDtype) || kept === null) throw unfit('scalar');
  const type = dtypeOf(dtype.descr);
  const bytes = Uint8Array.from(kept, (character) => character.charCodeAt(0));
  if (type.kind === 'text' || bytes.length !== type.itemSize) throw unfit('scalar');
  const [value] = decodeNumbers(bytes, type);
  return type.kind === 'bool' ? value !== 0 : value!;
}

function newDtype([code]: readonly PickleValue[]): PickleDtype {
  const text = textOf(code);
  if (text === null) throw unfit('dtype');
  return new PickleDtype(text);
}

function bytesFrom(args: readonly PickleValue[], name: 'bytes' | 'bytearray'): PickleString {
  const empty = new PickleString('bytes', { offset: 0, length: 0, encoding: 'raw' }, '');
  const bytes = args.length === 0 ? empty : bytesOf(args[0]);
  if (bytes === null || args.length > 1) throw unfit(name);
  return bytes;
}

/** What a call of an allowed name stands for. @throws FormatError */
export function reduce(called: PickleValue, args: PickleValue): PickleValue {
  if (!(called instanceof PickleGlobal) || !(args instanceof PickleTuple)) {
    throw damagedPickle('The pickle calls something that is not a name.');
  }
  const { items } = args;
  switch (called.name) {
    case 'encode':
      return encode(items);
    case 'bytes':
    case 'bytearray':
      return bytesFrom(items, called.name);
    case 'dtype':
      return newDtype(items);
    case 'frombuffer':
      return fromBuffer(items);
    case 'scalar':
      return scalar(items);
    case 'reconstruct':
      if (items[0] instanceof PickleGlobal && items[0].name === 'ndarray') return new PickleArray();
      throw unfit('reconstruct');
    case 'ndarray':
      throw refused('It asks to make a numpy.ndarray by itself, which no pack of images does.');
    default:
      return called.name satisfies never;
  }
}

/** Fills an array or an element type that `reduce` made. @throws FormatError */
export function build(target: PickleValue | undefined, state: PickleValue): void {
  const items = state instanceof PickleTuple ? state.items : [];
  if (target instanceof PickleDtype) {
    const order = textOf(items[1]);
    if (order === null || !['|', '<', '>', '='].includes(order)) throw unfit('dtype');
    target.byteOrder = order;
  } else if (target instanceof PickleArray) {
    const [, shape, dtype, , data] = items;
    const array = fromBuffer([data ?? null, dtype ?? null, shape ?? null]);
    target.dtype = array.dtype;
    target.shape = array.shape;
    target.data = array.data;
  } else throw damagedPickle('The pickle sets the state of something that has none.');
}
