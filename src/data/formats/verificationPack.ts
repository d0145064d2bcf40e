/**
 * Verification packs of insightface (`lfw.bin`, `cfp_fp.bin` …): a pickle of a list of encoded images
 * and a list of answers. Images 2i and 2i+1 are pair i, answer i says whether they show one person.
 * The pickle is read by `pickle.ts`, which runs nothing; the images stay in the file.
 */
import { DisjointSets } from '../../math/disjointSets';
import type { ArchiveIndex, ArchiveMember, IndexOptions } from './archive';
import { FormatError } from './errors';
import type { RangeSource } from './fileWindow';
import { MemberReads } from './memberReads';
import { joinEqualBytes, joinEqualPlaces, MOST_COMPARED_BYTES } from './packPeople';
import { readPickle } from './pickle';
import { damagedPickle } from './pickleReader';
import { ENCODINGS, readString } from './pickleStrings';
import {
  PickleArray,
  PickleList,
  PickleString,
  PickleTuple,
  type PickleValue,
} from './pickleValues';

/** `[pairs]` each: the members of pair i, and 1 where they show the same person. */
export interface VerificationPairs {
  readonly first: Uint32Array;
  readonly second: Uint32Array;
  readonly same: Uint8Array;
}

export interface VerificationPack extends ArchiveIndex {
  /** `null` where the pack has no pair with an answer. */
  readonly pairs: VerificationPairs | null;
}

const NO_PACK_REMEDY =
  'Give a verification pack as insightface writes it: a list of encoded images and a list of answers.';

/** Answers that take more than this are none. */
const MOST_ANSWER_BYTES = 1 << 26;

/** Where the images are, one number each instead of an object, because there may be very many. */
class PackImages {
  readonly name: string;
  readonly file: RangeSource;
  readonly offsets: Float64Array;
  readonly lengths: Float64Array;
  readonly encodings: Uint8Array;
  /** `[images]`, from 0. */
  people: Uint32Array = new Uint32Array(0);
  peopleDigits = 4;

  constructor(name: string, blob: Blob, count: number) {
    this.name = name;
    this.file = new MemberReads(blob);
    this.offsets = new Float64Array(count);
    this.lengths = new Float64Array(count);
    this.encodings = new Uint8Array(count);
  }
}

class PackMember implements ArchiveMember {
  readonly #pack: PackImages;
  readonly #index: number;

  constructor(pack: PackImages, index: number) {
    this.#pack = pack;
    this.#index = index;
  }

  get path(): string {
    return `${this.#pack.name}/${String(this.#index + 1).padStart(6, '0')}`;
  }

  get size(): number {
    const isPlain = this.#pack.encodings[this.#index] === ENCODINGS.indexOf('raw');
    return isPlain ? this.#pack.lengths[this.#index]! : 0;
  }

  get identity(): string {
    const { people, peopleDigits } = this.#pack;
    return `person ${String(people[this.#index]! + 1).padStart(peopleDigits, '0')}`;
  }

