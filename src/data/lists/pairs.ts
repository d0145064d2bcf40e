/**
 * Lists of pairs: LFW's (`name n1 n2` for one person, `name1 n1 name2 n2` for two) with or without the
 * counts above and the names of columns, two paths with 0 or 1, and two lines for every pair. A fold
 * is a place in the file, so a line that cannot be read keeps its place.
 */
import { type FaceList, type FacePair, LineProblems, type PairSide, quoted } from './faceList';
import {
  baseName,
  cellsOf,
  firstLines,
  hasImageExtension,
  type Line,
  linesOf,
  looksLikeImage,
  mostly,
} from './text';

type Pair = Omit<FacePair, 'fold'>;

const WHOLE = /^\d+$/;
const SAME: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['same', true],
  ['0', false],
  ['-1', false],
  ['false', false],
  ['different', false],
]);

function isNumber(cell: string | undefined): cell is string {
  return cell !== undefined && WHOLE.test(cell);
}

function isName(cell: string | undefined): cell is string {
  return cell !== undefined && cell !== '' && !looksLikeImage(cell);
}

function numbered(identity: string, image: string): PairSide {
  return { kind: 'numbered', identity, image: Number(image) };
}

function ofOne(name: string, first: string, second: string): Pair {
  return { first: numbered(name, first), second: numbered(name, second), same: true };
}

function ofTwo(name: string, image: string, other: string, otherImage: string): Pair {
  const same = name === other;
  return { first: numbered(name, image), second: numbered(other, otherImage), same };
}

function ofPaths(first: string, second: string, same: boolean): Pair {
  return { first: { kind: 'path', path: first }, second: { kind: 'path', path: second }, same };
}

function numberedPair([a, b, c, d, e]: readonly string[], count: number): Pair | null {
  if (!isName(a)) return null;
  if (count === 3 && isNumber(b) && isNumber(c)) return ofOne(a, b, c);
  const hasLabel = count === 5 && SAME.has(e!.toLowerCase());
  if ((count === 4 || hasLabel) && isNumber(b) && isName(c) && isNumber(d))
    return ofTwo(a, b, c, d);
  return null;
}

function pathPair([a, b, c]: readonly string[], count: number): Pair | null {
  if (count !== 3) return null;
  const last = SAME.get(c!.toLowerCase());
  if (last !== undefined && looksLikeImage(a!) && looksLikeImage(b!)) return ofPaths(a!, b!, last);
  const first = SAME.get(a!.toLowerCase());
  if (first !== undefined && looksLikeImage(b!) && looksLikeImage(c!))
    return ofPaths(b!, c!, first);
  return null;
}

/** Names with spaces in them, without a tab to tell where they end. */
function spacedPair(line: string): Pair | null {
  const words = line.split(/\s+/);
  const end = words.at(-1);
  if (words.length < 4 || !isNumber(end) || isNumber(words[0])) return null;
  // A picture with numbers behind it: landmarks, a box.
  if (words.some(hasImageExtension)) return null;
  if (isNumber(words.at(-2))) return spacedOne(words, end);
  // The first number ends the first name; the other name is all that is left before the last.
  const at = words.findIndex(isNumber);
  const [name, other] = [words.slice(0, at).join(' '), words.slice(at + 1, -1).join(' ')];
  return isName(name) && isName(other) ? ofTwo(name, words[at]!, other, end) : null;
}

function spacedOne(words: readonly string[], end: string): Pair | null {
  const name = words.slice(0, -2).join(' ');
  return isName(name) ? ofOne(name, words.at(-2)!, end) : null;
}

function cells(line: string): string[] {
  const all = /[\t]/.test(line) || !line.includes(',') ? cellsOf(line) : line.split(',');
  const trimmed = all.map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  // A table writes the comma of a column that a pair of one person does not have.
  while (trimmed.length > 0 && trimmed.at(-1) === '') trimmed.pop();
  return trimmed;
}

function pairIn(line: string): Pair | null {
  const own = cells(line);
  return numberedPair(own, own.length) ?? pathPair(own, own.length) ?? spacedPair(line);
}

