/**
 * The built-in faces as a `FaceSet`: invented people, some images of each, labels with as much noise
 * as asked for. The same settings give the same bytes in a page, a worker and Node.
 */
import { permutation, STREAM, uniformInt } from '../../math/random';
import type { FaceSet } from '../types';
import { FEWEST_IMAGES, imageCounts, wrongLabels } from './counts';
import { sampleIdentity } from './identity';
import { people } from './names';
import { FaceRenderer } from './render';
import {
  IMBALANCE_RANGE,
  NUISANCE_RANGE,
  NUISANCES,
  SYNTHETIC_RANGES,
  type SyntheticSettings,
} from './settings';

export interface GenerateOptions {
  /** Called after each slice of work and at the end; `done` of `total` images. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Aborting rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Waits until other tasks of the thread have run; a macrotask by default. */
  readonly pause?: () => Promise<void>;
}

/** Work between two pauses, milliseconds: short enough that Cancel answers at once. */
const SLICE_MS = 20;
/** A set larger than this is refused instead of exhausting the tab's memory. */
const MAX_BYTES = 2 ** 31;

function requireIn(name: string, value: number, [low, high]: readonly [number, number]): void {
  if (value >= low && value <= high) return;
  throw new RangeError(`${name} must be between ${low} and ${high}, got ${value}`);
}

/** Throws a RangeError that names the setting and its value, or tells that the set would not fit. */
export function checkSettings(settings: SyntheticSettings): void {
  checkRanges(settings);
  const bytes = settings.identities * settings.imagesPerIdentity * settings.cropSize ** 2 * 3;
  if (bytes > MAX_BYTES) {
    throw new RangeError(
      'identities × imagesPerIdentity × cropSize² × 3 must be at most 2147483648 bytes, ' +
        `got ${bytes}`,
    );
  }
}

function checkRanges(settings: SyntheticSettings): void {
  for (const key of ['seed', 'identities', 'imagesPerIdentity', 'cropSize'] as const) {
    if (!Number.isInteger(settings[key])) {
      throw new RangeError(`${key} must be a whole number, got ${settings[key]}`);
    }
  }
  for (const key of [
    'seed',
    'identities',
    'imagesPerIdentity',
    'cropSize',
    'difficulty',
    'labelNoise',
  ] as const) {
    requireIn(key, settings[key], SYNTHETIC_RANGES[key]);
  }
  requireIn('imbalance', settings.imbalance ?? 0, IMBALANCE_RANGE);
  for (const name of NUISANCES) {
    requireIn(`nuisances.${name}`, settings.nuisances?.[name] ?? 1, NUISANCE_RANGE);
  }
}

/**
 * One image, `[cropSize, cropSize, 3]`, RGB: exactly the bytes that `generateFaces` stores for it.
 *
 * @param identityIndex 0 … identities − 1, position among the identities sorted by name
 * @param imageIndex 0 … imagesPerIdentity − 1
 * @throws RangeError for settings or indices out of range
 */
export function renderFace(
  settings: SyntheticSettings,
  identityIndex: number,
  imageIndex: number,
): Uint8Array {
  checkSettings(settings);
  const { seed, identities, cropSize } = settings;
  const entry = people(seed, identities)[identityIndex];
  if (entry === undefined) {
    throw new RangeError(
      `identityIndex must be between 0 and ${identities - 1}, got ${identityIndex}`,
    );
  }
  const images = imageCounts(settings)[identityIndex]!;
  if (!(Number.isInteger(imageIndex) && imageIndex >= 0 && imageIndex < images)) {
    throw new RangeError(`imageIndex must be between 0 and ${images - 1}, got ${imageIndex}`);
  }
  const out = new Uint8Array(cropSize * cropSize * 3);
  const { person } = entry;
  const who = sampleIdentity(seed, person);
  new FaceRenderer(cropSize).draw({ seed, person, who, image: imageIndex, settings }, out);
  return out;
}

/**
 * Draws the whole set. Identities are sorted by name; images of one person stand together, named
 * `<identity>/0001` after who they truly show, whatever label noise did to their label.
 *
 * @throws RangeError for settings out of range; rejects with the signal's reason when aborted
 */
