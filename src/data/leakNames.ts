/**
 * Names in a text that is no list of a known form: a table with people in one of its columns, or one
 * name to a line. What is no name must not be taken for one: numbers of images compared as people
 * would say that nobody trains. Where it is not clear which column has the people, that is the answer.
 */
import { columnName } from './lists/columns';
import { jsonTable } from './lists/json';
import { type Delimiter, tableOf } from './lists/table';
import { firstLines, type Line, linesOf, mostly } from './lists/text';

export interface FoundNames {
  readonly kind: 'names';
  /** As they are written, in the order of the text. */
  readonly names: readonly string[];
  /** `[names]`, the part of the set as it is written; `null` where no column says it. */
  readonly splits: readonly string[] | null;
  /** Where they were found: `2 rows, people in the column “name”`. */
  readonly about: string;
}

export interface UnclearNames {
  readonly kind: 'unclear';
  /** A cell of each column that may have the people; none where there are only numbers. */
  readonly columns: readonly string[];
}

/** @returns `null` for prose and data: text that has neither columns nor one name to a line */
export function namesIn(text: string): FoundNames | UnclearNames | null {
  if (/^\s*[[{]/.test(text)) return namesInJson(text);
  const body = text.replace(SEPARATOR_LINE, '');
  const start = firstLines(body, LOOK);
  const delimiter = DELIMITERS.find((one) => isTable(start, one));
  if (delimiter === undefined) return namesInLines([...linesOf(body)].map((line) => line.text));
  return surnamesFirst(body) ?? namesInTable(rowsOf(body, delimiter));
}

/** How many rows are looked at to tell what a text holds. */
const LOOK = 1000;

/** A name is longer or of more words only where it is a sentence. */
const LONGEST_NAME = 100;
const MOST_WORDS = 8;

/** Spreadsheets may say in a line of its own what separates the columns. */
const SEPARATOR_LINE = /^sep=.\n/;

/** Commas last: the others hardly ever stand inside a cell. */
const DELIMITERS: readonly Delimiter[] = ['\t', ';', '|', ','];

/** Best first: what is surely a name goes before what may be a number of a person. */
const PERSON_NAMES: readonly string[] = [
  'full_name',
  'fullname',
  'person_name',
  'identity_name',
  'subject_name',
  'celebrity_name',
  'name',
  'names',
  'person',
  'people',
  'persons',
  'identity',
  'identities',
  'celebrity',
  'celebrities',
  'subject',
  'subjects',
  'who',
  'person_id',
  'identity_id',
  'subject_id',
];

/** A number under these may be one of the row only: words beside it are the names. */
const NUMBER_NAMES: readonly string[] = ['label_name', 'class_name', 'label', 'class', 'class_id'];
const ID_NAMES: readonly string[] = [...NUMBER_NAMES, 'target', 'pid', 'id'];

const SPLIT_NAMES: readonly string[] = ['split', 'partition', 'subset', 'set', 'phase', 'usage'];

/** What else is said of people in words. */
const OTHER_NAMES: readonly string[] = [
  ...SPLIT_NAMES,
  'gender',
  'sex',
  'race',
  'ethnicity',
  'country',
  'nationality',
  'occupation',
  'date',
  'url',
  'source',
];

type Row = readonly string[];

function isName(text: string): boolean {
  return text.length <= LONGEST_NAME && text.split(/\s+/).length <= MOST_WORDS;
}

function isNumber(cell: string): boolean {
  return /^[-+]?\d[\d., ]*%?$/.test(cell);
}

/** Whether nearly all lines have two cells or more, of which none is a sentence. */
function isTable(start: readonly Line[], delimiter: Delimiter): boolean {
  const rows = rowsOf(start.map(({ text }) => text).join('\n'), delimiter);
  return mostly(rows, (row) => row.length > 1 && row.every(isName));
}

function rowsOf(text: string, delimiter: Delimiter): Row[] {
  const rows = tableOf(text, delimiter).rows.map((row) => row.map((cell) => cell.trim()));
  return rows.filter((row) => row.some((cell) => cell !== '') && !row[0]!.startsWith('# '));
}

interface Column {
  readonly place: number;
  /** What stands above it, as `columnName` gives it; `null` without a header. */
  readonly head: string | null;
  readonly isNumeric: boolean;
}

function columnsUnder(header: Row | null, rows: readonly Row[]): Column[] {
  const sample = rows.slice(0, LOOK);
  const width = Math.max(...sample.map((row) => row.length));
  return Array.from({ length: width }, (_, place) => place).flatMap((place) => {
    const cells = sample.flatMap((row) => row[place] || []);
    const head = header === null ? null : columnName(header[place] ?? '');
    // A remark in a few of the rows is no column.
    const isFilled = 2 * cells.length > sample.length;
    return isFilled ? [{ place, head, isNumeric: mostly(cells, isNumber) }] : [];
  });
}

/** A row of names of columns: words over numbers, or what is known to stand above a column. */
function isHeader([first, ...others]: readonly Row[]): boolean {
  if (first === undefined || others.length === 0) return false;
  const known = [...PERSON_NAMES, ...ID_NAMES, ...OTHER_NAMES];
  if (first.some((cell) => known.includes(columnName(cell)))) return true;
  const numeric = columnsUnder(null, others).filter(({ isNumeric }) => isNumeric);
  return numeric.some(({ place }) => !isNumber(first[place] || '0'));
}

function namesInTable(rows: readonly Row[]): FoundNames | UnclearNames | null {
  const header = isHeader(rows) ? rows[0]! : null;
  return namesUnder(header, header === null ? rows : rows.slice(1));
}

function namesUnder(header: Row | null, rows: readonly Row[]): FoundNames | UnclearNames | null {
  if (rows.length === 0) return null;
  const columns = columnsUnder(header, rows);
  const column = peopleAmong(columns);
  if (column === null) {
    const words = columns.filter(isWords);
    return { kind: 'unclear', columns: words.map(({ place }) => rows[0]![place] ?? '') };
  }
  const { place } = column;
  const split = columns.find(({ head }) => head !== null && SPLIT_NAMES.includes(head));
  const used = rows.filter((row) => (row[place] ?? '') !== '');
  const above = header?.[place] || null;
  const where = above === null ? `column ${place + 1}` : `the column “${above}”`;
  return {
    kind: 'names',
    names: used.map((row) => row[place]!),
    splits: split === undefined ? null : used.map((row) => row[split.place] ?? ''),
    about: `${amount(used.length, 'row')}, people in ${where}`,
  };
}

const isWords = ({ isNumeric, head }: Column): boolean =>
  !isNumeric && !OTHER_NAMES.includes(head ?? '');

/** The column whose head names people, else the only one of words. */
function peopleAmong(columns: readonly Column[]): Column | null {
  const headed = (names: readonly string[]) =>
    names.flatMap((name) => columns.find(({ head }) => head === name) ?? []);
  const sure = headed(PERSON_NAMES);
  const words = columns.filter(isWords);
  const known = sure.find(isWords) ?? sure[0] ?? headed(ID_NAMES).find(isWords);
  if (known !== undefined) return known;
  return words.length > 1 ? null : (words[0] ?? headed(ID_NAMES)[0] ?? null);
}

/** `Gul, Abdullah` on every line is Abdullah Gul: one word, a comma and a space before the others. */
function surnamesFirst(text: string): FoundNames | null {
  const lines = Array.from(linesOf(text), (line) => line.text);
  if (lines.length < 2 || !lines.slice(0, LOOK).every((line) => SURNAME_FIRST.test(line))) {
    return null;
  }
  const names = lines.map((line) => line.replace(SURNAME_FIRST, '$2 $1'));
  const about = `${amount(lines.length, 'line')}, surname first`;
  return { kind: 'names', names, splits: null, about };
}

const SURNAME_FIRST = /^(\p{L}[\p{L}'’-]*), +(\p{L}[\p{L}'’. -]*)$/u;

/** One to a line, with or without a number behind it or in front, and a name of the column above. */
function namesInLines(lines: readonly string[]): FoundNames | null {
  if (!lines.slice(0, LOOK).every(isName)) return null;
  const [first = '', ...others] = lines;
  const above = PERSON_NAMES.includes(columnName(first.split(/\s+/)[0] ?? ''));
  const overNumbers = !COUNTED.test(first) && others.every((line) => COUNTED.test(line));
  const isHead = above && (!/\s/.test(first) || overNumbers);
  const all = isHead ? others : lines;
  if (all.length === 0) return null;
  const bare = withoutNumbers(all);
  const numbers = bare === null ? '' : ', without their numbers';
  const about = `${amount(all.length, 'line')} taken for names${numbers}`;
  return { kind: 'names', names: bare ?? all, splits: null, about };
}

const COUNTED = /^.*\S\s+\d+$/;

/**
 * Every line has a number behind a name, or in front of one; `null` where not. Names that are the same
 * without it are told apart by it: `person 1`, `person 2`.
 */
function withoutNumbers(lines: readonly string[]): readonly string[] | null {
  // From the first of some spaces only, or a long run of them would be looked at from each.
  for (const number of [/(?<!\s)\s+\d+$/, /^\d+[.):]?\s+/]) {
    const names = lines.map((line) => line.replace(number, ''));
    const each = names.every((name, at) => name !== lines[at] && /\p{L}/u.test(name));
    if (each && new Set(names).size === names.length) return names;
  }
  return null;
}

function namesInJson(text: string): FoundNames | UnclearNames | null {
  const names = stringsIn(text);
  if (names !== null) {
    const about = `${amount(names.length, 'entry', 'entries')} taken for names`;
    return { kind: 'names', names, splits: null, about };
  }
  const table = jsonTable(text);
  return table === null ? null : namesUnder(table.header, table.rows);
}

function stringsIn(text: string): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(text);
    const isList = Array.isArray(value) && value.length > 0;
    return isList && value.every((item) => typeof item === 'string' && isName(item)) ? value : null;
  } catch {
    return null;
  }
}

function amount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
