/**
 * The small decisions around loading: which ways of reading are the same, which pictures are decoded,
 * what is told of the faces that came of it. Pure functions.
 */
import { alikeNames } from '../data/alikeNames';
import { ImportError } from '../data/import/importError';
import { editsFrom } from '../data/inspect/edit';
import type { FaceSet } from '../data/types';
import type { FilesConfig } from '../training/config';
import { leastImages } from '../training/leastImages';
import { MAX_KEPT_BYTES } from './faceBase';
import type { OpenedFiles } from './openedFiles';
import type { DataSummary } from './protocol';

/** The same for every minimum. */
export function keyOf({ minImagesPerIdentity: _, ...config }: FilesConfig): string {
  return JSON.stringify(config, Object.keys(config).sort());
}

/** How kept faces were read and corrected; what is not as `keep` wrote it is as if it were not there. */
export function keptWay(kept: unknown, cropSize: number) {
  const config: unknown = Object(kept).config;
  const minimum: unknown = Object(config).minImagesPerIdentity;
  const minImagesPerIdentity = typeof minimum === 'number' && minimum >= 1 ? minimum : 2;
  // Written by `keep` alone; the crop size is the faces' own.
  const before = Object(config).kind === 'files' ? (config as FilesConfig) : {};
  const files: FilesConfig = { ...before, kind: 'files', cropSize, minImagesPerIdentity };
  try {
    return { config: files, edits: editsFrom(Object(kept).edits) };
  } catch {
    return { config: files, edits: [] };
  }
}

/**
 * Which pictures are decoded. Where all of them fit, those of identities with too few are, too, unless
 * the minimum decides who is among the first people or in the sample, or only the whole set tells who
 * has that many.
 */
export function chosenFor(opened: OpenedFiles, config: FilesConfig) {
  const { of: people } = opened.people(config.namePattern ?? null);
  const all = opened.choose(config, false);
  const images = all?.length ?? opened.catalogue.entries.length;
  const fits = images * config.cropSize ** 2 * 3 <= MAX_KEPT_BYTES;
  const isLess = leastImages(config) < config.minImagesPerIdentity;
  const drawn =
    isLess || (config.firstIdentities ?? null) !== null || (config.sample ?? null) !== null;
  return fits && !drawn
    ? { people, chosen: all, key: keyOf(config) }
    : { people, chosen: opened.choose(config, true), key: JSON.stringify(config) };
}

/** People to train on and people to hold out, where there is a list of each. */
export function withLists(faces: FaceSet, { catalogue }: OpenedFiles): FaceSet {
  const namesOf = (role: 'train' | 'test'): string[] =>
    catalogue.lists.flatMap(({ list }) =>
      list.kind === 'people' && list.role === role ? list.folds.flat().map(({ name }) => name) : [],
    );
  const [train, heldOut] = [namesOf('train'), namesOf('test')];
  return train.length > 0 && heldOut.length > 0 ? { ...faces, lists: { train, heldOut } } : faces;
}

export function tooMuch({ catalogue, label }: OpenedFiles): ImportError {
  return new ImportError(
    'data/choose-part',
    `${label} has ${catalogue.entries.length.toLocaleString('en')} images, more than are loaded without asking.`,
    'Choose which part of it to load.',
  );
}

export function summarise(
  faces: FaceSet,
  facts: Pick<
    DataSummary,
    'facesId' | 'config' | 'label' | 'droppedIdentities' | 'droppedImages' | 'loadMs' | 'edits'
  >,
): DataSummary {
  const firstImage = new Uint32Array(faces.identities.length);
  for (let image = faces.labels.length - 1; image >= 0; image -= 1) {
    firstImage[faces.labels[image]!] = image;
  }
  const { identities } = faces;
  const alike = alikeNames(identities).map((places) => places.map((at) => identities[at]!.name));
  return {
    ...facts,
    cropSize: faces.cropSize,
    images: faces.labels.length,
    identities: faces.identities,
    firstImage,
    rejected: faces.rejected,
    splits: {
      own: faces.splits?.some((split) => split !== null) ?? false,
      list: faces.lists !== undefined,
    },
    ...(alike.length === 0 ? {} : { alike }),
  };
}
