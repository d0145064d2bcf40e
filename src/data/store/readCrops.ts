/**
 * Reads crops of a kept set into one packed store: those that lie near each other together, in pieces
 * small enough that other work gets its turn between them.
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
 * Crops that are not wanted are read along up to here: a call costs what so many bytes do (0.6 ms in
 * Chromium, where 12 kB crops one by one took three times as long as all of them in large pieces).
 */
const GAP_BYTES = 2 ** 17;

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
  const gap = 1 + Math.floor(GAP_BYTES / perCrop);
  const place = images === null ? (at: number) => at : (at: number) => images[at]!;
  const pixels = new Uint8Array(total * perCrop);
  let scratch: Uint8Array | null = null;
  let unpaused = 0;
  for (let at = 0; at < total; ) {
    const first = place(at);
    let last = first;
    let end = at + 1;
    for (; end < total; end += 1) {
      const next = place(end);
      if (next <= last || next - last > gap || next - first >= most) break;
      last = next;
    }
    const span = last - first + 1;
    if (span === end - at) {
      await file.read(pixels.subarray(at * perCrop, end * perCrop), first * perCrop);
    } else {
      scratch ??= new Uint8Array(most * perCrop);
      await file.read(scratch.subarray(0, span * perCrop), first * perCrop);
      for (let crop = at; crop < end; crop += 1) {
        const from = (place(crop) - first) * perCrop;
        pixels.set(scratch.subarray(from, from + perCrop), crop * perCrop);
      }
    }
    at = end;
    unpaused += span;
    if (unpaused < most && at < total) continue;
    unpaused = 0;
    onProgress?.(at, total);
    await pause?.();
    signal?.throwIfAborted();
  }
  return pixels;
}
