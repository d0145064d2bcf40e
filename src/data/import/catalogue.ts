/**
 * Everything a person gave, as one list of pictures that are read only when they are asked for:
 * whatever it came in, a loose file, an archive or a packed data set. Nothing here is decoded.
 */
import type { ArchiveMember } from '../formats/archive';
import { TarGzMember } from '../formats/targz';
import { WebDatasetMember } from '../formats/webdataset';
import type { FaceList } from '../lists/faceList';
import type { Match } from '../lists/match';
import type { RejectedFile } from '../types';
import { splitPath } from './paths';

/** One file as it was given: `path` has the folders it was given in. */
export interface FaceSource {
  readonly path: string;
  readonly file: Blob;
}

/** A file that may be a face crop. Half a million of them must fit: no closure, no string of its own. */
export class CatalogueEntry {
  /** The archive or the packed set it is in, or `null`. */
  readonly container: string | null;
  /** The file itself where it is in no container: it may turn out to be an archive. */
  readonly loose: Blob | null;
  readonly #member: ArchiveMember;

  constructor(container: string | null, member: ArchiveMember, loose: Blob | null = null) {
    this.container = container;
    this.loose = loose;
    this.#member = member;
  }

  /** Where it is a member of a compressed tar, to be read in the order of that. */
  get stream(): TarGzMember | null {
    const member = this.#member instanceof WebDatasetMember ? this.#member.image : this.#member;
    return member instanceof TarGzMember ? member : null;
  }

  /** Inside the container, or as given. */
  get path(): string {
    return this.#member.path;
  }

  /** For messages and for the order: the container and the path. */
  get name(): string {
    return this.container === null ? cleaned(this.path) : `${this.container}/${cleaned(this.path)}`;
  }

  /** Encoded bytes; 0 where only reading tells. */
  get size(): number {
    return this.#member.size;
  }

  /** Who is on it, where its container says so. */
  get identity(): string | null {
    return this.#member.identity ?? null;
  }

  /** The part of the set, where its container says so. */
  get split(): string | null {
    return this.#member.split ?? null;
  }

  /** @throws FormatError, or what the system says of a file that is gone */
  read(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#member.read();
  }
}

/** A list of labels, parts or pairs that lay among the pictures. */
export interface FoundList {
  readonly name: string;
  readonly list: FaceList;
  /** `[entries]`, what it says of each picture; `null` for a list that is not about pictures. */
  readonly matches: readonly (Match | null)[] | null;
  /** `[entries]`, the line with the landmarks of each picture, negative for none; of such lists only. */
  readonly lines?: Int32Array;
}

/** Verification pairs that came with a packed set, as places in `entries`. */
export interface FoundPairs {
  readonly name: string;
  readonly first: Uint32Array;
  readonly second: Uint32Array;
  /** 1 where both are of one person. */
  readonly same: Uint8Array;
}

export interface Catalogue {
  /** In the order of the sources, and inside a container in its order. */
  readonly entries: readonly CatalogueEntry[];
  readonly rejected: readonly RejectedFile[];
  readonly lists: readonly FoundList[];
  readonly pairs: readonly FoundPairs[];
  /** What a person should know about how it was read, one sentence each. */
  readonly notes: readonly string[];
  /** Of these, what lists and labels have to do with who is who: worth knowing before training. */
  readonly whoNotes: readonly string[];
  /**
   * Bytes that it takes to learn from all records of large `.rec` files who is on their images, where only
   * a part was looked at; `null` where that was done.
   */
  readonly allHeadsBytes: number | null;
}

/** A path without `.`, `..`, a leading `/` and backslashes. */
export function cleaned(path: string): string {
  const { folders, file } = splitPath(path);
  return [...folders, file].join('/');
}
