/**
 * Who is on the pictures of a verification pack. A pack names nobody; it only says of pairs whether
 * they show the same person. Pictures that are linked by "same" are one person, and so are pictures
 * that are the same bytes, because one photograph often stands in several pairs. What is not linked
 * may still be one person whom no pair connects: the people found this way are parts of people.
 */
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

/** Groups that grow together; every group is known by its first member. */
export class Groups {
  readonly #parents: Uint32Array;

  constructor(count: number) {
    this.#parents = Uint32Array.from({ length: count }, (_, index) => index);
  }

  /** The first member of the group that `index` is in. */
  first(index: number): number {
    const parents = this.#parents;
    let root = index;
    while (parents[root] !== root) root = parents[root]!;
    for (let at = index; at !== root; ) {
      const next = parents[at]!;
      parents[at] = root;
      at = next;
    }
    return root;
  }

  join(a: number, b: number): void {
    const [first, second] = [this.first(a), this.first(b)];
    // The earlier one stays the root, so that numbers follow the order of first appearance.
    this.#parents[Math.max(first, second)] = Math.min(first, second);
  }

  /** `[count]`: the number of each member's group, from 0, in order of first appearance. */
  numbers(): Uint32Array<ArrayBuffer> {
    const numbers = new Uint32Array(this.#parents.length);
    let groups = 0;
    for (let index = 0; index < numbers.length; index += 1) {
      const first = this.first(index);
      numbers[index] = first === index ? groups : numbers[first]!;
      if (first === index) groups += 1;
    }
    return numbers;
  }
}

/** FNV-1a over 32 bits, to stand beside a checksum of another kind. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < bytes.length; index += 1) {
    hash = Math.imul(hash ^ bytes[index]!, 0x01000193);
  }
  return hash >>> 0;
}

/** Joins images that lie at the same place: a pickle writes what is the same object once. */
export function joinEqualPlaces(groups: Groups, { offsets, lengths }: PackPlaces): void {
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
  groups: Groups,
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