/** What stands above the pairs. */
interface Heading {
  /** Lines that are no pairs. */
  readonly lines: number;
  readonly folds: number | null;
  /** Pairs of each kind in a fold. */
  readonly perFold: number | null;
}

const NO_HEADING: Heading = { lines: 0, folds: null, perFold: null };
const COLUMN_NAMES =
  /^"?(name1?"?\s*[,;\t]\s*"?image_?num1|(image|img|file|path|file_?name)_?[1a]"?\s*[,;\t])/i;

function headingOf(first: string): Heading {
  if (COLUMN_NAMES.test(first)) return { ...NO_HEADING, lines: 1 };
  const counts = cells(first);
  if (counts.length === 0 || counts.length > 2 || !counts.every(isNumber)) return NO_HEADING;
  const [folds, perFold] = counts.map(Number);
  return perFold === undefined
    ? { lines: 1, folds: 1, perFold: folds! }
    : { lines: 1, folds: folds!, perFold };
}

/** People that are numbers only are as likely something else: templates and their media. */
function hasNames(sample: readonly Line[]): boolean {
  return mostly(sample, ({ text }) => {
    const pair = pairIn(text);
    return pair?.first.kind === 'path' || /\p{L}/u.test(pair?.first.identity ?? '');
  });
}

/** The usual forms, one line for each pair. */
function oneLineEach(text: string): FaceList | null {
  const start = firstLines(text, 50);
  const heading = headingOf(start[0]?.text ?? '');
  const sample = start.slice(heading.lines);
  if (!mostly(sample, (line) => pairIn(line.text) !== null)) return null;
  if (heading.lines === 0 && !hasNames(sample)) return null;
  const problems = new LineProblems();
  const pairs: FacePair[] = [];
  let place = -heading.lines;
  for (const line of linesOf(text)) {
    place += 1;
    if (place <= 0) continue;
    const pair = pairIn(line.text);
    if (pair === null) problems.add(line.number, `${quoted(line.text)} is no pair.`);
    else pairs.push({ ...pair, fold: foldAt(place - 1, heading) });
  }
  const { folds, perFold } = heading;
  const promised = folds === null || perFold === null ? place : 2 * folds * perFold;
  if (promised !== place) {
    problems.add(1, `The first line promises ${promised} pairs, but ${place} follow.`);
  }
  return { kind: 'pairs', folds, pairs, ...problems.parsed };
}

function foldAt(place: number, { folds, perFold }: Heading): number {
  if (folds === null || perFold === null || perFold === 0) return 0;
  return Math.min(Math.floor(place / (2 * perFold)), folds - 1);
}

/** CALFW and CPLFW write `path label` twice for a pair; any number but 0 means one person. */
function twoLinesEach(text: string, fileName: string): FaceList | null {
  const shape = /^(\S.*\S)\s+(-?\d+)$/;
  const fits = ({ text: line }: Line) => looksLikeImage(shape.exec(line)?.[1] ?? '');
  if (!/pairs/i.test(baseName(fileName)) || !mostly(firstLines(text, 50), fits)) return null;
  const problems = new LineProblems();
  const pairs: FacePair[] = [];
  let previous: { readonly path: string; readonly label: string } | null = null;
  for (const line of linesOf(text)) {
    const [, path, label] = shape.exec(line.text) ?? [];
    if (path === undefined || label === undefined) {
      problems.add(line.number, `${quoted(line.text)} is no path with a number.`);
    } else if (previous === null) {
      previous = { path, label };
    } else if (previous.label === label) {
      pairs.push({ ...ofPaths(previous.path, path, Number(label) > 0), fold: 0 });
      previous = null;
    } else {
      problems.add(line.number, `${quoted(line.text)} has another number than the line above it.`);
      previous = { path, label };
    }
  }
  return { kind: 'pairs', folds: null, pairs, ...problems.parsed };
}

export function listOfPairs(text: string, fileName: string): FaceList | null {
  return oneLineEach(text) ?? twoLinesEach(text, fileName);
}

/** The path to look for, without an extension where a person and a number stand for it. */
export function sidePath(side: PairSide): string {
  if (side.kind === 'path') return side.path;
  return `${side.identity}/${side.identity}_${String(side.image).padStart(4, '0')}`;
}
