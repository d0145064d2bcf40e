/**
 * The images of a RecordIO file as members of an archive. What is known of them stands in columns, a
 * member is only a place in these.
 */
import { type ArchiveMember, corrupt } from './archive';
import { Column } from './column';
import { FileWindow } from './fileWindow';
import { MemberReads } from './memberReads';
import { RECORD_MAGIC } from './recordioFormat';
import { headOf, readRecord } from './recordioRecord';
import { recordPath } from './skippedRecords';

/** A first read takes no more than so many bytes: an index need not name every record. */
const FIRST_READ = 1 << 16;

/** The images, in the order of the file. */
export interface ImageColumns {
  readonly keys: Float64Array;
  readonly offsets: Float64Array;
  /** Bytes from each record to the next one. */
  readonly extents: Float64Array;
  /** Classes: whole numbers from 0. */
  readonly labels: Float64Array;
  /** Bytes of the encoded images, `null` where they were not looked at. */
  readonly sizes: Float64Array | null;
}

export interface ImageRow {
  readonly key: number;
  readonly offset: number;
  readonly extent: number;
  readonly label: number;
  readonly size: number;
}

/** Images that are found one after another. */
export class ImageTable {
  readonly #keys = new Column();
  readonly #offsets = new Column();
  readonly #extents = new Column();
  readonly #labels = new Column();
  readonly #sizes = new Column();

  add(row: ImageRow): void {
    this.#keys.push(row.key);
    this.#offsets.push(row.offset);
    this.#extents.push(row.extent);
    this.#labels.push(row.label);
    this.#sizes.push(row.size);
  }

  toColumns(): ImageColumns {
    return {
      keys: this.#keys.toArray(),
      offsets: this.#offsets.toArray(),
      extents: this.#extents.toArray(),
      labels: this.#labels.toArray(),
      sizes: this.#sizes.toArray(),
    };
  }
}

class ImageSet {
  readonly reads: MemberReads;
  readonly columns: ImageColumns;

  constructor(rec: Blob, columns: ImageColumns) {
    this.reads = new MemberReads(rec);
    this.columns = columns;
  }
}

class RecordMember implements ArchiveMember {
  readonly #set: ImageSet;
  readonly #row: number;

  constructor(set: ImageSet, row: number) {
    this.#set = set;
    this.#row = row;
  }

  get path(): string {
    return recordPath(this.#set.columns.keys[this.#row]!);
  }

  get size(): number {
    return this.#set.columns.sizes?.[this.#row] ?? 0;
  }

  get identity(): string {
    return String(this.#set.columns.labels[this.#row]!);
  }

  async read(): Promise<Uint8Array<ArrayBuffer>> {
    const { reads, columns } = this.#set;
    const offset = columns.offsets[this.#row]!;
    const extent = columns.extents[this.#row]!;
    const window = new FileWindow(reads);
    await window.move(offset, Math.min(extent, FIRST_READ));
    const { payload, end } = await readRecord(window, offset);
    // A wrong length would cut the image short, or add the next one to it.
    const next = offset + extent;
    const isWrong =
      end > next || (next < window.size && window.holds(end, 4) && !isMagic(window, end));
    if (isWrong) throw corrupt(`The record at byte ${offset} does not end where another begins.`);
    const { imageStart, imageSize, label } = headOf(payload);
    if (imageSize === 0) throw corrupt(`The record at byte ${offset} holds no image.`);
    // An index that leads astray must not give one person's image to another.
    const known = this.#set.columns.labels[this.#row]!;
    if (label !== Math.fround(known)) {
      throw corrupt(`The record at byte ${offset} has the label ${label}, not ${known}.`);
    }
    return payload.slice(imageStart);
  }
}

function isMagic(window: FileWindow, offset: number): boolean {
  return window.uint32(offset) === RECORD_MAGIC;
}

export function recordMembers(rec: Blob, columns: ImageColumns): readonly ArchiveMember[] {
  const set = new ImageSet(rec, columns);
  const members = new Array<ArchiveMember>(columns.keys.length);
  for (let row = 0; row < members.length; row += 1) members[row] = new RecordMember(set, row);
  return members;
}
