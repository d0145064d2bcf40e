/**
 * Reads and decodes the chosen pictures of a catalogue into one packed store: many files at a time,
 * few bytes at a time, never a whole archive. A file that cannot be used is listed with its reason. The
 * result depends on the files alone, not on the order in which they were decoded.
 */

import { sniff } from '../formats/sniff';
import { readMembers, type TarGzMember } from '../formats/targz';
import type { FaceSet, Identity, RejectedFile } from '../types';
import type { Catalogue, CatalogueEntry, FaceSource } from './catalogue';
import { CropStore } from './cropStore';
import { cancelled, nothingReadable, outOfMemory } from './importError';
import { imageOrder } from './layout';
import { type OpenOptions, openSources } from './open';
import { compareText } from './paths';
import { type Person, peopleIn, peopleTogether } from './people';
import { type ImportProgress, ProgressReporter } from './progress';
import { reasonAgainst, reasonOf } from './reasons';

/** One picture, decoded, and what it was. */
export interface DecodedFace {
  /** `[size, size, 3]`, RGB, 0–255. */
  readonly rgb: Uint8Array<ArrayBuffer>;
  /** Pixels of the whole picture, upright. */
  readonly width: number;
  readonly height: number;
  /** `jpeg`, `png` … */
  readonly format: string;
}

/**
 * Decodes one image to a face crop. The bytes may be transferred away.
 * @param size width and height of the crop, pixels
 * @throws an Error whose message is the reason the file is left out
 */
export type DecodeImage = (bytes: Uint8Array<ArrayBuffer>, size: number) => Promise<DecodedFace>;

export interface ReadFacesOptions {
  readonly cropSize: number;
  /** How the set is called on screen. */
  readonly label: string;
  readonly decode: DecodeImage;
  /** Files that are read or decoded at the same time; 128 where it is left out. */
  readonly concurrency?: number;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Encoded bytes on their way at the same time, so that large photographs do not pile up. */
const BYTES_IN_FLIGHT = 1 << 26;

/** Lets its one waiter go on when there is room; a file larger than everything goes alone. */
class ByteBudget {
  #used = 0;
  #wake: (() => void) | null = null;

  async acquire(bytes: number): Promise<void> {
    while (this.#used > 0 && this.#used + bytes > BYTES_IN_FLIGHT) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#used += bytes;
  }

  release(bytes: number): void {
    this.#used -= bytes;
    this.#wake?.();
    this.#wake = null;
  }
}

/** A picture to read: who is on it, and its bytes where a stream has handed them out already. */
interface Picture {
  readonly entry: CatalogueEntry;
  readonly person: Person;
  readonly bytes: Uint8Array<ArrayBuffer> | null;
}

interface DecodedFile {
  readonly picture: Picture;
  readonly face: Omit<DecodedFace, 'rgb'>;
  readonly slot: number;
  /** Place in the listing: decides between two files of the same name. */
  readonly sequence: number;
}

/** Takes files in, in any order, and keeps what became of them. */
class Intake {
  readonly decoded: DecodedFile[] = [];
  readonly rejected: RejectedFile[];
  /** Archives that were named like images. */
  readonly archives: FaceSource[] = [];
  readonly #store: CropStore;
  readonly #options: ReadFacesOptions;
  #done = 0;
  #sequence = 0;

  constructor(options: ReadFacesOptions, rejected: readonly RejectedFile[], expected: number) {
    this.#options = options;
    this.rejected = [...rejected];
    this.#store = withinMemory(() => new CropStore(options.cropSize, expected || 256));
  }

  get done(): number {
    return this.#done;
  }

