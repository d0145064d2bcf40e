/**
 * Bytes of a list as lines of text, in whatever encoding an editor or a spreadsheet wrote them: UTF-8
 * and UTF-16 with or without a mark, else Windows' Western European. `null` for what is no text.
 */

/** Longer files are no list that a browser can hold as text. */
const LARGEST_LIST = 1 << 28;
/** How much is looked at to tell text from data. */
const LOOK = 4096;

/** The encoding that the first bytes show; `null` for data. */
function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  const looked = Math.min(bytes.length, LOOK);
  for (let index = 0; index < looked; index += 1) if (bytes[index] === 0) zeros[index % 2]! += 1;
  const [even, odd] = zeros;
  if (even === 0 && odd === 0) return 'utf-8';
  // Letters of most alphabets leave one byte of two zero, and never the other.
  if (even === 0 && odd! * 4 > looked) return 'utf-16le';
  if (odd === 0 && even! * 4 > looked) return 'utf-16be';
  return null;
}

function decode(bytes: Uint8Array): string | null {
  const encoding = encodingOf(bytes);
  if (encoding === null) return null;
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return encoding === 'utf-8' ? new TextDecoder('windows-1252').decode(bytes) : null;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters tell data from text
const CONTROL = /[\x00-\x08\x0e-\x1a\x1c-\x1f]/;

/**
 * @param input at most 256 MiB
 * @returns lines end with `\n`; `null` where it is no text, empty or too long
 */
export function textOf(input: string | Uint8Array): string | null {
  if (input.length > LARGEST_LIST) return null;
  const decoded = typeof input === 'string' ? input : decode(input);
  if (decoded === null || CONTROL.test(decoded.slice(0, LOOK))) return null;
  const text = decoded.charCodeAt(0) === 0xfeff ? decoded.slice(1) : decoded;
  if (text.trim() === '') return null;
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** One record of a text, and the line it starts on, from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** No list has longer lines. They are told by their length, in words that are no line of any list. */
const LONGEST_LINE = 1 << 16;

/** Lines that hold something, without white space at their ends; comments after `#` and a space are left out. */
export function* linesOf(text: string): Generator<Line, void> {
  let number = 0;
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    number += 1;
    const isLong = end - start > LONGEST_LINE;
    const line = isLong ? `a line of ${end - start} characters` : text.slice(start, end).trim();
    if (line !== '' && !line.startsWith('# ')) yield { number, text: line };
    start = end + 1;
  }
}

/** The first lines that hold something: what a list is shows there. */
export function firstLines(text: string, count: number): Line[] {
  const lines: Line[] = [];
  for (const line of linesOf(text)) {
    lines.push(line);
    if (lines.length === count) break;
  }
  return lines;
}

/** Cells of a line of columns: between tabs where there are any, else between white space. */
export function cellsOf(line: string): string[] {
  return line.includes('\t') ? line.split('\t').map((cell) => cell.trim()) : line.split(/\s+/);
}

/** The first word of a line and the rest of it; in the time that reading it takes, whatever it holds. */
export function afterFirstWord(line: string): readonly [string, string] | null {
  const end = line.search(/\s/);
  return end < 0 ? null : [line.slice(0, end), line.slice(end).trimStart()];
}

/** All of a line but its last word, and that. */
export function beforeLastWord(line: string): readonly [string, string] | null {
  let start = line.length;
  while (start > 0 && line.charAt(start - 1).trim() !== '') start -= 1;
  return start === 0 ? null : [line.slice(0, start).trimEnd(), line.slice(start)];
}

const IMAGE_NAME = /\.(jpe?g|jfif|png|webp|gif|bmp|tiff?|p[gpn]m)$/i;

/** Whether nearly all of some first lines are what they are taken for; a few may be malformed. */
export function mostly<Item>(items: readonly Item[], fits: (item: Item) => boolean): boolean {
  return items.length > 0 && items.filter(fits).length >= 0.8 * items.length;
}

export function hasImageExtension(text: string): boolean {
  return IMAGE_NAME.test(text);
}

/** Whether text can only be the name of a picture, or the path to one without an extension. */
export function looksLikeImage(text: string): boolean {
  return IMAGE_NAME.test(text) || /^[^\s/\\]+[/\\]\S*[^\s/\\]$/.test(text);
}

/** A path without the extension of a picture. */
export function withoutImageExtension(path: string): string {
  return path.replace(IMAGE_NAME, '');
}

/** A base name out of a path with either kind of slash. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
