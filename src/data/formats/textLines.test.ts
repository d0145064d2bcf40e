import { expect, test, vi } from 'vitest';
import { bytesOf } from './bytes.testing';
import { forEachLine, isBlank, twoNumbers } from './textLines';

/** A busy machine is no failure. */
vi.setConfig({ testTimeout: 60_000 });

async function linesOf(text: string): Promise<readonly string[]> {
  const lines: string[] = [];
  await forEachLine(
    new Blob([text]),
    (bytes, start, end, line) => {
      lines.push(new TextDecoder().decode(bytes.subarray(start, end)));
      expect(line).toBe(lines.length);
    },
    () => undefined,
  );
  return lines;
}

test.each([
  ['', []],
  ['\n', ['']],
  ['a', ['a']],
  ['a\nb\n', ['a', 'b']],
  ['a\r\n\nb', ['a\r', '', 'b']],
])('the lines of %j', async (text, lines) => {
  expect(await linesOf(text)).toEqual(lines);
});

test('lines that begin in one window and end in the next are whole', async () => {
  // 1009 bytes a line: no multiple of them is a window.
  const lines = Array.from({ length: 9000 }, (_, at) => String(at).padStart(1008, '0'));
  const text = `${lines.join('\n')}\n`;
  expect(text.length).toBeGreaterThan(2 * 2 ** 22);
  const read = await linesOf(text);
  expect(read).toHaveLength(lines.length);
  expect(read.every((line, at) => line === lines[at])).toBe(true);
});

test('a file without lines comes in pieces, and ends', async () => {
  const pieces = await linesOf('x'.repeat(2 ** 22 + 5));
  expect(pieces.map(({ length }) => length)).toEqual([2 ** 22, 5]);
});

test('progress ends with the file', async () => {
  const seen: number[] = [];
  await forEachLine(
    new Blob(['a\nb']),
    () => undefined,
    (done) => seen.push(done),
  );
  expect(seen).toEqual([3]);
});

test.each([
  ['12\t345', [12, 345]],
  [' 12  345 \r', [12, 345]],
  [`0\t${2 ** 53 - 1}`, [0, 2 ** 53 - 1]],
  [`0\t${2 ** 53}`, null],
  ['12', null],
  ['1\t2\t3', null],
  ['-1\t2', null],
  ['1.5\t2', null],
  ['a\t2', null],
  ['', null],
])('two numbers in %j', (text, pair) => {
  const bytes = bytesOf(`[${text}]`);
  expect(twoNumbers(bytes, 1, bytes.length - 1)).toEqual(pair);
});

test('a blank line has white space alone', () => {
  expect(isBlank(bytesOf(' \t\r'), 0, 3)).toBe(true);
  expect(isBlank(bytesOf(' x'), 0, 2)).toBe(false);
});
