/**
 * Reads and decodes the chosen pictures of a catalogue into one packed store: many files at a time,
 * few bytes at a time, never a whole archive. A file that cannot be used is listed with its reason. The
 * result depends on the files alone, not on the order in which they were decoded.
 */

import type { FaceSet } from '../types';
import type { Catalogue, FaceSource } from './catalogue';
import { cancelled } from './importError';
import { Intake, type IntakeOptions } from './intake';
import { type OpenOptions, openSources } from './open';
import { type Person, peopleIn } from './people';
import { allPictures, ByteBudget, type Picture } from './pictures';
import { type ImportProgress, ProgressReporter } from './progress';

export interface ReadFacesOptions extends IntakeOptions {
  /** Files that are read or decoded at the same time; 128 where it is left out. */
  readonly concurrency?: number;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

async function takeIn(
  pictures: readonly Picture[],
  intake: Intake,
  options: ReadFacesOptions & { readonly onDone: () => void },
): Promise<void> {
  const budget = new ByteBudget();
  const files = allPictures(pictures, budget, (rejected) => intake.rejected.push(rejected));
  let failed = false;
  const lane = async () => {
    for (;;) {
      const next = await files.next();
      if (next.done) return;
      const picture = next.value;
      try {
        if (failed || options.signal?.aborted) return;
        await intake.accept(picture);
        options.onDone();
      } catch (error) {
        failed = true;
        throw error;
      } finally {
        budget.release(picture.entry.size);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: options.concurrency ?? 128 }, lane));
  } finally {
    // Closes an archive that is read from start to end.
    await files.return();
  }
}

/** Rejects as soon as the signal is aborted, whatever the rest is waiting for. */
function orAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined) {
  if (signal === undefined) return work;
  let stopListening = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = () => reject(cancelled());
    // Between two stages, when nobody was listening.
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    stopListening = () => signal.removeEventListener('abort', onAbort);
  });
  return Promise.race([work, aborted]).finally(stopListening);
}

function reporterOf(options: Pick<ReadFacesOptions, 'onProgress'>): ProgressReporter {
  return new ProgressReporter(options.onProgress ?? (() => undefined), () => performance.now());
}

export interface OpenFacesOptions extends Pick<ReadFacesOptions, 'onProgress' | 'signal'> {
  readonly budget?: OpenOptions['budget'];
}

/**
 * Lists what was given, without decoding anything.
 * @throws ImportError `data/cancelled`
 */
export function openFaces(
  sources: readonly FaceSource[],
  options: OpenFacesOptions,
): Promise<Catalogue> {
  if (options.signal?.aborted) throw cancelled();
  return openAll(sources, 'unlikely images', options, reporterOf(options));
}

function openAll(
  sources: readonly FaceSource[],
  look: OpenOptions['look'],
  { signal, budget }: OpenFacesOptions,
  progress: ProgressReporter,
): Promise<Catalogue> {
  const onOpened = (done: number) => progress.update('list', done, sources.length);
  const onProgress = (done: number, total: number) => progress.update('index', done, total);
  return orAborted(openSources(sources, { signal, budget, look, onOpened, onProgress }), signal);
}

/**
 * Decodes the chosen entries of a catalogue, whatever the number of images of an identity:
 * `filterFaces` applies the minimum.
 *
 * @param people who is on each entry, `peopleIn(catalogue.entries)`
 * @param chosen places in `catalogue.entries`; all of them where it is `null`
 * @throws ImportError `data/nothing-readable`, `data/cancelled` or `data/out-of-memory`
 */
export async function loadFaces(
  { catalogue, people, chosen }: ChosenFaces,
  options: ReadFacesOptions,
): Promise<FaceSet> {
  const { signal } = options;
  if (signal?.aborted) throw cancelled();
  const progress = reporterOf(options);
  const { entries } = catalogue;
  const places = chosen ?? entries.keys();
  const pictures = Array.from(places, (place): Picture => {
    return { entry: entries[place]!, person: people[place]!, bytes: null };
  });
  const intake = new Intake(options, catalogue.rejected, pictures.length);
  let total = pictures.length;
  const onDone = () => progress.update('decode', intake.done, total);
  await orAborted(takeIn(pictures, intake, { ...options, onDone }), signal);
  if (intake.archives.length > 0) {
    const more = await openAll(intake.archives, 'everything', options, progress);
    // One by one: there may be more than a call can have arguments.
    for (const rejected of more.rejected) intake.rejected.push(rejected);
    total += more.entries.length;
    const theirs = peopleIn(more.entries, more.lists);
    const late = more.entries.map((entry, place): Picture => {
      return { entry, person: theirs[place]!, bytes: null };
    });
    await orAborted(takeIn(late, intake, { ...options, onDone }), signal);
  }
  return intake.finish();
}

export interface ChosenFaces {
  readonly catalogue: Catalogue;
  readonly people: readonly Person[];
  readonly chosen: Uint32Array | null;
}

/** Opens and decodes everything. @throws ImportError as `openFaces` and `loadFaces` do */
export async function readFaces(
  sources: readonly FaceSource[],
  options: ReadFacesOptions,
): Promise<FaceSet> {
  const catalogue = await openFaces(sources, options);
  const people = peopleIn(catalogue.entries, catalogue.lists);
  return loadFaces({ catalogue, people, chosen: null }, options);
}
