/**
 * From rows whose columns are known to a list. Rows without a picture or without a value are told with
 * their line and left out.
 */
import { splitNamed } from '../import/splitNames';
import type { Columns } from './columns';
import {
  type FaceList,
  type IdentityList,
  type LandmarkList,
  type LineProblems,
  type NameList,
  type PartitionList,
  quoted,
} from './faceList';

/** Rows under a header and where each stands. */
export interface Records {
  readonly rows: readonly (readonly string[])[];
  readonly lineOf: (row: number) => number;
  readonly problems: LineProblems;
}

/** CelebA numbers its parts. */
const NUMBERED_SPLITS: readonly string[] = ['train', 'val', 'test'];

/** A part as other sets call it; words that are no known part stay as they are, in lower case. */
export function splitOf(cell: string): string {
  return NUMBERED_SPLITS[Number(cell || 'none')] ?? splitNamed(cell) ?? cell.toLowerCase();
}

/** Programs that know only fractions write the number 12 as 12.0. */
export function identityOf(cell: string): string {
  return /^-?\d+\.0+$/.test(cell) ? cell.slice(0, cell.indexOf('.')) : cell;
}

/** Rows that name a picture. A row of one empty cell is an empty line. */
function* pictures({ rows, lineOf, problems }: Records, image: number) {
  for (const [index, row] of rows.entries()) {
    if (row.length <= 1 && (row[0] ?? '').trim() === '') continue;
    const path = (row[image] ?? '').trim();
    const line = lineOf(index);
    if (path === '') problems.add(line, 'The line names no picture.');
    else yield { row, path, line };
  }
}

function identities(records: Records, columns: Columns, identity: number): IdentityList {
  const paths: string[] = [];
  const people: string[] = [];
  const splits: (string | null)[] = [];
  // One string for a person, however many pictures there are.
  const known = new Map<string, string>();
  for (const { row, path, line } of pictures(records, columns.image)) {
    const cell = (row[identity] ?? '').trim();
    if (cell === '') {
      records.problems.add(line, `The line does not say who is on ${quoted(path)}.`);
      continue;
    }
    if (!known.has(cell)) known.set(cell, identityOf(cell));
    paths.push(path);
    people.push(known.get(cell)!);
    if (columns.split === null) continue;
    const split = (row[columns.split] ?? '').trim();
    splits.push(split === '' ? null : splitOf(split));
  }
  const kept = columns.split === null ? null : splits;
  return {
    kind: 'identities',
    paths,
    identities: people,
    splits: kept,
    column: columns.identityName,
    ...records.problems.parsed,
  };
}

function partition(records: Records, columns: Columns, split: number): PartitionList {
  const paths: string[] = [];
  const splits: string[] = [];
  for (const { row, path, line } of pictures(records, columns.image)) {
    const cell = (row[split] ?? '').trim();
    if (cell === '') {
      records.problems.add(line, `The line does not say which part ${quoted(path)} is in.`);
      continue;
    }
    paths.push(path);
    splits.push(splitOf(cell));
  }
  return { kind: 'partition', paths, splits, ...records.problems.parsed };
}

function numbersIn(row: readonly string[], places: readonly number[]): number[] | null {
  const numbers = places.map((place) => Number((row[place] ?? '').trim() || 'none'));
  return numbers.every(Number.isFinite) ? numbers : null;
}

function landmarks(records: Records, columns: Columns): LandmarkList {
  const paths: string[] = [];
  const points: number[] = [];
  const boxes: number[] = [];
  for (const { row, path, line } of pictures(records, columns.image)) {
    const own = numbersIn(row, columns.points ?? []);
    const box = numbersIn(row, columns.box ?? []);
    if (own === null || box === null) {
      records.problems.add(line, `The line of ${quoted(path)} has something that is no number.`);
      continue;
    }
    paths.push(path);
    for (const value of own) points.push(value);
    for (const value of box) boxes.push(value);
  }
  return {
    kind: 'landmarks',
    paths,
    points: columns.points === null ? null : Float64Array.from(points),
    boxes: columns.box === null ? null : Float64Array.from(boxes),
    ...records.problems.parsed,
  };
}

/** `null` where the columns say nothing about pictures. */
export function listOfColumns(records: Records, columns: Columns): FaceList | null {
  if (columns.identity !== null) return identities(records, columns, columns.identity);
  if (columns.split !== null) return partition(records, columns, columns.split);
  if (columns.points !== null || columns.box !== null) return landmarks(records, columns);
  return null;
}

/** Names for numbered identities; of two names for one, the first counts. */
export function namesOfColumns(
  { rows, lineOf, problems }: Records,
  columns: { readonly id: number; readonly name: number },
): NameList {
  const names = new Map<string, string>();
  for (const [index, row] of rows.entries()) {
    if (row.length <= 1 && (row[0] ?? '').trim() === '') continue;
    const id = identityOf((row[columns.id] ?? '').trim());
    const name = (row[columns.name] ?? '').trim();
    if (id === '' || name === '') problems.add(lineOf(index), 'The line lacks a number or a name.');
    else if (!names.has(id)) names.set(id, name);
  }
  return { kind: 'names', names, ...problems.parsed };
}
