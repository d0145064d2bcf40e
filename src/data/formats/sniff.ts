/**
 * What a file is by its first bytes, never by its name: a face crop we can decode, an archive we can
 * open, or something else, named well enough to tell a person why it was left out.
 */

import {
  DRAWING,
  EMPTY,
  type OtherFormat,
  otherFormat,
  UNKNOWN,
  WEB_PAGE,
  ZEROS,
} from './otherFormats';
import { looksLikePickle } from './pickleHead';
import { isRecordIO } from './recordioFormat';
import { isTarHeader, TAR_BLOCK } from './tarHeader';
import { looksLikeTfRecord } from './tfrecordFrame';
import { zipDocumentByHead } from './zipDocument';

/** How many of a file's first bytes `sniff` looks at. */
export const SNIFF_BYTES = TAR_BLOCK;

export type ImageKind = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'bmp' | 'netpbm';
export type ArchiveKind = 'zip' | 'tar' | 'gzip';

/** Files that hold a whole data set, with labels of their own. */
export type PackKind = 'recordio' | 'pickle' | 'npy' | 'parquet' | 'tfrecord';

export type Sniffed =
  | { readonly kind: 'image'; readonly image: ImageKind }
  | { readonly kind: 'archive'; readonly archive: ArchiveKind }
  | { readonly kind: 'pack'; readonly pack: PackKind }
  | { readonly kind: 'text' }
  | ({ readonly kind: 'other' } & OtherFormat);

/** The bytes as characters, one each, so that a signature reads as it is written in its format. */
function latin1(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

/** Sizes of the bitmap headers in use; "BM" alone also starts many a text. */
const BMP_HEADER_SIZES: ReadonlySet<number> = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

function isBmp(head: Uint8Array): boolean {
  if (head.length < 18 || latin1(head, 0, 2) !== 'BM') return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return BMP_HEADER_SIZES.has(view.getUint32(14, true));
}

function imageKind(head: Uint8Array): ImageKind | null {
  const start = latin1(head, 0, 12);
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return 'webp';
  if (start.startsWith('ftypavi', 4)) return 'avif';
  if (start.startsWith('GIF87a') || start.startsWith('GIF89a')) return 'gif';
  if (/^P[2356][\s#]/.test(start)) return 'netpbm';
  return isBmp(head) ? 'bmp' : null;
}

/** A file, an empty archive, the first part of several. */
const ZIP_SIGNATURES: readonly string[] = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08'];

function archiveKind(head: Uint8Array): ArchiveKind | null {
  const start = latin1(head, 0, 4);
  if (ZIP_SIGNATURES.includes(start)) return 'zip';
  if (start.startsWith('\x1f\x8b')) return 'gzip';
  return isTarHeader(head) ? 'tar' : null;
}

function packKind(head: Uint8Array): PackKind | null {
  const start = latin1(head, 0, 6);
  if (isRecordIO(head)) return 'recordio';
  if (start.startsWith('PAR1')) return 'parquet';
  if (start === '\x93NUMPY') return 'npy';
  if (looksLikePickle(head)) return 'pickle';
  return looksLikeTfRecord(head) ? 'tfrecord' : null;
}

/** @returns `null` for text */
function other(head: Uint8Array): OtherFormat | null {
  const start = latin1(head, 0, SNIFF_BYTES);
  const known = otherFormat(start);
  if (known !== null) return known;
  if (head.every((byte) => byte === 0)) return ZEROS;
  const isUtf16 = start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff');
  if (!isUtf16 && head.subarray(0, SNIFF_BYTES).some(isControl)) return UNKNOWN;
  const markup = start
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase();
  if (markup.startsWith('<!doctype html') || markup.startsWith('<html')) return WEB_PAGE;
  return markup.startsWith('<') && markup.includes('<svg') ? DRAWING : null;
}

/** Text has no control characters but those from tab to carriage return, and escape. */
function isControl(byte: number): boolean {
  return byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 27;
}

/**
 * @param head the first `SNIFF_BYTES` bytes of a file, or all of a shorter one; more does no harm
 */
export function sniff(head: Uint8Array): Sniffed {
  if (head.length === 0) return { kind: 'other', ...EMPTY };
  const image = imageKind(head);
  if (image !== null) return { kind: 'image', image };
  const archive = archiveKind(head);
  const document = archive === 'zip' ? zipDocumentByHead(head) : null;
  if (document !== null) return { kind: 'other', ...document };
  if (archive !== null) return { kind: 'archive', archive };
  const pack = packKind(head);
  if (pack !== null) return { kind: 'pack', pack };
  const found = other(head);
  return found === null ? { kind: 'text' } : { kind: 'other', ...found };
}
