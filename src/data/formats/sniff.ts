/**
 * What a file is by its first bytes, never by its name: a face crop we can decode, an archive we can
 * open, or something else, named well enough to tell a person why it was left out.
 */

import { looksLikePickle } from './pickleHead';
import { isRecordIO } from './recordioFormat';
import { isTarHeader, TAR_BLOCK } from './tarHeader';
import { looksLikeTfRecord } from './tfrecordFrame';

/** How many of a file's first bytes `sniff` looks at. */
export const SNIFF_BYTES = TAR_BLOCK;

export type ImageKind = 'jpeg' | 'png' | 'webp' | 'gif' | 'bmp' | 'netpbm';
export type ArchiveKind = 'zip' | 'tar' | 'gzip';

/** Files that hold a whole data set, with labels of their own. */
export type PackKind = 'recordio' | 'pickle' | 'npy' | 'parquet' | 'tfrecord';

export type Sniffed =
  | { readonly kind: 'image'; readonly image: ImageKind }
  | { readonly kind: 'archive'; readonly archive: ArchiveKind }
  | { readonly kind: 'pack'; readonly pack: PackKind }
  | { readonly kind: 'text' }
  /** `what` completes the sentence "it is …"; `advice` is a way to convert it, one sentence. */
  | { readonly kind: 'other'; readonly what: string; readonly advice?: string };

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

/** Signatures of files people mix up with face crops and archives of them: offset, bytes, name. */
const OTHERS: readonly (readonly [number, string, string])[] = [
  [0, 'II*\0', 'a TIFF image'],
  [0, 'MM\0*', 'a TIFF image'],
  [4, 'ftyphei', 'a HEIC image'],
  [4, 'ftyphev', 'a HEIC image'],
  [4, 'ftypmif1', 'a HEIC image'],
  [4, 'ftypavi', 'an AVIF image'],
  [4, 'ftyp', 'an MP4 or QuickTime video'],
  [4, 'JXL ', 'a JPEG XL image'],
  [0, '\xff\x0a', 'a JPEG XL image'],
  [0, '8BPS', 'a Photoshop document'],
  [0, '%PDF', 'a PDF document'],
  [8, 'AVI LIST', 'an AVI video'],
  [0, '\x1aE\xdf\xa3', 'a Matroska or WebM video'],
  [0, '7z\xbc\xaf', 'a 7-Zip archive'],
  [0, 'Rar!', 'a RAR archive'],
  [0, 'BZh', 'a bzip2 archive'],
  [0, '\xfd7zXZ', 'an xz archive'],
  [0, '\x28\xb5\x2f\xfd', 'a Zstandard archive'],
];

const TO_NPZ =
  'Convert it in Python: numpy.savez("faces.npz", images=images, labels=labels), images as [count, height, width, 3] bytes.';

/** Data sets of other programs that are not read here, with the way out. */
const FOREIGN: readonly (readonly [number, string, string, string])[] = [
  [0, '\x89HDF', 'an HDF5 file', `${TO_NPZ} h5py reads it.`],
  [0, 'MATLAB 7.3', 'a MATLAB 7.3 file', `${TO_NPZ} h5py reads it.`],
  [0, 'MATLAB 5.0', 'a MATLAB file', `${TO_NPZ} scipy.io.loadmat reads it.`],
  [
    16,
    '\xde\xc0\xef\xbe',
    'an LMDB database',
    'Write its values as files in Python, one folder per person, and drop the folder: lmdb.open(path, subdir=False).begin().cursor() goes through them.',
  ],
];

function other(head: Uint8Array): Sniffed {
  const start = latin1(head, 0, SNIFF_BYTES);
  const foreign = FOREIGN.find(([offset, signature]) => start.startsWith(signature, offset));
  if (foreign !== undefined) return { kind: 'other', what: foreign[2], advice: foreign[3] };
  const what = otherName(head, start);
  return what === 'text' ? { kind: 'text' } : { kind: 'other', what };
}

function otherName(head: Uint8Array, start: string): string {
  const known = OTHERS.find(([offset, signature]) => start.startsWith(signature, offset));
  if (known !== undefined) return known[2];
  // A download that never got its contents, or a tar without a file.
  if (head.every((byte) => byte === 0)) return 'nothing but zeros';
  const isUtf16 = start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff');
  if (!isUtf16 && head.subarray(0, SNIFF_BYTES).some(isControl)) return 'data of no known format';
  const markup = start
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase();
  if (markup.startsWith('<!doctype html') || markup.startsWith('<html')) return 'a web page';
  if (markup.startsWith('<') && markup.includes('<svg')) return 'an SVG drawing';
  return 'text';
}

/** Text has no control characters but those from tab to carriage return, and escape. */
function isControl(byte: number): boolean {
  return byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 27;
}

/**
 * @param head the first `SNIFF_BYTES` bytes of a file, or all of a shorter one; more does no harm
 */
export function sniff(head: Uint8Array): Sniffed {
  if (head.length === 0) return { kind: 'other', what: 'an empty file' };
  const image = imageKind(head);
  if (image !== null) return { kind: 'image', image };
  const archive = archiveKind(head);
  if (archive !== null) return { kind: 'archive', archive };
  const pack = packKind(head);
  return pack === null ? other(head) : { kind: 'pack', pack };
}
