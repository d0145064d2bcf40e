/**
 * Classes of a RecordIO file from the heads of its records, where nothing beside it tells them: along
 * its index, or from its start to its end. Of a file too large for that, stretches are looked at.
 */
import type { FormatError } from './errors';
import type { FileWindow, RangeSource } from './fileWindow';
import { HEAD_BYTES } from './recordioFormat';
import type { IndexedRecords } from './recordioIdentities';
import { RecordIntake } from './recordioIntake';
import type { ImageColumns } from './recordioMembers';
import { headAt, type NoHead, type PlacedHead, splitHeadAt } from './recordioRecord';
import { bytesForHead, evenStretches, type HeadBudget, headCost, rowsIn } from './recordioShare';
import { type RecordVisitor, type Stretch, walkFile, walkRows } from './recordioWalk';
import { recordPath, type SkippedRecords } from './skippedRecords';

export interface HeadOptions {
  readonly skipped: SkippedRecords;
  readonly budget: HeadBudget;
  /** Gets the offset reached before each read; may throw to stop. */
  readonly onProgress: (offset: number) => void;
}

export interface ReadHeads {
  readonly columns: ImageColumns;
  /** What was looked at where that was not all of the file, else `null`. */
  readonly part: LookedAt | null;
  /** Why the reading ended early, or `null`. */
  readonly problem: FormatError | null;
}

export interface LookedAt {
  readonly records: number;
  /** Bytes that all heads take to be read, as far as is known. */
  readonly allBytes: number;
}

/** @param images rows of the records that may be images */
export async function readHeads(
  { rows: { keys, offsets, extents }, source }: IndexedRecords,
  images: Uint32Array,
  { skipped, budget, onProgress }: HeadOptions,
): Promise<ReadHeads> {
  const cost = images.reduce((sum, row) => sum + headCost(extents[row]!), 0);
  const isPart = cost > budget.whole;
  const rows = isPart ? rowsIn(evenStretches(source.size, budget), offsets, images) : images;
  const intake = new RecordIntake(skipped);
  let last = -1;
  const take = (row: number, placed: PlacedHead | NoHead): void => {
    if (isPart && last >= 0 && row !== last + 1) intake.leave(offsets[last]! + extents[last]!);
    last = row;
    const key = keys[row]!;
    if ('why' in placed) skipped.add(recordPath(key), placed.why);
    else intake.take({ key, offset: offsets[row]!, placed, path: () => recordPath(key) });
  };
  const visit = (row: number, window: FileWindow): Promise<void> | undefined => {
    const placed = headAt(window, offsets[row]!);
    if (placed === 'split') {
      return splitHeadAt(window, offsets[row]!).then((joined) => take(row, joined));
    }
    take(row, placed);
    return undefined;
  };
  await walkRows(source, offsets, rows, HEAD_BYTES, visit, onProgress);
  const end = isPart && last >= 0 ? offsets[last]! + extents[last]! : source.size;
  const columns = intake.finish(end);
  const allBytes = images.reduce((sum, row) => sum + bytesForHead(extents[row]!), 0);
  return { columns, part: isPart ? { records: rows.length, allBytes } : null, problem: null };
}

/** Without an index. */
export async function scanHeads(source: RangeSource, options: HeadOptions): Promise<ReadHeads> {
  const { skipped, onProgress: progress } = options;
  const intake = new RecordIntake(skipped);
  const pathOf = (offset: number) => `byte ${offset}`;
  let records = 0;
  const visitor: RecordVisitor = {
    record: (offset, placed) => {
      records += 1;
      intake.take({ key: placed.head.id, offset, placed, path: () => pathOf(offset) });
    },
    damaged: (offset, reason) => skipped.add(pathOf(offset), reason),
    progress,
  };
  const share = await shareOf(source, options);
  let problem: FormatError | null = null;
  for (const stretch of share?.stretches ?? [{ start: 0, end: source.size }]) {
    const walked = await walkFile(source, visitor, stretch);
    intake.leave(share === null ? source.size : walked.end);
    // Damage in one stretch says nothing of the next.
    if (share === null) problem = walked.problem;
  }
  const columns = intake.finish(source.size);
  return {
    // Identifiers that repeat or jump about are no names for records.
    columns: intake.idsAreKeys
      ? columns
      : { ...columns, keys: columns.keys.map((_, place) => place) },
    part: share === null ? null : { records, allBytes: share.allBytes },
    problem,
  };
}

/** What is looked at, by what the first stretch has cost; `null`: all of the file. */
async function shareOf(
  source: RangeSource,
  { budget, onProgress: progress }: HeadOptions,
): Promise<{ readonly stretches: readonly Stretch[]; readonly allBytes: number } | null> {
  if (source.size <= budget.whole) return null;
  const stretches = evenStretches(source.size, budget);
  let records = 0;
  const visitor: RecordVisitor = {
    record: () => {
      records += 1;
    },
    damaged: () => undefined,
    progress,
  };
  const { end } = await walkFile(source, visitor, stretches[0]);
  const gap = end / Math.max(1, records);
  const all = source.size / gap;
  if (all * headCost(gap) <= budget.whole) return null;
  return { stretches, allBytes: all * bytesForHead(gap) };
}
