/**
 * `train.meta`, which insightface's `RecBuilder` writes beside a `.rec` without a table of identities:
 * a pickled list of `{'image_index': key, 'image_classes': [class]}`. It can have millions of entries,
 * so they are taken one by one as they go by, and nothing of it is kept but the labels.
 * Format: `python-package/insightface/data/rec_builder.py` of insightface.
 */
import { ExactReads, WINDOW_BYTES } from './fileWindow';
import { OP, operationName } from './pickleOpcodes';
import type { RowsByKey } from './recordioIndex';
import { LabelTable, type ListedLabels } from './recordioLabels';

const KEY_FIELD = 'image_index';
const CLASS_FIELD = 'image_classes';

/** No operation of such a list takes more bytes: its longest text and what stands before that. */
const LONGEST = 5 + CLASS_FIELD.length;

/** How many bytes follow operations that only shape lists and dictionaries, −1 for all others. */
const SHAPE = new Int8Array(256).fill(-1);
SHAPE[OP.PROTO] = 1;
SHAPE[OP.FRAME] = 8;
for (const code of [OP.MARK, OP.EMPTY_LIST, OP.APPEND, OP.APPENDS, OP.SETITEM]) SHAPE[code] = 0;

/** The entries of a pickle, operation by operation. */
class MetaEntries {
  /** Whether the end of the list was met. */
  ended = false;
  readonly #take: (key: number, label: number) => void;
  /** Names of fields by their number in the pickle's memory. */
  readonly #names = new Map<number, string>();
  #remembered = 0;
  /** The text that was put on the stack last, until something else is. */
  #text: string | null = null;
  #field: string | null = null;
  #key = Number.NaN;
  #label = Number.NaN;

  constructor(take: (key: number, label: number) => void) {
    this.#take = take;
  }

  /**
   * One operation.
   * @param at where it stands in `view`
   * @returns where the next one stands; −1 for one that no such list is written with
   */
  step(view: DataView<ArrayBuffer>, at: number): number {
    const code = view.getUint8(at);
    const following = SHAPE[code]!;
    if (following >= 0) return at + 1 + following;
    switch (code) {
      case OP.BININT1:
        return this.#number(view.getUint8(at + 1), at + 2);
      case OP.BININT2:
        return this.#number(view.getUint16(at + 1, true), at + 3);
      case OP.BININT:
        return this.#number(view.getInt32(at + 1, true), at + 5);
      case OP.BINFLOAT:
        return this.#number(view.getFloat64(at + 1), at + 9);
      case OP.BINGET:
        return this.#recall(view.getUint8(at + 1), at + 2);
      case OP.LONG_BINGET:
        return this.#recall(view.getUint32(at + 1, true), at + 5);
      case OP.MEMOIZE:
        return this.#remember(this.#remembered, at + 1);
      case OP.BINPUT:
        return this.#remember(view.getUint8(at + 1), at + 2);
      case OP.LONG_BINPUT:
        return this.#remember(view.getUint32(at + 1, true), at + 5);
      case OP.SHORT_BINUNICODE:
        return this.#name(view, at + 2, view.getUint8(at + 1));
      case OP.BINUNICODE:
        return this.#name(view, at + 5, view.getUint32(at + 1, true));
      case OP.EMPTY_DICT:
        return this.#begin(at + 1);
      case OP.SETITEMS:
        return this.#end(at + 1);
      case OP.STOP:
        this.ended = true;
        return at + 1;
      default:
        return -1;
    }
  }

  #begin(next: number): number {
    this.#text = null;
    this.#field = null;
    this.#key = Number.NaN;
    this.#label = Number.NaN;
    return next;
  }

  #end(next: number): number {
    if (Number.isNaN(this.#key) || Number.isNaN(this.#label)) return -1;
    this.#take(this.#key, this.#label);
    return next;
  }

  #name(view: DataView<ArrayBuffer>, start: number, length: number): number {
    if (length > CLASS_FIELD.length) return -1;
    const bytes = new Uint8Array(view.buffer, view.byteOffset + start, length);
    this.#text = String.fromCharCode(...bytes);
    this.#field = this.#text;
    return start + length;
  }

  /** Only texts are asked for again; the numbers of all others count. */
  #remember(place: number, next: number): number {
    if (this.#text !== null) this.#names.set(place, this.#text);
    this.#text = null;
    this.#remembered += 1;
    return next;
  }

  #recall(place: number, next: number): number {
    const name = this.#names.get(place);
    if (name === undefined) return -1;
    this.#field = name;
    return next;
  }

  /** Of several classes the first is the person. */
  #number(value: number, next: number): number {
    this.#text = null;
    if (this.#field === KEY_FIELD) this.#key = value;
    else if (this.#field === CLASS_FIELD && Number.isNaN(this.#label)) this.#label = value;
    return next;
  }
}

/**
 * Every row needs its entry, and no row two.
 * @param rowCount how many rows `rows` knows
 * @param onProgress called before each stretch with the bytes done; may throw to stop
 */
export async function readMetaLabels(
  meta: Blob,
  rows: RowsByKey,
  rowCount: number,
  onProgress: (done: number) => void,
): Promise<ListedLabels> {
  const table = new LabelTable(rows, rowCount);
  const entries = new MetaEntries((key, label) => table.set(key, label));
  const source = new ExactReads(meta);
  let position = 0;
  while (!entries.ended && table.why === null) {
    onProgress(position);
    const bytes = await source.read(position, WINDOW_BYTES);
    // An operation that is cut off is read with zeros for what is missing.
    const view = new DataView(new ArrayBuffer(bytes.length + LONGEST));
    new Uint8Array(view.buffer).set(bytes);
    const isLast = position + bytes.length >= meta.size || bytes.length <= LONGEST;
    // The last operations of a stretch are left to the next one, which begins with them.
    const end = isLast ? bytes.length : bytes.length - LONGEST;
    let at = 0;
    while (at < end && !entries.ended && table.why === null) {
      const next = entries.step(view, at);
      if (next < 0) {
        const operation = operationName(view.getUint8(at));
        return { why: `it has the pickle operation ${operation} at byte ${position + at}.` };
      }
      at = next;
    }
    position += at;
    const isCut = isLast && !entries.ended && table.why === null;
    if (isCut || position > meta.size) return { why: 'it is cut short.' };
  }
  return table.finish();
}
