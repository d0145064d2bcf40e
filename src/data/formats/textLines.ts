/**
 * The lines of a text of any length, as ranges of bytes: lists of millions of lines are read without
 * being in memory, and without a string for each line that is only two numbers.
 */
import { ExactReads, WINDOW_BYTES } from './fileWindow';

const LINE_FEED = 10;

/**
 * @param visit gets each line without its line feed: `bytes` from `start` to `end`, good only during
 *   the call, and its number from 1. A line longer than 4 MiB comes in pieces.
 * @param onProgress called after each stretch with the bytes done; may throw to stop
 */
export async function forEachLine(
  blob: Blob,
  visit: (bytes: Uint8Array, start: number, end: number, line: number) => void,
  onProgress: (done: number) => void,
): Promise<void> {
  const source = new ExactReads(blob);
  let position = 0;
  let line = 0;
  while (position < blob.size) {
    const bytes = await source.read(position, WINDOW_BYTES);
    // The file has become shorter while it was read.
    if (bytes.length === 0) return;
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, start);
      if (end < 0) break;
      line += 1;
      visit(bytes, start, end, line);
      start = end + 1;
    }
    const isLast = position + bytes.length >= blob.size;
    if (start < bytes.length && (isLast || start === 0)) {
      line += 1;
      visit(bytes, start, bytes.length, line);
      start = bytes.length;
    }
    position += start;
    onProgress(position);
  }
}

/** Two whole numbers from 0 to 2^53 with white space between them, `null` for anything else. */
export function twoNumbers(
  bytes: Uint8Array,
  start: number,
  end: number,
): readonly [number, number] | null {
  const numbers: number[] = [];
  let at = start;
  while (at < end) {
    if (isSpace(bytes[at]!)) {
      at += 1;
      continue;
    }
    let value = 0;
    for (; at < end && !isSpace(bytes[at]!); at += 1) {
      const digit = bytes[at]! - 48;
      if (digit < 0 || digit > 9) return null;
      value = value * 10 + digit;
    }
    if (!Number.isSafeInteger(value)) return null;
    numbers.push(value);
  }
  const [first, second] = numbers;
  return numbers.length === 2 ? [first!, second!] : null;
}

/** Space, tab, carriage return. */
function isSpace(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 13;
}

/** True for a line of white space alone. */
export function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (!isSpace(bytes[at]!)) return false;
  return true;
}
