/**
 * JSON lists as rows under a header: one object per line, an array of objects, an array of pairs
 * `[path, label]` (by itself or as `labels`), an object `{ path: label }`, an object of columns.
 */
import { LineProblems, quoted } from './faceList';
import { linesOf, looksLikeImage } from './text';

export interface JsonTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** `[rows]`, the line or the place in the array of each row, from 1. */
  readonly lines: readonly number[];
  readonly problems: LineProblems;
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Text of a cell; what has parts of its own is none. */
function cellOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** How many of the first objects are looked at for their keys. */
const LOOK = 50;

interface Item {
  readonly line: number;
  readonly value: JsonObject;
}

function fromObjects(items: readonly Item[], problems: LineProblems): JsonTable | null {
  const header = [...new Set(items.slice(0, LOOK).flatMap(({ value }) => Object.keys(value)))];
  if (header.length === 0) return null;
  const rows = items.map(({ value }) => header.map((key) => cellOf(value[key])));
  return { header, rows, lines: items.map(({ line }) => line), problems };
}

function fromPairs(pairs: readonly unknown[], problems: LineProblems): JsonTable {
  const rows: string[][] = [];
  const lines: number[] = [];
  for (const [index, pair] of pairs.entries()) {
    if (Array.isArray(pair) && pair.length >= 2) {
      rows.push([cellOf(pair[0]), cellOf(pair[1])]);
      lines.push(index + 1);
    } else problems.add(index + 1, `${quoted(JSON.stringify(pair))} is no path with a label.`);
  }
  return { header: ['path', 'label'], rows, lines, problems };
}

function fromArray(values: readonly unknown[]): JsonTable | null {
  const problems = new LineProblems();
  if (Array.isArray(values[0])) return fromPairs(values, problems);
  const items: Item[] = [];
  for (const [index, value] of values.entries()) {
    if (isObject(value)) items.push({ line: index + 1, value });
    else problems.add(index + 1, `${quoted(JSON.stringify(value))} is no object.`);
  }
  return fromObjects(items, problems);
}

/** Columns of one length, `{ "path": [...], "id": [...] }`. */
function fromColumns(value: JsonObject): JsonTable | null {
  const columns = Object.entries(value).filter((entry): entry is [string, unknown[]] =>
    Array.isArray(entry[1]),
  );
  const length = columns[0]?.[1].length ?? 0;
  if (columns.length < 2 || columns.some(([, column]) => column.length !== length)) return null;
  const rows = Array.from({ length }, (_, row) => columns.map(([, column]) => cellOf(column[row])));
  const lines = rows.map((_, row) => row + 1);
  return { header: columns.map(([name]) => name), rows, lines, problems: new LineProblems() };
}

function fromObject(value: JsonObject): JsonTable | null {
  const labels = value.labels;
  if (Array.isArray(labels) && Array.isArray(labels[0])) {
    return fromPairs(labels, new LineProblems());
  }
  const entries = Object.entries(value);
  if (entries.length > 0 && entries.slice(0, LOOK).every(([key]) => looksLikeImage(key))) {
    return fromPairs(entries, new LineProblems());
  }
  return fromColumns(value);
}

function fromLines(text: string): JsonTable | null {
  const problems = new LineProblems();
  const items: Item[] = [];
  for (const line of linesOf(text)) {
    const value = parsed(line.text);
    if (isObject(value)) items.push({ line: line.number, value });
    else problems.add(line.number, `${quoted(line.text)} is no JSON object.`);
  }
  // Anything in braces would be lines of which not one is JSON.
  return items.length > problems.count ? fromObjects(items, problems) : null;
}

/** `null` for text that is no JSON, or JSON of another shape. */
export function jsonTable(text: string): JsonTable | null {
  const start = text.trimStart();
  if (!start.startsWith('{') && !start.startsWith('[')) return null;
  const firstLine = start.slice(0, start.indexOf('\n') < 0 ? start.length : start.indexOf('\n'));
  if (start.startsWith('{') && firstLine !== start && isObject(parsed(firstLine))) {
    return fromLines(text);
  }
  const whole = parsed(text);
  if (Array.isArray(whole)) return fromArray(whole);
  if (isObject(whole))
    return fromObject(whole) ?? fromObjects([{ line: 1, value: whole }], new LineProblems());
  return start.startsWith('{') ? fromLines(text) : null;
}
