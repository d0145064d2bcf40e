/**
 * Tables with a header: CSV, TSV, columns between white space with a line of names above (as CelebA
 * has them), and JSON, which names its columns itself.
 */

import { listOfColumns, namesOfColumns, type Records } from './columnLists';
import { columnName, columnsOf, nameColumns } from './columns';
import { type FaceList, LineProblems, quoted } from './faceList';
import { jsonTable } from './json';
import { peopleOfColumns } from './people';
import { cellsBetween, type Delimiter, tableOf } from './table';
import { cellsOf, firstLines, linesOf, looksLikeImage } from './text';

/** How many rows are looked at to tell what a column holds. */
const LOOK = 50;

const DELIMITERS: readonly Delimiter[] = ['\t', ',', ';', '|'];

/** The list that a header and its rows make, or `null` where no column is known. */
function listUnder(header: readonly string[], records: Records, name: string): FaceList | null {
  const names = header.map(columnName);
  const columns = columnsOf(names, records.rows.slice(0, LOOK));
  if (columns !== null) return listOfColumns(records, columns);
  const people = peopleOfColumns(names, records, name);
  if (people !== null) return people;
  const naming = nameColumns(names);
  return naming === null ? null : namesOfColumns(records, naming);
}

export function listOfJson(text: string, name: string): FaceList | null {
  const table = jsonTable(text);
  if (table === null) return null;
  const { header, rows, lines, problems } = table;
  return listUnder(header, { rows, lineOf: (row) => lines[row]!, problems }, name);
}

/** Spreadsheets may say in a line of its own what separates the columns. */
const SEPARATOR_LINE = /^sep=.\n/;

/** Whether a header with so many columns is worth reading the rest for. */
function mayBeHeader(cells: readonly string[]): boolean {
  return (
    cells.length > 1 &&
    cells.every((cell) => !looksLikeImage(cell) && Number.isNaN(Number(cell || 'none')))
  );
}

export function listOfTable(text: string, name: string): FaceList | null {
  const said = SEPARATOR_LINE.test(text) ? 1 : 0;
  const body = said === 0 ? text : text.slice(text.indexOf('\n') + 1);
  const [first] = firstLines(body, 1);
  if (first === undefined) return null;
  for (const delimiter of DELIMITERS) {
    if (!first.text.includes(delimiter)) continue;
    // A last column without a name comes from a comma at the end of every line.
    const header = [...cellsBetween(first.text, delimiter)];
    while (header.length > 0 && header.at(-1)!.trim() === '') header.pop();
    if (!mayBeHeader(header)) continue;
    const list = listOfDelimited(body, { header, delimiter, skipped: first.number, said }, name);
    if (list !== null) return list;
  }
  return null;
}

function listOfDelimited(
  body: string,
  shape: {
    readonly header: readonly string[];
    readonly delimiter: Delimiter;
    /** Lines up to and with the header. */
    readonly skipped: number;
    /** Lines before `body`. */
    readonly said: number;
  },
  name: string,
): FaceList | null {
  // Not worth splitting a long text whose header names nothing that is known.
  const start = firstLines(body, LOOK + 1).slice(1);
  const sample = start.map((line) => cellsBetween(line.text, shape.delimiter));
  const none = { rows: sample, lineOf: () => 0, problems: new LineProblems() };
  if (listUnder(shape.header, none, name) === null) return null;
  const { rows, lines, broken } = tableOf(body, shape.delimiter);
  const from = lines.findIndex((line) => line > shape.skipped);
  if (from < 0) return null;
  const problems = new LineProblems();
  for (const { line, reason } of broken) problems.add(line + shape.said, reason);
  const lineOf = (row: number) => lines[row + from]! + shape.said;
  return listUnder(shape.header, { rows: rows.slice(from), lineOf, problems }, name);
}

/**
 * Columns between white space, under an optional line with a count and an optional line of names:
 * boxes and landmarks. Without names, a picture and ten numbers are landmarks; an eleventh, the
 * detector's score, is left out.
 */
export function listOfSpacedColumns(text: string, name: string): FaceList | null {
  const start = firstLines(text, LOOK);
  const counted = /^\d+$/.test(start[0]?.text ?? '') ? 1 : 0;
  const above = start[counted];
  if (above === undefined) return null;
  const isNamed = mayBeHeader(cellsOf(above.text));
  const example = start[counted + (isNamed ? 1 : 0)];
  const width = example === undefined ? 0 : cellsOf(example.text).length;
  const header = isNamed ? headerFor(cellsOf(above.text), width) : unnamedLandmarks(width);
  if (header === null || example === undefined || !looksLikeImage(cellsOf(example.text)[0]!)) {
    return null;
  }
  // A picture and one value is read elsewhere: there may be spaces in it.
  if (columnsOf(header.map(columnName), [])?.identity !== null) return null;
  const list = listUnder(header, spacedRecords(text, example.number, header.length), name);
  return list?.kind === 'landmarks' ? list : null;
}

/** CelebA leaves the column of the pictures without a name in one of its files. */
function headerFor(names: readonly string[], width: number): readonly string[] | null {
  if (names.length === width) return names;
  return names.length === width - 1 ? ['image_id', ...names] : null;
}

function unnamedLandmarks(width: number): readonly string[] | null {
  if (width !== 11 && width !== 12) return null;
  const points = [1, 2, 3, 4, 5].flatMap((point) => [`p${point}x`, `p${point}y`]);
  return ['image_id', ...points, ...(width === 12 ? ['score'] : [])];
}

function spacedRecords(text: string, from: number, width: number): Records {
  const problems = new LineProblems();
  const rows: string[][] = [];
  const lines: number[] = [];
  for (const line of linesOf(text)) {
    if (line.number < from) continue;
    const cells = cellsOf(line.text);
    if (cells.length === width) {
      rows.push(cells);
      lines.push(line.number);
    } else
      problems.add(line.number, `${quoted(line.text)} has ${cells.length} columns, not ${width}.`);
  }
  return { rows, lineOf: (row) => lines[row]!, problems };
}
