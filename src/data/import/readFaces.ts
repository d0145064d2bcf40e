/**
 * Reads and decodes everything a person gave into one packed store: many files at a time, few bytes
 * at a time, never a whole archive. A file that cannot be used is listed with its reason. The result
 * depends on the files alone, not on the order in which they were decoded.
 */
import { sniff } from '../formats/sniff';
import type { FaceSet, Identity, RejectedFile } from '../types';
import { CropStore } from './cropStore';
import { cancelled, nothingReadable, outOfMemory } from './importError';
import { identitiesOf, imageOrder } from './layout';
import { compareText } from './paths';
import { type ImportProgress, ProgressReporter } from './progress';
import {
  type CandidateFile,
  type FaceSource,
  filesInStream,
  type Listing,
  type ListOptions,
  listSources,
  reasonAgainst,
  reasonOf,
} from './sources';

/**
 * Decodes one image to a face crop. The bytes may be transferred away.
 * @param size width and height of the crop, pixels
 * @returns `[size, size, 3]`, RGB, 0–255
 * @throws an Error whose message is the reason the file is left out
 */
export type DecodeImage = (
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
) => Promise<Uint8Array<ArrayBuffer>>;

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

interface DecodedFile {
  readonly file: CandidateFile;
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

  constructor(options: ReadFacesOptions, listing: Listing) {
    this.#options = options;
    this.rejected = [...listing.rejected];
    this.#store = withinMemory(() => new CropStore(options.cropSize, listing.files.length || 256));
  }

  get done(): number {
    return this.#done;
  }

  /** Called in the order of the listing; what becomes of the files may take any order. */
  async accept(file: CandidateFile): Promise<void> {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const crop = await this.#decode(file);
    this.#done += 1;
    if (crop === null) return;
    if (typeof crop === 'string') this.rejected.push({ name: file.name, reason: crop });
    else {
      const slot = withinMemory(() => this.#store.add(crop));
      this.decoded.push({ file, slot, sequence });
    }
  }

  /** The crop, or why there is none, or `null` for an archive that is to be opened. */
  async #decode(file: CandidateFile): Promise<Uint8Array | string | null> {
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = await file.read();
    } catch (error) {
      return reasonOf(error);
    }
    const found = sniff(bytes);
    if (found.kind === 'archive' && file.loose !== null) {
      this.archives.push({ path: file.path, file: file.loose });
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
    const people = identitiesOf(this.decoded.map(({ file }) => file));
    const named = this.decoded.map(({ file }, index) => {
      return { identity: people[index]!, path: file.name };
    });
    const order = imageOrder(named);
    const identities: { name: string; count: number }[] = [];
    const labels = new Int32Array(order.length);
    for (const [position, index] of order.entries()) {
      const name = named[index]!.identity;
      const last = identities.at(-1);
      if (last?.name === name) last.count += 1;
      else identities.push({ name, count: 1 });
      labels[position] = identities.length - 1;
    }
    return {
      origin: { kind: 'files', label: this.#options.label },
      cropSize: this.#options.cropSize,
      pixels: this.#store.take(order.map((index) => this.decoded[index]!.slot)),
      labels,
      names: Array.from(order, (index) => named[index]!.path),
      identities: identities satisfies Identity[],
      rejected: this.rejected.toSorted((a, b) => compareText(a.name, b.name)),
    };
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

/** Every file in order, each after there was room for its bytes; the receiver gives the room back. */
async function* allFiles(
  listing: Listing,
  budget: ByteBudget,
  reject: (rejected: RejectedFile) => void,
): AsyncGenerator<CandidateFile, void> {
  for (const file of listing.files) {
    await budget.acquire(file.size);
    yield file;
  }
  for (const archive of listing.streams) {
    for await (const file of filesInStream(archive, reject)) {
      await budget.acquire(file.size);
      try {
        // A stream does not wait: the bytes are read before the next file is asked for.
        const bytes = await file.read();
        yield { ...file, read: () => Promise.resolve(bytes) };
      } catch (error) {
        budget.release(file.size);
        reject({ name: file.name, reason: reasonOf(error) });
      }
    }
  }
}

async function takeIn(
  listing: Listing,
  intake: Intake,
  options: ReadFacesOptions & { readonly onDone: () => void },
): Promise<void> {
  const budget = new ByteBudget();
  const files = allFiles(listing, budget, (rejected) => intake.rejected.push(rejected));
  let failed = false;
  const lane = async () => {
    for (;;) {
      const next = await files.next();
      if (next.done) return;
      const file = next.value;
      try {
        if (failed || options.signal?.aborted) return;
        await intake.accept(file);
        options.onDone();
      } catch (error) {
        failed = true;
        throw error;
      } finally {
        budget.release(file.size);
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

/**
 * Every image that can be decoded, whatever the number of images of its identity: `filterFaces`
 * applies the minimum.
 *
 * @throws ImportError `data/nothing-readable`, `data/cancelled` or `data/out-of-memory`
 */
export async function readFaces(
  sources: readonly FaceSource[],
  options: ReadFacesOptions,
): Promise<FaceSet> {
  const { signal } = options;
  if (signal?.aborted) throw cancelled();
  const progress = new ProgressReporter(options.onProgress ?? (() => undefined), () =>
    performance.now(),
  );
  const onListed = (done: number) => progress.update('list', done, sources.length);
  const list = (from: readonly FaceSource[], look: ListOptions['look']) =>
    orAborted(listSources(from, { signal, look, onListed }), signal);
  const listing = await list(sources, 'unlikely images');
  const intake = new Intake(options, listing);
  const total = listing.streams.length === 0 ? listing.files.length : null;
  const onDone = () => progress.update('decode', intake.done, total);
  await orAborted(takeIn(listing, intake, { ...options, onDone }), signal);
  if (intake.archives.length > 0) {
    const more = await list(intake.archives, 'everything');
    intake.rejected.push(...more.rejected);
    await orAborted(takeIn(more, intake, { ...options, onDone }), signal);
  }
  if (total === null) progress.update('decode', intake.done, intake.done);
  return intake.finish();
}
