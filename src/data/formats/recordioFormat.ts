/**
 * RecordIO as MXNet writes it, little-endian throughout. A record is one part or several:
 * magic · flag and length · payload · zeros to a multiple of 4. A payload that has the magic on a
 * multiple of 4 is split there, and the magic itself left out. The payload of an image is
 * flag (u32) · label (f32) · id (u64) · second id (u64) · `flag` more labels (f32) · the encoded image.
 * Format: dmlc-core `recordio.h`, MXNet `image_recordio.h` and `recordio.py`.
 */

/** Bytes 0A 23 D7 CE. Its three highest bits are no part kind, so that no length is taken for it. */
export const RECORD_MAGIC = 0xced7230a;
/** The magic, the flag and length. */
export const PART_HEAD = 8;
/** Flag, label and both ids. */
export const IMAGE_HEAD = 24;
/** Of a record in one part: up to and with its first label, wherever that is. */
export const HEAD_BYTES = PART_HEAD + IMAGE_HEAD + 4;

/** Which part of a record: all of it, its first, one between, its last; others do not exist. */
export const PART = { whole: 0, first: 1, middle: 2, last: 3 } as const;

/** @param word the second word of a part */
export function partKind(word: number): number {
  return word >>> 29;
}

/** Bytes without the padding, below 2^29. */
export function partLength(word: number): number {
  return word & 0x1fffffff;
}

export function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/** Whether a record begins with these two words. */
export function startsRecord(magic: number, word: number): boolean {
  return magic === RECORD_MAGIC && partKind(word) <= PART.first;
}

/** @param head the first bytes of a file, 8 or more */
export function isRecordIO(head: Uint8Array): boolean {
  if (head.length < PART_HEAD) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return startsRecord(view.getUint32(0, true), view.getUint32(4, true));
}

/** What a record says about its image. */
export interface RecordHead {
  /** How many labels stand between the head and the image; 0: the label is in the head. */
  readonly labels: number;
  /** The label, or the first of them. */
  readonly label: number;
  /** Usually the record's key in the index; precise up to 2^53. */
  readonly id: number;
  /** Where the image begins in the payload. */
  readonly imageStart: number;
  /** Bytes of the encoded image. */
  readonly imageSize: number;
}

/**
 * @param view holds the payload's first 28 bytes from `at`, or all of a shorter one
 * @param length of the whole payload
 * @returns the head, or why it is none, one sentence
 */
export function parseHead(view: DataView, at: number, length: number): RecordHead | string {
  if (length < IMAGE_HEAD) return `It has ${length} bytes, fewer than the head of an image.`;
  const labels = view.getUint32(at, true);
  const imageStart = IMAGE_HEAD + 4 * labels;
  if (imageStart > length) return `It has ${length} bytes, too few for its ${labels} labels.`;
  return {
    labels,
    label: view.getFloat32(at + (labels > 0 ? IMAGE_HEAD : 4), true),
    id: view.getUint32(at + 12, true) * 2 ** 32 + view.getUint32(at + 8, true),
    imageStart,
    imageSize: length - imageStart,
  };
}
