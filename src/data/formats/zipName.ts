/**
 * How names are written in a zip: UTF-8 where a flag says so or where they are valid UTF-8, a field
 * of their own where a writer added one, else the character set of the first IBM PC (code page 437).
 */
import { crc32 } from './crc32';

const UPPER_HALF =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐' +
  '└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
const STRICT_UTF8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
/** Info-ZIP's Unicode path: version 1, the CRC-32 of the name it stands for, UTF-8. */
const UNICODE_PATH = 0x7075;

function codePage437(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte < 128 ? String.fromCharCode(byte) : UPPER_HALF[byte - 128],
  ).join('');
}

/** The content of one extra field, or `null`. */
export function extraField(extra: Uint8Array, id: number): Uint8Array | null {
  let at = 0;
  while (at + 4 <= extra.length) {
    const length = extra[at + 2]! + extra[at + 3]! * 256;
    const end = at + 4 + length;
    if (end > extra.length) return null;
    if (extra[at]! + extra[at + 1]! * 256 === id) return extra.subarray(at + 4, end);
    at = end;
  }
  return null;
}

function unicodePath(name: Uint8Array, extra: Uint8Array): string | null {
  const field = extraField(extra, UNICODE_PATH);
  if (field === null || field.length < 6 || field[0] !== 1) return null;
  const checksum = new DataView(field.buffer, field.byteOffset + 1, 4).getUint32(0, true);
  return checksum === crc32(name) ? UTF8.decode(field.subarray(5)) : null;
}

/** @param isUtf8 what the flag says */
export function zipName(name: Uint8Array, extra: Uint8Array, isUtf8: boolean): string {
  if (isUtf8) return UTF8.decode(name);
  const given = unicodePath(name, extra);
  if (given !== null) return given;
  try {
    return STRICT_UTF8.decode(name);
  } catch {
    return codePage437(name);
  }
}
