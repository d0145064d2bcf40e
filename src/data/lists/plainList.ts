/**
 * Lists without a header: a picture and who is on it, in either order, with or without a running
 * number, between tabs, commas or spaces; and pictures alone, in a file that names a part of the set.
 */
import { splitAtEnd, splitNamed } from '../import/splitNames';
import { identityOf, splitOf } from './columnLists';
import { columnName, columnsOf } from './columns';
import { type FaceList, type IdentityList, LineProblems, quoted } from './faceList';
import { type Delimiter, tableOf } from './table';
import {
  afterFirstWord,
  baseName,
  beforeLastWord,
  firstLines,
  hasImageExtension,
  linesOf,
  looksLikeImage,
  mostly,
} from './text';

interface Entry {
  readonly path: string;
  readonly identity: string;
}

type ReadCells = (cells: readonly string[]) => Entry | null;

function entry(path: string | undefined, identity: string | undefined): Entry | null {
  if (path === undefined || identity === undefined || identity === '') return null;
  return looksLikeImage(path) && !hasImageExtension(identity) ? { path, identity } : null;
}

function isWhole(cell: string | undefined): boolean {
  return cell !== undefined && /^\d+$/.test(cell);
}

/** MXNet: the running number, one label or several, the path. */
const indexLabelPath: ReadCells = (cells) => {
  if (cells.length < 3 || !isWhole(cells[0]) || !/^-?\d+(\.\d+)?$/.test(cells[1]!)) return null;
  return entry(cells.at(-1), cells[1]);
};

/** CVLface, and older lists with a flag in front and the box of the face behind. */
const indexPathLabel: ReadCells = (cells) =>
  cells.length >= 3 && isWhole(cells[0]) ? entry(cells[1], cells[2]) : null;

const pathLabel: ReadCells = (cells) => (cells.length === 2 ? entry(cells[0], cells[1]) : null);
const labelPath: ReadCells = (cells) => (cells.length === 2 ? entry(cells[1], cells[0]) : null);

/** The order decides where two fit. */
const SEPARATED: readonly ReadCells[] = [indexLabelPath, indexPathLabel, pathLabel, labelPath];

type CutLine = (line: string) => readonly string[] | null;

const lastApart: CutLine = beforeLastWord;
const firstApart: CutLine = afterFirstWord;

const firstTwoApart: CutLine = (line) => {
  const [first, rest] = afterFirstWord(line) ?? [];
  const cut = rest === undefined ? null : afterFirstWord(rest);
  return first === undefined || cut === null ? null : [first, ...cut];
};

const bothEndsApart: CutLine = (line) => {
  const [first, rest] = afterFirstWord(line) ?? [];
  const cut = rest === undefined ? null : beforeLastWord(rest);
  return first === undefined || cut === null ? null : [first, ...cut];
};

/** Between spaces the path may have spaces itself, so each order is cut in its own way. */
const SPACED: readonly (readonly [CutLine, ReadCells])[] = [
  [firstTwoApart, indexLabelPath],
  [bothEndsApart, indexPathLabel],
  [lastApart, pathLabel],
  [firstApart, labelPath],
];

interface Row {
  readonly line: number;
  readonly text: string;
  readonly found: Entry | null;
}

function tidied(row: readonly string[]): string[] {
  const cells = row.map((cell) => cell.trim());
  while (cells.length > 0 && cells.at(-1) === '') cells.pop();
  return cells;
}

function* separatedRows(text: string, delimiter: Delimiter, read: ReadCells): Generator<Row, void> {
  const { rows, lines } = tableOf(text, delimiter);
  for (const [index, row] of rows.entries()) {
    const cells = tidied(row);
    if (cells.length === 0) continue;
    yield { line: lines[index]!, text: row.join(delimiter), found: read(cells) };
  }
}

function* spacedRows(text: string, cut: CutLine, read: ReadCells): Generator<Row, void> {
  for (const { number, text: line } of linesOf(text)) {
    yield { line: number, text: line, found: read(cut(line) ?? []) };
  }
}

/** How the lines are read, found out from the first of them; `null` where no way fits. */
function wayOf(text: string): ((whole: string) => Generator<Row, void>) | null {
  const lines = firstLines(text, 51);
  // What stands above: a count, names of columns.
  const start = lines.length > 1 ? lines.slice(1) : lines;
  const sample = start.map((line) => line.text).join('\n');
  const ways: ((whole: string) => Generator<Row, void>)[] = [];
  for (const delimiter of ['\t', ',', ';'] as const) {
    if (!mostly(start, (line) => line.text.includes(delimiter))) continue;
    for (const read of SEPARATED) ways.push((whole) => separatedRows(whole, delimiter, read));
  }
  for (const [cut, read] of SPACED) ways.push((whole) => spacedRows(whole, cut, read));
  return ways.find((way) => mostly([...way(sample)], ({ found }) => found !== null)) ?? null;
}

/** A count, or the names of columns: no malformed line. */
function isHeading(text: string): boolean {
  if (/^\d+$/.test(text)) return true;
  const names = text.split(/[\s,;]+/).map(columnName);
  return columnsOf(names, []) !== null;
}

function readRows(rows: Iterable<Row>): IdentityList {
  const problems = new LineProblems();
  const paths: string[] = [];
  const identities: string[] = [];
  const known = new Map<string, string>();
  let isFirst = true;
  for (const { line, text, found } of rows) {
    if (found === null) {
      const skipped = text.startsWith('# ') || (isFirst && isHeading(text.trim()));
      if (!skipped) problems.add(line, `${quoted(text)} is no picture with a label.`);
    } else {
      const { path, identity } = found;
      if (!known.has(identity)) known.set(identity, identityOf(identity));
      paths.push(path);
      identities.push(known.get(identity)!);
    }
    isFirst = false;
  }
  return { kind: 'identities', paths, identities, splits: null, column: null, ...problems.parsed };
}

/** Labels that are parts of the set by their words, or by the file's name, are no people. */
function asPartition(list: IdentityList, fileName: string): FaceList {
  const labels = [...new Set(list.identities)];
  const words = labels.every((label) => splitNamed(label) !== null);
  const numbers = labels.every((label) => /^[012]$/.test(label));
  if (!words && !(numbers && /partition|split/i.test(baseName(fileName)))) return list;
  const { paths, identities, problems, problemCount } = list;
  return { kind: 'partition', paths, splits: identities.map(splitOf), problems, problemCount };
}

/** Pictures alone, in a file whose name says which part they are: `train_list.txt`. */
function pathsAlone(text: string, fileName: string): FaceList | null {
  const stem = baseName(fileName).replace(/\.[^.]*$/, '');
  const split = splitAtEnd(stem.replace(/[_-]?(list|files|images|paths)$/i, ''));
  if (split === null || !mostly(firstLines(text, 50), (line) => looksLikeImage(line.text))) {
    return null;
  }
  const problems = new LineProblems();
  const paths: string[] = [];
  for (const { number, text: line } of linesOf(text)) {
    if (looksLikeImage(line)) paths.push(line);
    else problems.add(number, `${quoted(line)} is no picture.`);
  }
  return { kind: 'partition', paths, splits: paths.map(() => split), ...problems.parsed };
}

export function listWithoutHeader(text: string, fileName: string): FaceList | null {
  const way = wayOf(text);
  if (way === null) return pathsAlone(text, fileName);
  return asPartition(readRows(way(text)), fileName);
}
