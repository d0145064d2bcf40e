/**
 * Reads crops of a kept set into one packed store: neighbours together, straight to where they go, in
 * pieces small enough that other work gets its turn between them.
 */
import type { KeptIndex } from './keptSet';

/** A file that is open for reading. */
export interface StoredFile {
  /** Bytes. */
  readonly size: number;
  /** Fills `into` with what stands from byte `at` on. @throws where it cannot be read */
  read(into: Uint8Array, at: number): void | Promise<void>;
  close(): void;
}

/** What goes on while pixels are read. */
export interface ReadWork {
  readonly signal?: AbortSignal;
  readonly onProgress?: (images: number, total: number) => void;
  /** Waited for now and then, so that other work gets its turn. */
  readonly pause?: () => Promise<void>;
}

/** Bytes read without a pause: some milliseconds on a file that the system has at hand. */
const STRETCH_BYTES = 2 ** 23;

/**
 * @param images indices into the set, or `null` for every image
 * @returns `[images, cropSize, cropSize, 3]`
 * @throws what the file throws, or the signal's reason
 */
export async function readCrops(
  file: StoredFile,
  { names, cropSize }: Pick<KeptIndex, 'names' | 'cropSize'>,
  images: Uint32Array | null,
  { signal, onProgress, pause }: ReadWork,
): Promise<Uint8Array<ArrayBuffer>> {
  const total = images?.length ?? names.length;
  const perCrop = cropSize * cropSize * 3;
  const most = Math.max(1, Math.floor(STRETCH_BYTES / perCrop));
  const pixels = new Uint8Array(total * perCrop);
  let paused = 0;
  for (let at = 0; at < total; ) {
    const first = images === null ? at : images[at]!;
    let end = at + 1;
    while (
      end < total &&
      end - at < most &&
      (images === null || images[end] === first + end - at)
    ) {
      end += 1;
    }
    await file.read(pixels.subarray(at * perCrop, end * perCrop), first * perCrop);
    at = end;
    if (at - paused < most && at < total) continue;
    paused = at;
    onProgress?.(at, total);
    await pause?.();
    signal?.throwIfAborted();
  }
  return pixels;
}
