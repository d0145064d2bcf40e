/** Reading files in tests as the page does, but for the decoder: PGM and PPM need no browser. */
import { makeZip, type TestFile } from '../formats/archives.testing';
import { greyPgm } from '../formats/bytes.testing';
import { decodeNetpbm } from '../formats/netpbm';
import { makeNpy } from '../formats/npy.testing';
import { makeRecordIO } from '../formats/recordio.testing';
import type { FaceSet, RejectedFile } from '../types';
import type { FaceSource } from './catalogue';
import { ImportError } from './importError';
import type { DecodedFace } from './intake';
import { peopleIn } from './people';
import { loadFaces, openFaces } from './readFaces';
import { cropAndResize } from './resize';

/** Decodes PGM and PPM only, which needs no browser. */
export const decodePgm = async (bytes: Uint8Array, size: number): Promise<DecodedFace> => {
  const { width, height, rgb } = decodeNetpbm(bytes);
  const crop = cropAndResize({ width, height, channels: 3, data: rgb }, size);
  return { rgb: crop, width, height, format: 'netpbm' };
};

export function sourcesOf(files: readonly TestFile[]): FaceSource[] {
  return files.map(({ path, bytes }) => ({ path, file: new Blob([bytes]) }));
}

/** Two people with two images each. */
export const GOOD: readonly TestFile[] = ['Ann', 'Bob'].flatMap((name, person) =>
  [1, 2].map((image) => ({
    path: `faces/${name}/${image}.pgm`,
    bytes: greyPgm(10 * person + image),
  })),
);
export const GOOD_PEOPLE = { Ann: 2, Bob: 2 };

/** The good files, and others beside them. */
export function beside(...others: readonly FaceSource[]): FaceSource[] {
  return [...sourcesOf(GOOD), ...others];
}

export const sourceOf = (path: string, bytes: Uint8Array<ArrayBuffer>): FaceSource => {
  return { path, file: new Blob([bytes]) };
};

/** Pixels and labels: people 5 and 7, two images each. */
export function npz(): Promise<Blob> {
  const pixels = Uint8Array.from({ length: 4 * 8 * 8 }, (_, index) => (index * 7) & 0xff);
  return makeZip([
    { path: 'images.npy', bytes: makeNpy('|u1', [4, 8, 8], pixels) },
    { path: 'labels.npy', bytes: makeNpy('<i4', [4], Int32Array.of(5, 5, 7, 7)) },
  ]);
}

/** Two people, two images each: classes 0 and 1. */
export const RECORDS = makeRecordIO(
  [
    [greyPgm(1), greyPgm(2)],
    [greyPgm(3), greyPgm(4)],
  ],
  { convention: 'plain' },
);

/** What a person gets to see of a load. */
export interface Outcome {
  /** Name and number of crops of each person. */
  readonly people: Readonly<Record<string, number>>;
  /** The names of the crops, in the order of the set. */
  readonly names: readonly string[];
  readonly rejected: readonly RejectedFile[];
  /** What the files as a whole could not be read for. */
  readonly error: ImportError | null;
}

/**
 * Lists the files, and then decodes them.
 * @throws whatever else than an ImportError reading throws, which is a defect
 */
export async function outcomeOf(sources: readonly FaceSource[]): Promise<Outcome> {
  const catalogue = await openFaces(sources, {});
  const people = peopleIn(catalogue.entries, catalogue.lists);
  const options = { cropSize: 2, label: 'test', decode: decodePgm };
  try {
    return seen(await loadFaces({ catalogue, people, chosen: null }, options));
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return { people: {}, names: [], rejected: error.rejected, error };
  }
}

function seen({ identities, names, rejected }: FaceSet): Outcome {
  // A person may be called `__proto__`.
  const people = Object.fromEntries(identities.map(({ name, count }) => [name, count]));
  return { people, names, rejected, error: null };
}
