/**
 * Two ways through a RecordIO file without its images in memory: along the offsets of an index, and
 * from its start to its end without one. Small records are read in windows of 4 MiB; of large ones
 * only the heads are read.
 */
import { corrupt, truncated } from './archive';
import type { FormatError } from './errors';
import { FileWindow, type RangeSource, WINDOW_BYTES } from './fileWindow';
import { PART_HEAD, startsRecord } from './recordioFormat';
import { headAt, headBytes, type NoHead, type PlacedHead, splitHeadAt } from './recordioRecord';

/** A gap of this many bytes is left out rather than read. */
export const LARGE_GAP = 1 << 16;
/** Read where the next record is expected to be a large one. */
export const SMALL_WINDOW = 1 << 12;
/** A file with more damaged places is not worth the search. */
const MOST_DAMAGE = 10_000;

/**
 * Visits records in the order of `rows`, which is the file's. While `visit` runs, the window holds the
 * first `length` bytes of the record, as far as the file goes.
 * @param offsets of all records; `rows` are places in it
 * @param onProgress gets the offset reached before each read; may throw to stop
 */
export async function walkRows(
  source: RangeSource,
  offsets: Float64Array,
  rows: Uint32Array,
  length: number,
  visit: (row: number, window: FileWindow) => Promise<void> | undefined,
  onProgress: (offset: number) => void,
): Promise<void> {
  const window = new FileWindow(source);
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place]!;
    const offset = offsets[row]!;
    if (!window.holds(offset, Math.min(length, source.size - offset))) {
      onProgress(offset);
      await window.move(offset, spanFrom(offsets, rows, place) + length);
    }
    const work = visit(row, window);
    if (work !== undefined) await work;
  }
}

/** How far the records from `place` on lie close together, at most a window. */
function spanFrom(offsets: Float64Array, rows: Uint32Array, place: number): number {
  const start = offsets[rows[place]!]!;
  let last = start;
  for (let next = place + 1; next < rows.length; next += 1) {
    const offset = offsets[rows[next]!]!;
    if (offset - last > LARGE_GAP || offset - start > WINDOW_BYTES) break;
    last = offset;
  }
  return last - start;
}

/** A part of a file. */
export interface Stretch {
  /** A multiple of 4. */
  readonly start: number;
  readonly end: number;
}

/** What a walk without an index meets. */
export interface RecordVisitor {
  record(offset: number, placed: PlacedHead): void;
  /** @param reason one sentence */
  damaged(offset: number, reason: string): void;
  /** Before each read; may throw to stop. */
  progress(offset: number): void;
}

class RecordWalk {
  readonly #source: RangeSource;
  readonly #visitor: RecordVisitor;
  readonly #stretch: Stretch;
  #window: FileWindow;
  #damage = 0;

  constructor(source: RangeSource, visitor: RecordVisitor, stretch: Stretch) {
    this.#source = source;
    this.#visitor = visitor;
    this.#stretch = stretch;
    this.#window = new FileWindow(source);
  }

  async run(): Promise<Walked> {
    const { start, end } = this.#stretch;
    // Inside the file the first record has to be looked for.
    let position = start === 0 ? 0 : ((await this.#find(start)) ?? end);
    while (position < end) {
      const next = await this.#step(position);
      if (typeof next !== 'number') return { end: position, problem: next };
      position = next;
    }
    const problem = position % 4 === 0 ? null : truncated('its last record lacks its padding');
    return { end: position, problem };
  }

  /** Where the next record begins, or why the walk is over. */
  async #step(position: number): Promise<number | FormatError> {
    const placed = await this.#headAt(position);
    if ('why' in placed) {
      const next = await this.#resume(position, placed.why);
      return next ?? truncated(`the record at byte ${position} is not whole, and none comes after`);
    }
    const { end } = placed;
    const { size } = this.#source;
    if (end < size && !(await this.#recordFollows(position, end))) {
      const reason = `The record at byte ${position} leads to byte ${end}, where none begins.`;
      const next = await this.#resume(position, reason);
      if (next !== null) return next;
      return corrupt(`Bytes ${end} to ${size} hold no record.`);
    }
    this.#visitor.record(position, placed);
    return end;
  }

  async #headAt(position: number): Promise<PlacedHead | NoHead> {
    const needed = headBytes(this.#source.size, position);
    if (!this.#window.holds(position, needed)) await this.#move(position, WINDOW_BYTES);
    const placed = headAt(this.#window, position);
    return placed === 'split' ? splitHeadAt(this.#window, position, WINDOW_BYTES) : placed;
  }

  async #move(position: number, length: number): Promise<void> {
    this.#visitor.progress(position);
    await this.#window.move(position, length);
  }

  /** Whether a record begins where the one at `position` ends; the window goes there if it does. */
  async #recordFollows(position: number, end: number): Promise<boolean> {
    if (end + PART_HEAD > this.#source.size) return false;
    if (this.#window.holds(end, PART_HEAD)) return recordIn(this.#window, end);
    this.#visitor.progress(end);
    const ahead = new FileWindow(this.#source);
    const isLast = end >= this.#stretch.end;
    await ahead.move(end, isLast || end - position > LARGE_GAP ? SMALL_WINDOW : WINDOW_BYTES);
    if (!recordIn(ahead, end)) return false;
    this.#window = ahead;
    return true;
  }

  /** Where the walk goes on behind damage; `null` where it cannot. */
  async #resume(position: number, reason: string): Promise<number | FormatError | null> {
    this.#damage += 1;
    this.#visitor.damaged(position, reason);
    if (this.#damage > MOST_DAMAGE) {
      return corrupt(`More than ${MOST_DAMAGE} places are damaged before byte ${position}.`);
    }
    return this.#find(position + PART_HEAD);
  }

  /**
   * The next magic on a multiple of 4 that begins a record, or `null`: inside one there is none, as
   * the writer splits records there.
   */
  async #find(from: number): Promise<number | null> {
    const last = Math.min(this.#source.size - PART_HEAD, this.#stretch.end);
    for (let place = from; place <= last; place += 4) {
      if (!this.#window.holds(place, PART_HEAD)) await this.#move(place, WINDOW_BYTES);
      if (recordIn(this.#window, place)) return place;
    }
    return null;
  }
}

function recordIn(window: FileWindow, offset: number): boolean {
  return startsRecord(window.uint32(offset), window.uint32(offset + 4));
}

/** How far a walk came. */
export interface Walked {
  /** Behind the last record. */
  readonly end: number;
  /** Why it ended early, or `null`. */
  readonly problem: FormatError | null;
}

/**
 * Every record that begins in a stretch of the file, most often all of it. Where a record is damaged,
 * the walk goes on at the next one that can be found.
 */
export function walkFile(
  source: RangeSource,
  visitor: RecordVisitor,
  stretch: Stretch = { start: 0, end: source.size },
): Promise<Walked> {
  return new RecordWalk(source, visitor, stretch).run();
}
