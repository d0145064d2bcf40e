/**
 * The ways in which Python's pickles write strings of bytes, and how they are read back: only when
 * somebody asks for them, because the long ones are images.
 */
import type { RangeSource } from './fileWindow';
import { cutPickle, damagedPickle } from './pickleReader';

/**
 * How the bytes of a string are written in the file: as they are; as the UTF-8 of their Latin-1 text
 * (protocols 1 and 2 of Python 3); as that text in a line with `\uXXXX` for what a line cannot hold
 * (protocol 0); as a Python 2 literal in quotes (protocol 0 of Python 2).
 */
export const ENCODINGS = ['raw', 'utf8', 'unicode-line', 'literal'] as const;
export type StringEncoding = (typeof ENCODINGS)[number];

/** Strings up to this many bytes are kept, longer ones stay in the file. */
export const LONGEST_KEPT = 256;

const HEX4 = /^[0-9a-fA-F]{4}$/;
const HEX2 = /^[0-9a-fA-F]{2}$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
};
const BACKSLASH = 92;

function badEscape(at: number): Error {
  return damagedPickle(`The escape at byte ${at} of a string in the pickle is none of Python’s.`);
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

/** Whether this is UTF-8 of Latin-1 text: two bytes for what is 128 or more. */
function decodeUtf8(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const plain = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte < 0x80) plain[length] = byte;
    else {
      at += 1;
      const next = bytes[at] ?? 0;
      if ((byte & 0xfe) !== 0xc2 || (next & 0xc0) !== 0x80) {
        throw damagedPickle(`Byte ${at - 1} of a string in the pickle is no Latin-1 in UTF-8.`);
      }
      plain[length] = ((byte & 0x03) << 6) | (next & 0x3f);
    }
    length += 1;
  }
  return plain.slice(0, length);
}

/** Replaces every backslash escape; `readEscape` gives the byte and how many characters it took. */
function decodeEscapes(
  bytes: Uint8Array,
  readEscape: (at: number) => { readonly byte: number; readonly length: number },
): Uint8Array<ArrayBuffer> {
  const plain = new Uint8Array(bytes.length);
  let length = 0;
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === BACKSLASH) {
      const { byte, length: taken } = readEscape(at);
      plain[length] = byte;
      at += taken;
    } else {
      plain[length] = bytes[at]!;
      at += 1;
    }
    length += 1;
  }
  return plain.slice(0, length);
}

/** Python's raw-unicode-escape: only `\uXXXX` is one, any other backslash stands for itself. */
function decodeUnicodeLine(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return decodeEscapes(bytes, (at) => {
    if (bytes[at + 1] !== 0x75) return { byte: BACKSLASH, length: 1 };
    const digits = latin1(bytes, at + 2, at + 6);
    if (!HEX4.test(digits) || !digits.startsWith('00')) throw badEscape(at);
    return { byte: Number.parseInt(digits, 16), length: 6 };
  });
}

function decodeLiteral(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const quote = bytes[0];
  if (bytes.length < 2 || (quote !== 0x27 && quote !== 0x22) || bytes.at(-1) !== quote) {
    throw damagedPickle('A string in the pickle is not in quotes.');
  }
  const inner = bytes.subarray(1, -1);
  return decodeEscapes(inner, (at) => {
    const letter = latin1(inner, at + 1, at + 2);
    const simple = ESCAPES[letter];
    if (simple !== undefined) return { byte: simple.charCodeAt(0), length: 2 };
    const digits = latin1(inner, at + 2, at + 4);
    if (letter !== 'x' || !HEX2.test(digits)) throw badEscape(at);
    return { byte: Number.parseInt(digits, 16), length: 4 };
  });
}

/** The bytes a string stands for; the result is the caller's own. @throws FormatError */
export function decodeString(
  bytes: Uint8Array<ArrayBuffer>,
  encoding: StringEncoding,
): Uint8Array<ArrayBuffer> {
  if (encoding === 'raw') return bytes;
  if (encoding === 'utf8') return decodeUtf8(bytes);
  return encoding === 'literal' ? decodeLiteral(bytes) : decodeUnicodeLine(bytes);
}

/** Reads a string's bytes from the file. @throws FormatError */
export async function readString(
  file: RangeSource,
  place: { readonly offset: number; readonly length: number; readonly encoding: StringEncoding },
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await file.read(place.offset, place.length);
  if (bytes.length < place.length) throw cutPickle('the file ends inside an image');
  return decodeString(bytes, place.encoding);
}
