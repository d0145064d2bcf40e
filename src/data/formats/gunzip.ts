/**
 * The unpacked stream of a gzip file, read in small pieces so that neither the file nor what comes of
 * it is in memory. What unpacks to more than 200 times its size, beyond a gigabyte, is stopped.
 */
import type { IndexOptions } from './archive';
import { FormatError } from './errors';

/** One read of the file. */
const WINDOW = 1 << 20;
/** Some browsers unpack a piece at once, whatever is waited for: 66 MB come of this at most. */
const PIECE = 1 << 16;
/** So many bytes may come of any file, and of a larger one so many times its size. */
const LIMITS = { always: 2 ** 30, ratio: 200 };

function bomb(packed: number, unpacked: number): FormatError {
  return new FormatError(
    'archive/unsupported',
    `Its first ${packed} bytes unpack to ${unpacked}, as in a zip bomb; the rest is not read.`,
    'Unpack it yourself if you trust it, and give the folder.',
  );
}

/**
 * @param options `onProgress` counts compressed bytes
 * @returns a stream that fails with the system's error where the data is damaged, or with a
 *   FormatError `archive/unsupported` where it unpacks to too much
 */
export function gunzip(
  blob: Blob,
  options: IndexOptions = {},
  limits: typeof LIMITS = LIMITS,
): ReadableStream<Uint8Array> {
  let window = new Uint8Array(0);
  let at = 0;
  let position = 0;
  let unpacked = 0;
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        if (at === window.length) {
          options.signal?.throwIfAborted();
          options.onProgress?.(position, blob.size);
          const part = blob.slice(position, position + WINDOW);
          window = new Uint8Array(await part.arrayBuffer());
          at = 0;
        }
        const piece = window.subarray(at, at + PIECE);
        at += piece.length;
        position += piece.length;
        if (piece.length > 0) controller.enqueue(piece);
        if (position >= blob.size) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      unpacked += part.length;
      if (unpacked > limits.always && unpacked > limits.ratio * position) {
        throw bomb(position, unpacked);
      }
      controller.enqueue(part);
    },
  });
  return packed.pipeThrough(new DecompressionStream('gzip')).pipeThrough(limit);
}