  async read(): Promise<Uint8Array<ArrayBuffer>> {
    const { file, offsets, lengths, encodings } = this.#pack;
    const [offset, length] = [offsets[this.#index]!, lengths[this.#index]!];
    if (length === 0) {
      throw new FormatError(
        'image/invalid',
        `Image ${this.#index + 1} of the pack is empty or no encoded image.`,
        'Make the pack again with every image encoded, as JPEG or PNG.',
      );
    }
    return readString(file, { offset, length, encoding: ENCODINGS[encodings[this.#index]!]! });
  }
}

function isPlainArray(array: PickleArray, data: PickleString): boolean {
  const count = array.shape.reduce((product, size) => product * size, 1);
  const isFlat = array.shape.filter((size) => size !== 1).length <= 1;
  const isBytes = array.dtype?.code === 'u1' || array.dtype?.code === 'i1';
  return isFlat && isBytes && (data.encoding !== 'raw' || count === data.length);
}

/** The bytes of one element of the list of images, or `null` where it is something else. */
function imageString(value: PickleValue): PickleString | null {
  if (value instanceof PickleString) return value.type === 'text' ? null : value;
  const isImage = value instanceof PickleArray && value.data !== null;
  return isImage && value.data !== null && isPlainArray(value, value.data) ? value.data : null;
}

function locate(name: string, blob: Blob, images: readonly PickleValue[]): PackImages {
  const pack = new PackImages(name, blob, images.length);
  for (const [index, value] of images.entries()) {
    const image = imageString(value);
    if (image === null) continue;
    pack.offsets[index] = image.offset;
    pack.lengths[index] = image.length;
    pack.encodings[index] = ENCODINGS.indexOf(image.encoding);
  }
  return pack;
}

function noPack(what: string): FormatError {
  return new FormatError(
    'archive/unsupported',
    `The pickle is no verification pack: ${what}.`,
    NO_PACK_REMEDY,
  );
}

/** `[pairs]`: 1 for the same person. */
async function readAnswers(value: PickleValue, file: RangeSource): Promise<Uint8Array> {
  if (value instanceof PickleArray && value.data !== null && value.dtype !== null) {
    if (!/^[biu]1$/.test(value.dtype.code) || value.data.length > MOST_ANSWER_BYTES) {
      throw noPack(
        `its answers are ${value.data.length} bytes of the type ${value.dtype.code.slice(0, 20)}`,
      );
    }
    const answers = await readString(file, value.data);
    return answers.map((answer) => (answer === 0 ? 0 : 1));
  }
  if (!(value instanceof PickleList || value instanceof PickleTuple)) {
    throw noPack('its second part is no list of answers');
  }
  return Uint8Array.from(value.items, (answer, index) => {
    if (typeof answer === 'boolean') return answer ? 1 : 0;
    if (answer === 0 || answer === 1) return answer;
    throw noPack(`answer ${index + 1} is neither true nor false`);
  });
}

function pairsOf(answers: Uint8Array, images: number): VerificationPairs | null {
  const count = Math.min(answers.length, Math.floor(images / 2));
  if (count === 0) return null;
  return {
    first: Uint32Array.from({ length: count }, (_, pair) => 2 * pair),
    second: Uint32Array.from({ length: count }, (_, pair) => 2 * pair + 1),
    same: answers.slice(0, count),
  };
}

/** The two lists of a pack. @throws FormatError where the pickle holds something else */
function partsOf(value: PickleValue): { images: readonly PickleValue[]; answers: PickleValue } {
  const isSequence = value instanceof PickleTuple || value instanceof PickleList;
  if (!isSequence || value.items.length !== 2) {
    throw noPack('it does not hold two lists, of images and of answers');
  }
  const [images, answers] = value.items;
  const isList = images instanceof PickleList || images instanceof PickleTuple;
  if (!isList || answers === undefined) throw noPack('its first part is no list of images');
  if (images.items.length > 0 && images.items.every((image) => imageString(image) === null)) {
    throw noPack('its first part holds no encoded images');
  }
  return { images: images.items, answers };
}

async function findPeople(
  pack: PackImages,
  pairs: VerificationPairs | null,
  blob: Blob,
  options: IndexOptions,
): Promise<void> {
  const groups = new DisjointSets(pack.offsets.length);
  pairs?.same.forEach((same, pair) => {
    if (same === 1) groups.join(pairs.first[pair]!, pairs.second[pair]!);
  });
  if (blob.size <= MOST_COMPARED_BYTES) await joinEqualBytes(groups, pack, blob, options);
  else joinEqualPlaces(groups, pack);
  pack.people = groups.numbers();
  const last = pack.people.reduce((most, person) => Math.max(most, person), 0);
  pack.peopleDigits = Math.max(4, String(last + 1).length);
}

/** Half of the progress each, where the images are read a second time to find equal ones. */
function halves(blob: Blob, { signal, onProgress }: IndexOptions): [IndexOptions, IndexOptions] {
  const total = blob.size <= MOST_COMPARED_BYTES ? 2 * blob.size : blob.size;
  const part = (before: number): IndexOptions => ({
    signal,
    ...(onProgress && { onProgress: (done) => onProgress(before + done, total) }),
  });
  return [part(0), part(blob.size)];
}

/**
 * Lists a pack's images in the order of the file, `lfw.bin/000001` first, with its pairs in the numbers
 * of that list. `identity` is `person 0001` and so on, in order of first appearance: the pictures that
 * "same" pairs and equal bytes link (see `packPeople.ts`); a picture without a link is a person of its
 * own. Equal bytes are looked for in files up to 200 MB, beyond that only the pairs link. One person
 * may thus have several identities, so these serve to see who belongs together in the pack, hardly to
 * train with.
 *
 * An element that is no encoded image keeps its number, and fails when it is read. Answers that do not
 * fit the number of images are a `problem`; the pairs that both lists have are kept.
 *
 * @param name the file's name, which the members' paths begin with
 * @throws FormatError `archive/truncated` or `archive/corrupt` for a damaged pickle,
 *   `archive/unsupported` for one that holds or asks for something else
 */
export async function indexVerificationPack(
  blob: Blob,
  name: string,
  options: IndexOptions = {},
): Promise<VerificationPack> {
  const [reading, comparing] = halves(blob, options);
  const parts = partsOf(await readPickle(blob, reading));
  const pack = locate(name, blob, parts.images);
  const answers = await readAnswers(parts.answers, pack.file);
  const count = parts.images.length;
  const pairs = pairsOf(answers, count);
  await findPeople(pack, pairs, blob, comparing);
  const members = Array.from({ length: count }, (_, index) => new PackMember(pack, index));
  const fits = 2 * answers.length === count;
  const problem = fits
    ? null
    : damagedPickle(
        `The pack has ${count} images for ${answers.length} answers, not two for each.`,
      );
  return { members, skipped: [], problem, pairs };
}
