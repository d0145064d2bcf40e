/** The files that were left out, with their reasons, as a table for other programs. */
import type { RejectedFile } from '../types';

/** What makes a spreadsheet take a cell for a formula (CWE-1236). */
const FORMULA = /^[=+\-@\t\r]/;

/** A field of RFC 4180: what would be run as a formula becomes a text by an apostrophe in front. */
export function csvField(text: string): string {
  const inert = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** With a header, `\r\n` after every line; to be written as UTF-8. */
export function rejectedCsv(rejected: readonly RejectedFile[]): string {
  const lines = rejected.map(({ name, reason }) => `${csvField(name)},${csvField(reason)}\r\n`);
  return `file,reason\r\n${lines.join('')}`;
}
