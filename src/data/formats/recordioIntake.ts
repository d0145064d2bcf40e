/** Which records become images of the set, and why the others do not. */
import { type ImageColumns, ImageTable } from './recordioMembers';
import type { PlacedHead } from './recordioRecord';
import type { SkippedRecords } from './skippedRecords';

/** Labels are 32-bit floats: from here on they no longer tell every class from the next. */
const CLASS_LIMIT = 2 ** 24;

/** @param path what the record is called where its label is no class */
export function isClass(label: number, skipped: SkippedRecords, path: () => string): boolean {
  if (Number.isInteger(label) && label >= 0 && label < CLASS_LIMIT) return true;
  skipped.add(path(), `Its label is ${label}, not the number of a class.`);
  return false;
}

/** A record that may be an image of the set. */
interface Candidate {
  readonly key: number;
  readonly offset: number;
  readonly placed: PlacedHead;
  /** What it is called where it is left out. */
  readonly path: () => string;
}

/** Takes records in the order of the file; each is judged when the next one shows where it ends. */
export class RecordIntake {
  readonly #table = new ImageTable();
  readonly #skipped: SkippedRecords;
  #last: Candidate | null = null;
  #lastId = -1;
  #areKeys = true;

  constructor(skipped: SkippedRecords) {
    this.#skipped = skipped;
  }

  /** Whether the images' own identifiers ascend, so that they may serve as keys. */
  get idsAreKeys(): boolean {
    return this.#areKeys;
  }

  take(candidate: Candidate): void {
    this.#settle(candidate.offset);
    this.#last = candidate;
  }

  /** What comes next does not follow the last record. @param end where another begins, or the file ends */
  leave(end: number): void {
    this.#settle(end);
    this.#last = null;
  }

  /** @param end of the last record, or of the file */
  finish(end: number): ImageColumns {
    this.leave(end);
    return this.#table.toColumns();
  }

  /** Adds the image of the last record, or the reason why not. @param next where another begins */
  #settle(next: number): void {
    if (this.#last === null) return;
    const { key, offset, placed, path } = this.#last;
    const { label, labels, imageSize, id } = placed.head;
    // Two keys may lead to one record.
    const end = next > offset ? next : placed.end;
    if (placed.end > end) this.#skipped.add(path(), 'It does not end before the next one begins.');
    else if (imageSize === 0) {
      // With labels of its own it belongs to a table of identities.
      if (labels === 0) this.#skipped.add(path(), 'It holds no image.');
    } else if (isClass(label, this.#skipped, path)) {
      this.#table.add({ key, offset, extent: end - offset, label, size: imageSize });
      this.#areKeys &&= id > this.#lastId && Number.isSafeInteger(id);
      this.#lastId = id;
    }
  }
}
