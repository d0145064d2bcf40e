/**
 * Who is on the pictures of a verification pack. A pack names nobody; it only says of pairs whether
 * they show the same person. Pictures that are linked by "same" are one person, and so are pictures
 * that are the same bytes, because one photograph often stands in several pairs. What is not linked
 * may still be one person whom no pair connects: the people found this way are parts of people.
 */
import type { DisjointSets } from '../../math/disjointSets';
import type { IndexOptions } from './archive';
import { BufferedBlob } from './byteSource';
import { crc32 } from './crc32';

/** Places of encoded images in a file, by number of the image; a length of 0 is no image. */
export interface PackPlaces {
  readonly offsets: Float64Array;
  readonly lengths: Float64Array;
}

/** A file up to this size is read once to find equal pictures. */
export const MOST_COMPARED_BYTES = 200e6;

/** FNV-1a over 32 bits, to stand beside a checksum of another kind. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < bytes.length; index += 1) {
    hash = Math.imul(hash ^ bytes[index]!, 0x01000193);
  }
  return hash >>> 0;
}

/** Joins images that lie at the same place: a pickle writes what is the same object once. */
export function joinEqualPlaces(groups: DisjointSets, { offsets, lengths }: PackPlaces): void {
  const seen = new Map<number, number>();
  for (let index = 0; index < offsets.length; index += 1) {
    if (lengths[index] === 0) continue;
    const first = seen.get(offsets[index]!);
    if (first === undefined) seen.set(offsets[index]!, index);
    else groups.join(first, index);
  }
}

/**
 * Joins images of equal bytes: equal in length, and in two checksums of 32 bits together. Reads the
 * images one after the other through a small window.
 */
export async function joinEqualBytes(
  groups: DisjointSets,
  { offsets, lengths }: PackPlaces,
  blob: Blob,
  options: IndexOptions,
): Promise<void> {
  const file = new BufferedBlob(blob);
  const seen = new Map<string, number>();
  for (let index = 0; index < offsets.length; index += 1) {
    const length = lengths[index]!;
    if (length === 0) continue;
    if (index % 256 === 0) {
      options.signal?.throwIfAborted();
      options.onProgress?.(offsets[index]!, blob.size);
    }
    const bytes = await file.read(offsets[index]!, length);
    const key = `${length}:${crc32(bytes)}:${fnv1a(bytes)}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else groups.join(first, index);
  }
}
