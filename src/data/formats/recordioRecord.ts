/**
 * One record of a RecordIO file: its head without its image, or all of it, put together again where it
 * was split. No length is believed before it is compared with the file's.
 */
import { corrupt, truncated } from './archive';
import { FormatError } from './errors';
import type { FileWindow } from './fileWindow';
import {
  HEAD_BYTES,
  PART,
  PART_HEAD,
  padded,
  parseHead,
  partKind,
  partLength,
  RECORD_MAGIC,
  type RecordHead,
} from './recordioFormat';

/** A longer record holds no face crop. */
const LARGEST_RECORD = 1 << 26;
/** Where a record is longer than was thought, so much is read at a time. */
const MORE_BYTES = 1 << 16;

/** A record's head, and where the record ends in the file, with its padding. */
export interface PlacedHead {
  readonly head: RecordHead;
  readonly end: number;
}

/** Why there is no image record, one sentence. */
export interface NoHead {
  readonly why: string;
}

/** How many bytes of the file must be in the window to look at a record at `offset`. */
export function headBytes(size: number, offset: number): number {
  return Math.min(HEAD_BYTES, size - offset);
}

/**
 * The head of the record at `offset`; the window holds `headBytes` from there.
 * @returns `'split'` for a record in several parts, or why it is no image record, one sentence
 */
export function headAt(window: FileWindow, offset: number): PlacedHead | 'split' | NoHead {
  const part = partAt(window, offset);
  if (part instanceof Error) return { why: part.message };
  if (part.kind === PART.first) return 'split';
  if (part.kind !== PART.whole) return { why: `The record at byte ${offset} has no beginning.` };
  const at = offset + PART_HEAD - window.start;
  const head = parseHead(window.view, at, part.length);
  return typeof head === 'string' ? { why: head } : { head, end: part.end };
}

interface Part {
  readonly kind: number;
  readonly length: number;
  /** With the padding, which may be missing at the end of the file. */
  readonly end: number;
}

/** The part at `offset`, whose head the window holds as far as the file does. */
function partAt(window: FileWindow, offset: number): Part | FormatError {
  if (!window.holds(offset, PART_HEAD)) return truncated(`it ends at byte ${window.size}`);
  if (window.uint32(offset) !== RECORD_MAGIC) {
    return corrupt(`There is no record at byte ${offset}.`);
  }
  const word = window.uint32(offset + 4);
  const length = partLength(word);
  const start = offset + PART_HEAD;
  if (start + length > window.size) {
    const left = window.size - start;
    return truncated(`the record at byte ${offset} has ${left} of ${length} bytes`);
  }
  return { kind: partKind(word), length, end: Math.min(start + padded(length), window.size) };
}

/** A record's payload, and where the record ends. */
export interface WholeRecord {
  readonly payload: Uint8Array<ArrayBuffer>;
  readonly end: number;
}

/**
 * Reads all of the record at `offset`, moving the window only where it does not hold enough.
 * @param ahead bytes a move reads at least
 * @throws FormatError `archive/truncated` or `archive/corrupt`
 */
export async function readRecord(
  window: FileWindow,
  offset: number,
  ahead = MORE_BYTES,
): Promise<WholeRecord> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  let position = offset;
  for (;;) {
    await hold(window, position, PART_HEAD, ahead);
    const part = partAt(window, position);
    if (part instanceof Error) throw part;
    const isFirst = position === offset;
    if (isFirst !== part.kind <= PART.first || part.kind > PART.last) {
      throw corrupt(`The record at byte ${offset} is not whole: byte ${position} does not go on.`);
    }
    total += part.length + (isFirst ? 0 : 4);
    if (total > LARGEST_RECORD) throw corrupt(`The record at byte ${offset} has over 64 MB.`);
    await hold(window, position + PART_HEAD, part.length, ahead);
    if (!window.holds(position + PART_HEAD, part.length)) throw truncated('it became shorter');
    if (!isFirst) pieces.push(MAGIC_BYTES);
    // The window may move on before the parts are joined.
    const piece = window.bytes(position + PART_HEAD, part.length).slice();
    if (hasMagic(piece)) throw corrupt(`The record at byte ${offset} has another one inside.`);
    pieces.push(piece);
    position = part.end;
    if (part.kind === PART.whole || part.kind === PART.last) break;
  }
  return { payload: joined(pieces, total), end: position };
}

/** A writer splits a record there: a part with the magic in it has a length that is too long. */
function hasMagic(piece: Uint8Array<ArrayBuffer>): boolean {
  const view = new DataView(piece.buffer);
  for (let at = 0; at + 4 <= piece.length; at += 4) {
    if (view.getUint32(at, true) === RECORD_MAGIC) return true;
  }
  return false;
}

const MAGIC_BYTES = Uint8Array.of(0x0a, 0x23, 0xd7, 0xce);

async function hold(window: FileWindow, offset: number, length: number, ahead: number) {
  if (!window.holds(offset, length)) await window.move(offset, Math.max(length, ahead));
}

function joined(
  pieces: readonly Uint8Array<ArrayBuffer>[],
  length: number,
): Uint8Array<ArrayBuffer> {
  const [only] = pieces;
  if (pieces.length === 1) return only!;
  const all = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    all.set(piece, offset);
    offset += piece.length;
  }
  return all;
}

/** The head of a record in several parts, or why it is none, one sentence. */
export async function splitHeadAt(
  window: FileWindow,
  offset: number,
  ahead = MORE_BYTES,
): Promise<PlacedHead | NoHead> {
  try {
    const { payload, end } = await readRecord(window, offset, ahead);
    return { head: headOf(payload), end };
  } catch (error) {
    if (error instanceof FormatError) return { why: error.message };
    throw error;
  }
}

/** @throws FormatError `archive/corrupt` */
export function headOf(payload: Uint8Array): RecordHead {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const head = parseHead(view, 0, payload.length);
  if (typeof head === 'string') throw corrupt(head);
  return head;
}
