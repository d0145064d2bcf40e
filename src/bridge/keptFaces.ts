/**
 * Opening a kept set: its index tells who is in it, and a dozen crops are read at once, so that the page
 * can show it while the rest of the pixels are read.
 */
import { glanceOf } from '../data/glance';
import { imagesOfMany } from '../data/import/filterFaces';
import type { Edit } from '../data/inspect/edit';
import { facesOf, type KeptCounts, type KeptIndex } from '../data/store/keptSet';
import type { OpenedSet } from '../data/store/keptSets';
import type { FilesConfig } from '../training/config';
import { leastImages } from '../training/leastImages';
import { thumbnailsOf } from './answers';
import { FaceBase } from './faceBase';
import type { DataSummary, Thumbnails, WorkerEvent } from './protocol';
import { keptWay, summarise } from './waysToLoad';

/** What opening the set would give: its corrections and its minimum count. */
export function countKept(index: KeptIndex): KeptCounts {
  const faces = facesOf(index);
  const { config, edits } = keptWay(index.config, index.cropSize);
  try {
    const used = new FaceBase(faces).outline(edits, leastImages(config)).faces;
    return { images: used.labels.length, identities: used.identities.length };
  } catch {
    // Opening it says why there is nobody left.
    return { images: faces.labels.length, identities: faces.identities.length };
  }
}

export interface KeptFaces {
  readonly base: FaceBase;
  readonly config: FilesConfig;
  readonly edits: readonly Edit[];
  readonly label: string;
  /** What the page may show already. */
  readonly opening: Extract<WorkerEvent, { kind: 'opening' }>;
}

/**
 * @param facesId what they are told apart by once they are open
 * @param started when the opening began, `performance.now()`
 * @throws ImportError `data/storage` or `data/too-few-identities`, EditError
 */
export async function openKeptFaces(
  kept: OpenedSet,
  facesId: string,
  started: number,
): Promise<KeptFaces> {
  const { config, edits } = keptWay(kept.index.config, kept.faces.cropSize);
  const base = FaceBase.ofKept(kept);
  const label = kept.index.name;
  const { faces, ...dropped } = base.outline(edits, leastImages(config));
  const loadMs = performance.now() - started;
  const facts = { facesId, config, label, ...dropped, loadMs, edits: edits.length };
  const data: DataSummary = { ...summarise(faces, facts), kept: true };
  // Else any image may have moved: its place in the file is not known.
  const thumbnails = base.asRead(edits) ? await glanceAt(kept, data, config) : null;
  return { base, config, edits, label, opening: { kind: 'opening', data, thumbnails } };
}

async function glanceAt(
  kept: OpenedSet,
  { firstImage }: DataSummary,
  config: FilesConfig,
): Promise<Thumbnails> {
  const indices = glanceOf(firstImage);
  const images = imagesOfMany(kept.faces.identities, leastImages(config));
  const pixels = await kept.pixels(indices.map((image) => images[image]!));
  const labels = new Int32Array(indices.length);
  const { cropSize } = kept.faces;
  return {
    ...thumbnailsOf(
      { cropSize, pixels, labels },
      indices.map((_, place) => place),
    ),
    indices,
  };
}
