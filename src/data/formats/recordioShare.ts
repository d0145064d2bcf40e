/**
 * How much of a large file is looked at where only its records say who is on its images: all of it as
 * long as that takes seconds, else stretches spread evenly over it, which tell of as many images as a
 * browser has room for.
 */
import { WINDOW_BYTES } from './fileWindow';
import { LARGE_GAP, SMALL_WINDOW, type Stretch } from './recordioWalk';

/** In bytes that are read; a read of its own counts as `LARGE_GAP` of them, which take about as long. */
export interface HeadBudget {
  /** Heads that cost no more than this are all read. */
  readonly whole: number;
  /** Of a file whose heads cost more, stretches of so many bytes together. */
  readonly share: number;
}

/** Some ten seconds and some five, from a disk that gives 400 MB/s. */
export const HEAD_BUDGET: HeadBudget = { whole: 2 ** 32, share: 2 ** 31 };

/** Where a person asks for every head, however long it takes. */
export const ALL_HEADS: HeadBudget = { whole: Number.POSITIVE_INFINITY, share: 0 };

/** Stretches as long as a window is, the first of them at the start of the file. */
export function evenStretches(size: number, { share }: HeadBudget): readonly Stretch[] {
  const count = Math.max(1, Math.floor(share / WINDOW_BYTES));
  return Array.from({ length: count }, (_, place) => {
    const start = 4 * Math.floor((place * size) / count / 4);
    return { start, end: Math.min(start + WINDOW_BYTES, size) };
  });
}

/** What it costs to read a head where the next record begins `gap` bytes on. */
export function headCost(gap: number): number {
  return Math.min(gap, LARGE_GAP);
}

/** Bytes that are read for such a head. */
export function bytesForHead(gap: number): number {
  return gap > LARGE_GAP ? SMALL_WINDOW : gap;
}

/** The rows whose records begin in a stretch; both ascend. */
export function rowsIn(
  stretches: readonly Stretch[],
  offsets: Float64Array,
  rows: Uint32Array,
): Uint32Array {
  let at = 0;
  return rows.filter((row) => {
    const offset = offsets[row]!;
    while (at < stretches.length && offset >= stretches[at]!.end) at += 1;
    return at < stretches.length && offset >= stretches[at]!.start;
  });
}
