/**
 * How TFRecord frames its records: length (u64) · its checksum (u32) · data · its checksum (u32), all
 * little-endian. Format: TensorFlow `tfrecord` guide, `record_writer.cc`.
 */
import { maskedCrc32c } from './crc32c';

/** The length and its checksum. */
export const FRAME_HEAD = 12;
/** The checksum of the data. */
export const FRAME_TAIL = 4;

/**
 * The length a frame states.
 * @param head its first 12 bytes
 * @returns `null` where the checksum says that it is none
 */
export function frameLength(head: Uint8Array): number | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (maskedCrc32c(head.subarray(0, 8)) !== view.getUint32(8, true)) return null;
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  return Number.isSafeInteger(length) ? length : null;
}

/** @param head the first bytes of a file, 12 or more */
export function looksLikeTfRecord(head: Uint8Array): boolean {
  return head.length >= FRAME_HEAD && (frameLength(head) ?? 0) > 0;
}
