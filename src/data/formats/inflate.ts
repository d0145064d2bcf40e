/**
 * Unpacks deflated bytes whose unpacked length is known, and never more than that: what would grow
 * beyond it is stopped while it is being unpacked, so that a small file cannot fill the memory.
 */
import { corrupt } from './archive';

/** Without a header, as in a zip, or within gzip's. */
export type Packing = 'deflate-raw' | 'gzip';

/** A piece of so many packed bytes unpacks to 17 MB at most before what came of it is looked at. */
const PIECE = 1 << 14;
/** Deflate packs 258 bytes into two bits at best. */
const BEST_RATIO = 1032;

function inPieces(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (at < bytes.length) controller.enqueue(bytes.subarray(at, at + PIECE));
        at += PIECE;
        if (at >= bytes.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * The first `length` bytes of a stream, fewer where it ends or fails before; the rest is not read.
 * @returns the bytes, and whether it failed
 */
export async function headOf(
  stream: ReadableStream<Uint8Array>,
  length: number,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly failed: boolean }> {
  const reader = stream.getReader();
  const bytes = new Uint8Array(length);
  let filled = 0;
  let failed = false;
  try {
    while (filled < length) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, length - filled);
      bytes.set(part, filled);
      filled += part.length;
    }
  } catch {
    failed = true;
  }
  // A stream that has failed already has nothing left to stop.
  await reader.cancel().catch(() => undefined);
  return { bytes: bytes.slice(0, filled), failed };
}

/**
 * The first bytes of what was packed, from the first bytes of the packed data.
 * @returns `length` bytes, fewer where the data ends or is damaged before
 */
export async function inflateHead(
  packed: Uint8Array<ArrayBuffer>,
  packing: Packing,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  // The data is cut off on purpose: what came before that is what was asked for.
  const { bytes } = await headOf(
    inPieces(packed).pipeThrough(new DecompressionStream(packing)),
    length,
  );
  return bytes;
}

/**
 * @param size the unpacked length as it is declared, bytes
 * @returns at most `size` bytes, fewer where less was packed
 * @throws FormatError `archive/corrupt` when the data is damaged or unpacks to more than `size`
 */
export async function inflate(
  packed: Uint8Array<ArrayBuffer>,
  packing: Packing,
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (size > packed.length * BEST_RATIO + 64) {
    throw corrupt(`${packed.length} compressed bytes cannot unpack to ${size}.`);
  }
  const reader = inPieces(packed).pipeThrough(new DecompressionStream(packing)).getReader();
  const bytes = new Uint8Array(size);
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return length === size ? bytes : bytes.slice(0, length);
      if (length + value.length > size) break;
      bytes.set(value, length);
      length += value.length;
    }
  } catch {
    throw corrupt('Its compressed data is damaged.');
  }
  // The data has failed the caller already; that it may also fail to stop changes nothing.
  await reader.cancel().catch(() => undefined);
  throw corrupt(`Its compressed data unpacks to more than the ${size} bytes it declares.`);
}
