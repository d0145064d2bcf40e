/**
 * Takes pictures in, in any order, and keeps what became of them: crops in a packed store, or the reason
 * why there is none. At the end it says who is who, and in which order.
 */
import type { Placement } from '../align/placement';
import { sniff } from '../formats/sniff';
import type { FaceSet, Identity, RejectedFile } from '../types';
import type { CatalogueEntry, FaceSource } from './catalogue';
import { CropStore } from './cropStore';
import { nothingReadable, outOfMemory } from './importError';
import { imageOrder } from './layout';
import { compareText } from './paths';
import { type Person, peopleTogether } from './people';
import type { Picture } from './pictures';
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
  /** Absent where no face was looked for. */
  readonly placement?: Placement;
  /** `[5, 2]`, what the crop was aligned by, pixels of the picture. */
  readonly points?: readonly number[];
}

/**
 * Decodes one image to a face crop. The bytes may be transferred away.
 * @param size width and height of the crop, pixels
 * @param entry the file they are of
 * @throws an Error whose message is the reason the file is left out
 */
export type DecodeImage = (
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
  entry: CatalogueEntry,
) => Promise<DecodedFace>;

export interface IntakeOptions {
  /** Width and height of every crop, pixels. */
  readonly cropSize: number;
  /** How the set is called on screen. */
  readonly label: string;
  readonly decode: DecodeImage;
}

interface DecodedFile {
  readonly picture: Picture;
  readonly face: Omit<DecodedFace, 'rgb'>;
  readonly slot: number;
  /** Place in the listing: decides between two files of the same name. */
  readonly sequence: number;
}

export class Intake {
  readonly decoded: DecodedFile[] = [];
  readonly rejected: RejectedFile[];
  /** Archives that were named like images. */
  readonly archives: FaceSource[] = [];
  readonly #store: CropStore;
  readonly #options: IntakeOptions;
  #done = 0;
  #sequence = 0;

  constructor(options: IntakeOptions, rejected: readonly RejectedFile[], expected: number) {
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
    const { rgb, ...about } = face;
    const slot = withinMemory(() => this.#store.add(rgb));
    // The bytes of a stream are not kept with it.
    const kept = { ...picture, bytes: null };
    this.decoded.push({ picture: kept, face: about, slot, sequence });
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
      return await this.#options.decode(bytes, this.#options.cropSize, entry);
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
      ...placed(Array.from(order, (index) => this.decoded[index]!.face)),
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

/** How the crops lie on their pictures, where faces were looked for. */
function placed(
  faces: readonly Omit<DecodedFace, 'rgb'>[],
): Pick<FaceSet, 'placements' | 'facePoints'> {
  if (faces.every(({ placement }) => placement === undefined)) return {};
  const facePoints = new Float32Array(10 * faces.length).fill(Number.NaN);
  for (const [at, { points }] of faces.entries()) facePoints.set(points ?? [], 10 * at);
  return { placements: faces.map(({ placement }) => placement ?? null), facePoints };
}

function withinMemory<Result>(allocate: () => Result): Result {
  try {
    return allocate();
  } catch (error) {
    if (error instanceof RangeError) throw outOfMemory(error.message);
    throw error;
  }
}
