/**
 * What a pickle is made of once it is read: plain values, lists and tuples, and places in the file for
 * the bytes that are too many to keep. Nothing here is a Python object and nothing can be called.
 */
import type { StringEncoding } from './pickleStrings';

/** Bytes, text, or Python 2's `str`, which may be either. */
export class PickleString {
  readonly kind = 'string';
  readonly type: 'bytes' | 'text' | 'str';
  /** Where it is written, in bytes from the start of the file. */
  readonly offset: number;
  readonly length: number;
  readonly encoding: StringEncoding;
  /** The string where it is short, else `null`; of bytes, one character each. */
  readonly kept: string | null;

  constructor(
    type: PickleString['type'],
    place: { readonly offset: number; readonly length: number; readonly encoding: StringEncoding },
    kept: string | null,
  ) {
    this.type = type;
    this.offset = place.offset;
    this.length = place.length;
    this.encoding = place.encoding;
    this.kept = kept;
  }
}

export class PickleList {
  readonly kind = 'list';
  readonly items: PickleValue[] = [];
}

export class PickleTuple {
  readonly kind = 'tuple';
  readonly items: readonly PickleValue[];

  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** The few names of Python that are understood: none of them is run, each stands for data. */
export type GlobalName =
  | 'encode'
  | 'bytes'
  | 'bytearray'
  | 'ndarray'
  | 'dtype'
  | 'reconstruct'
  | 'frombuffer'
  | 'scalar';

export class PickleGlobal {
  readonly kind = 'global';
  readonly name: GlobalName;

  constructor(name: GlobalName) {
    this.name = name;
  }
}

/** A NumPy element type, `descr` as in `u1` or `<i4`. */
export class PickleDtype {
  readonly kind = 'dtype';
  readonly code: string;
  byteOrder = '|';

  constructor(code: string) {
    this.code = code;
  }

  get descr(): string {
    return `${this.byteOrder}${this.code}`;
  }
}

/** A NumPy array; empty until its state is set. */
export class PickleArray {
  readonly kind = 'array';
  dtype: PickleDtype | null = null;
  shape: readonly number[] = [0];
  data: PickleString | null = null;
}

export type PickleValue =
  | null
  | boolean
  | number
  | PickleString
  | PickleList
  | PickleTuple
  | PickleGlobal
  | PickleDtype
  | PickleArray;