export async function generateFaces(
  settings: SyntheticSettings,
  options: GenerateOptions = {},
): Promise<FaceSet> {
  checkSettings(settings);
  const { signal, onProgress, pause = macrotask } = options;
  const { seed, identities, cropSize } = settings;
  const counts = imageCounts(settings);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const stride = cropSize * cropSize * 3;
  signal?.throwIfAborted();
  const pixels = new Uint8Array(total * stride);
  const names: string[] = [];
  const persons = people(seed, identities);
  const renderer = new FaceRenderer(cropSize);
  let sliceStart = performance.now();
  for (const [place, { name, person }] of persons.entries()) {
    const who = sampleIdentity(seed, person);
    for (let image = 0; image < counts[place]!; image += 1) {
      const at = names.length * stride;
      const out = pixels.subarray(at, at + stride);
      renderer.draw({ seed, person, who, image, settings }, out);
      names.push(`${name}/${String(image + 1).padStart(4, '0')}`);
      if (performance.now() - sliceStart < SLICE_MS) continue;
      if (names.length < total) onProgress?.(names.length, total);
      await pause();
      signal?.throwIfAborted();
      sliceStart = performance.now();
    }
  }
  onProgress?.(total, total);
  const labels = noisyLabels(settings);
  const labelled = new Int32Array(identities);
  for (const label of labels) labelled[label] = labelled[label]! + 1;
  return {
    origin: { kind: 'synthetic', settings },
    cropSize,
    pixels,
    labels,
    names,
    identities: persons.map(({ name }, index) => ({ name, count: labelled[index]! })),
    rejected: [],
  };
}

/**
 * `[count]` labels: round(labelNoise · count) images get the label of another identity, drawn evenly.
 * Every identity keeps at least one image that truly shows it, and has two labels at least as long as
 * there are wrong ones to pass on.
 */
export function noisyLabels(settings: SyntheticSettings): Int32Array {
  const { seed, identities } = settings;
  const counts = imageCounts(settings);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const truth = new Int32Array(total);
  let start = 0;
  for (const [place, count] of counts.entries()) {
    truth.fill(place, start, start + count);
    start += count;
  }
  const labels = truth.slice();
  const wanted = wrongLabels(settings, total);
  if (wanted === 0) return labels;
  const kept = counts;
  const wrong: number[] = [];
  for (const image of permutation(seed, STREAM.labelNoise, 0, total)) {
    if (wrong.length === wanted) break;
    const who = truth[image]!;
    if (kept[who]! <= 1) continue;
    kept[who] = kept[who]! - 1;
    const other = uniformInt(seed, STREAM.labelNoise, 1, image, identities - 1);
    labels[image] = other < who ? other : other + 1;
    wrong.push(image);
  }
  shareOut({ labels, truth, wrong, identities });
  return labels;
}

interface NoisyLabels {
  /** Changed in place. */
  readonly labels: Int32Array;
  readonly truth: Int32Array;
  /** The images whose label is not the true one, in the order drawn. */
  readonly wrong: readonly number[];
  readonly identities: number;
}

/**
 * Gives those with fewer than two labels a wrong one of somebody who has more than two: with one they
 * could not both train and be held out. As many labels are wrong as before.
 */
function shareOut({ labels, truth, wrong, identities }: NoisyLabels): void {
  const has = new Int32Array(identities);
  for (const label of labels) has[label] = has[label]! + 1;
  for (let poor = 0; poor < identities; poor += 1) {
    if (has[poor]! >= FEWEST_IMAGES) continue;
    const image = wrong.find((at) => truth[at] !== poor && has[labels[at]!]! > FEWEST_IMAGES);
    if (image === undefined) continue;
    has[labels[image]!] = has[labels[image]!]! - 1;
    labels[image] = poor;
    has[poor] = has[poor]! + 1;
  }
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * The first images of the first identities, for a look at settings before they are used: also at some
 * that would make a larger set than fits.
 *
 * @throws RangeError for a setting out of range
 */
export function previewFaces(
  settings: SyntheticSettings,
  identities: number,
  images: number,
): Pick<FaceSet, 'cropSize' | 'pixels'> & { readonly count: number } {
  checkRanges(settings);
  const { seed, cropSize } = settings;
  const counts = imageCounts(settings);
  const stride = cropSize * cropSize * 3;
  const renderer = new FaceRenderer(cropSize);
  const persons = people(seed, settings.identities).slice(0, identities);
  const pixels = new Uint8Array(persons.length * images * stride);
  let count = 0;
  for (const [place, { person }] of persons.entries()) {
    const who = sampleIdentity(seed, person);
    for (let image = 0; image < images; image += 1) {
      const out = pixels.subarray(count * stride, (count + 1) * stride);
      count += 1;
      // Somebody with fewer images leaves the rest of the row white.
      if (image < counts[place]!) renderer.draw({ seed, person, who, image, settings }, out);
      else out.fill(255);
    }
  }
  return { cropSize, pixels, count };
}
