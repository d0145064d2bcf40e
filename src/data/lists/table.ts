/**
 * Text with separated columns as rows of cells: quoted cells, line breaks inside quotes, white space
 * before quotes. A quote that is never closed costs its own line, not the rest of the file.
 */
import Papa from 'papaparse';
import { quoted } from './faceList';

/** Rows as they come, empty ones and the header included. */
export interface Table {
  readonly rows: readonly (readonly string[])[];
  /** `[rows]`, the line each row starts on, from 1. */
  readonly lines: Int32Array;
  /** Lines whose quotes are not closed, read as they are. */
  readonly broken: readonly { readonly line: number; readonly reason: string }[];
}

export type Delimiter = '\t' | ',' | ';' | '|';

/** No text has it: cells are taken as they are. */
const NO_QUOTE = '\u0001';

function parse(text: string, delimiter: Delimiter, quoteChar: string) {
  return Papa.parse<string[]>(text, { delimiter, newline: '\n', quoteChar });
}

function lineNumbers(rows: readonly (readonly string[])[], hasQuotes: boolean): Int32Array {
  const lines = new Int32Array(rows.length);
  let line = 1;
  for (const [index, row] of rows.entries()) {
    lines[index] = line;
    line += 1;
    if (!hasQuotes) continue;
    for (const cell of row) if (cell.includes('\n')) line += cell.split('\n').length - 1;
  }
  return lines;
}

/** @param text lines end with `\n` */
export function tableOf(text: string, delimiter: Delimiter): Table {
  const hasQuotes = text.includes('"');
  // Some sets write a space before a quoted cell, which would make the quote a part of it. Two quotes
  // are one inside a cell.
  const tidy = hasQuotes && delimiter !== '\t' ? text.replace(/([,;|]) +"(?!")/g, '$1"') : text;
  const { data, errors } = parse(tidy, delimiter, hasQuotes ? '"' : NO_QUOTE);
  const open = errors.find(({ type }) => type === 'Quotes');
  if (open === undefined) return { rows: data, lines: lineNumbers(data, hasQuotes), broken: [] };
  const unquoted = parse(text, delimiter, NO_QUOTE).data;
  const rows = unquoted.map((row) => row.map(withoutQuotes));
  return { rows, lines: lineNumbers(rows, false), broken: brokenLines(unquoted, delimiter) };
}

function withoutQuotes(cell: string): string {
  const trimmed = cell.trim();
  const isQuoted = trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"');
  return isQuoted ? trimmed.slice(1, -1).replaceAll('""', '"') : cell;
}

function brokenLines(rows: readonly (readonly string[])[], delimiter: Delimiter): Table['broken'] {
  const broken: { line: number; reason: string }[] = [];
  for (const [index, row] of rows.entries()) {
    const text = row.join(delimiter);
    const quotes = text.split('"').length - 1;
    if (quotes % 2 === 1) {
      broken.push({ line: index + 1, reason: `A quote is not closed in ${quoted(text)}.` });
    }
  }
  return broken;
}

/** Cells of a single line. */
export function cellsBetween(line: string, delimiter: Delimiter): readonly string[] {
  return tableOf(line, delimiter).rows[0] ?? [];
}