  /** Called in the order of the listing; what becomes of the files may take any order. */
  async accept(picture: Picture): Promise<void> {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const face = await this.#decode(picture);
    this.#done += 1;
    if (face === null) return;
    if (typeof face === 'string') {
      this.rejected.push({ name: picture.entry.name, reason: face });
      return;
    }
    const { rgb, width, height, format } = face;
    const slot = withinMemory(() => this.#store.add(rgb));
    // The bytes of a stream are not kept with it.
    const kept = { ...picture, bytes: null };
    this.decoded.push({ picture: kept, face: { width, height, format }, slot, sequence });
  }

  /** The face, or why there is none, or `null` for an archive that is to be opened. */
  async #decode({ entry, bytes: given }: Picture): Promise<DecodedFace | string | null> {
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = given ?? (await entry.read());
    } catch (error) {
      return reasonOf(error);
    }
    const found = sniff(bytes);
    if (found.kind === 'archive' && entry.loose !== null) {
      this.archives.push({ path: entry.path, file: entry.loose });
      return null;
    }
    const reason = reasonAgainst(found);
    if (reason !== null) return reason;
    try {
      return await this.#options.decode(bytes, this.#options.cropSize);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Sorts everything out: who is who, and in which order. */
  finish(): FaceSet {
    if (this.decoded.length === 0) throw nothingReadable(this.rejected);
    this.decoded.sort((a, b) => a.sequence - b.sequence);
    const people = this.#people();
    const named = this.decoded.map(({ picture }, index) => {
      return { identity: people[index]!.identity, path: picture.entry.name };
    });
    const order = imageOrder(named);
    const identities: { name: string; count: number }[] = [];
    const labels = new Int32Array(order.length);
    const sourceSizes = new Uint32Array(2 * order.length);
    for (const [position, index] of order.entries()) {
      const name = named[index]!.identity;
      const last = identities.at(-1);
      if (last?.name === name) last.count += 1;
      else identities.push({ name, count: 1 });
      labels[position] = identities.length - 1;
      const { width, height } = this.decoded[index]!.face;
      sourceSizes.set([width, height], 2 * position);
    }
    const splits = Array.from(order, (index) => people[index]!.split);
    return {
      origin: { kind: 'files', label: this.#options.label },
      cropSize: this.#options.cropSize,
      pixels: this.#store.take(order.map((index) => this.decoded[index]!.slot)),
      labels,
      names: Array.from(order, (index) => named[index]!.path),
      identities: identities satisfies Identity[],
      rejected: this.rejected.toSorted((a, b) => compareText(a.name, b.name)),
      sourceSizes,
      formats: Array.from(order, (index) => this.decoded[index]!.face.format),
      ...(splits.some((split) => split !== null) ? { splits } : {}),
    };
  }

  /** As the catalogue knew it; with pictures of an archive it did not know, all are looked at again. */
  #people(): readonly Person[] {
    const known = this.decoded.map(({ picture }) => picture.person);
    if (this.archives.length === 0) return known;
    const entries = this.decoded.map(({ picture }) => picture.entry);
    return peopleTogether(entries, known);
  }
}

function withinMemory<Result>(allocate: () => Result): Result {
  try {
    return allocate();
  } catch (error) {
    if (error instanceof RangeError) throw outOfMemory(error.message);
    throw error;
  }
}

/** Members of a compressed tar, which can only be read in their order. */
interface Streamed {
  readonly picture: Picture;
  readonly member: TarGzMember;
}

/** Those of compressed tars apart, by archive and in its order. */
function apart(pictures: readonly Picture[]) {
  const direct: Picture[] = [];
  const streams = new Map<Blob, Streamed[]>();
  for (const picture of pictures) {
    const member = picture.entry.stream;
    if (member === null) direct.push(picture);
    else {
      const others = streams.get(member.blob);
      if (others === undefined) streams.set(member.blob, [{ picture, member }]);
      else others.push({ picture, member });
    }
  }
  for (const members of streams.values()) members.sort((a, b) => a.member.offset - b.member.offset);
  return { direct, streams };
}

/** Every picture in order, each after there was room for its bytes; the receiver gives the room back. */
async function* allPictures(
  pictures: readonly Picture[],
  budget: ByteBudget,
  reject: (rejected: RejectedFile) => void,
): AsyncGenerator<Picture, void> {
  const { direct, streams } = apart(pictures);
  for (const picture of direct) {
    await budget.acquire(picture.entry.size);
    yield picture;
  }
  for (const [file, members] of streams) {
    let next = 0;
    try {
      const wanted = members.map(({ member }) => member);
      for await (const { bytes } of readMembers(file, wanted)) {
        const { picture } = members[next]!;
        next += 1;
        await budget.acquire(picture.entry.size);
        yield { ...picture, bytes };
      }
    } catch (error) {
      const reason = reasonOf(error);
      for (const { picture } of members.slice(next)) reject({ name: picture.entry.name, reason });
    }
  }
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

/**
 * Lists what was given, without decoding anything.
 * @throws ImportError `data/cancelled`
 */
export function openFaces(
  sources: readonly FaceSource[],
  options: Pick<ReadFacesOptions, 'onProgress' | 'signal'>,
): Promise<Catalogue> {
  if (options.signal?.aborted) throw cancelled();
  return openAll(sources, 'unlikely images', options, reporterOf(options));
}

function openAll(
  sources: readonly FaceSource[],
  look: OpenOptions['look'],
  { signal }: Pick<ReadFacesOptions, 'signal'>,
  progress: ProgressReporter,
): Promise<Catalogue> {
  const onOpened = (done: number) => progress.update('list', done, sources.length);
  const onProgress = (done: number, total: number) => progress.update('index', done, total);
  return orAborted(openSources(sources, { signal, look, onOpened, onProgress }), signal);
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
