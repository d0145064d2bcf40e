/**
 * TFRecord files of tf.train.Example. The classes stand among the images, so listing them goes through
 * the whole file, window by window; images are not kept. A record's length is checked by its checksum
 * before it is believed, its data when it is read.
 */
import {
  type ArchiveIndex,
  type ArchiveMember,
  corrupt,
  type IndexOptions,
  truncated,
} from './archive';
import { Column } from './column';
import { maskedCrc32c } from './crc32c';
import { FormatError } from './errors';
import { ExactReads, FileWindow, WINDOW_BYTES } from './fileWindow';
import { MemberReads } from './memberReads';
import { recordPath, SkippedRecords } from './skippedRecords';
import { className, parseExample } from './tfExample';
import { findImage } from './tfImage';
import { FRAME_HEAD, FRAME_TAIL, frameLength } from './tfrecordFrame';

/** A longer record holds no face crop. */
const LARGEST_RECORD = 1 << 26;
/** More names would not fit. */
const MOST_CLASSES = 2 ** 23;

export interface TfRecordIndex extends ArchiveIndex {
  /** What a person should know about how it was read, one sentence each. */
  readonly notes: readonly string[];
}

/** What is known of the images, in the order of the file. */
class ExampleSet {
  /** Place in the file, from 0. */
  readonly numbers = new Column();
  /** Where the records' data begin. */
  readonly offsets = new Column();
  readonly lengths = new Column();
  readonly sizes = new Column();
  /** Places in `names`; −1: no class. */
  readonly classes = new Column();
  readonly names: string[] = [];
  readonly reads: MemberReads;
  readonly #places = new Map<string, number>();

  constructor(blob: Blob) {
    this.reads = new MemberReads(blob);
  }

  /** @throws FormatError `archive/unsupported` where there are too many classes */
  add(number: number, offset: number, length: number, image: ImageFacts): void {
    const place = image.name === null ? -1 : this.#placeOf(image.name);
    this.numbers.push(number);
    this.offsets.push(offset);
    this.lengths.push(length);
    this.sizes.push(image.size);
    this.classes.push(place);
  }

  #placeOf(name: string): number {
    const place = this.#places.get(name);
    if (place !== undefined) return place;
    if (this.names.length === MOST_CLASSES) {
      throw new FormatError(
        'archive/unsupported',
        `The file has more than ${MOST_CLASSES} classes.`,
        'Give the class of each image, not its own number.',
      );
    }
    this.#places.set(name, this.names.length);
    this.names.push(name);
    return this.names.length - 1;
  }
}

interface ImageFacts {
  readonly name: string | null;
  readonly size: number;
}

class ExampleMember implements ArchiveMember {
  readonly #set: ExampleSet;
  readonly #row: number;

  constructor(set: ExampleSet, row: number) {
    this.#set = set;
    this.#row = row;
  }

  get path(): string {
    return recordPath(this.#set.numbers.at(this.#row));
  }

  get size(): number {
    return this.#set.sizes.at(this.#row);
  }

  get identity(): string | null {
    return this.#set.names[this.#set.classes.at(this.#row)] ?? null;
  }

  async read(): Promise<Uint8Array<ArrayBuffer>> {
    const { offsets, lengths, reads } = this.#set;
    const length = lengths.at(this.#row);
    const start = offsets.at(this.#row) - FRAME_HEAD;
    const frame = await reads.read(start, FRAME_HEAD + length + FRAME_TAIL);
    if (frame.length < FRAME_HEAD + length + FRAME_TAIL) {
      throw truncated(`the record at byte ${start} is not whole`);
    }
    const data = frame.subarray(FRAME_HEAD, FRAME_HEAD + length);
    const tail = new DataView(frame.buffer, frame.byteOffset + FRAME_HEAD + length, FRAME_TAIL);
    if (frameLength(frame) !== length || maskedCrc32c(data) !== tail.getUint32(0, true)) {
      throw corrupt(`The record at byte ${start} does not have its checksum.`);
    }
    const image = findImage(parseExample(data));
    if (image instanceof FormatError) throw image;
    const bytes = new Uint8Array(image.header.length + image.bytes.length);
    bytes.set(image.header);
    bytes.set(image.bytes, image.header.length);
    return bytes;
  }
}

/** What the index keeps of an example. @throws FormatError where it is none */
function factsOf(data: Uint8Array): ImageFacts {
  const example = parseExample(data);
  const image = findImage(example);
  if (image instanceof FormatError) throw image;
  return { name: className(example), size: image.header.length + image.bytes.length };
}

class TfRecordWalk {
  readonly #window: FileWindow;
  readonly #set: ExampleSet;
  readonly #skipped: SkippedRecords;
  readonly #report: (done: number) => void;

  constructor(
    blob: Blob,
    found: { readonly set: ExampleSet; readonly skipped: SkippedRecords },
    report: (done: number) => void,
  ) {
    this.#window = new FileWindow(new ExactReads(blob));
    this.#set = found.set;
    this.#skipped = found.skipped;
    this.#report = report;
  }

  /** @returns why the walk ended early, or `null` */
  async run(): Promise<FormatError | null> {
    const { size } = this.#window;
    let position = 0;
    for (let number = 0; position < size; number += 1) {
      await this.#hold(position, Math.min(FRAME_HEAD, size - position));
      if (size - position < FRAME_HEAD) return truncated(`it ends at byte ${size} in a length`);
      const length = frameLength(this.#window.bytes(position, FRAME_HEAD));
      if (length === null) return corrupt(`The length at byte ${position} is damaged.`);
      const start = position + FRAME_HEAD;
      if (start + length + FRAME_TAIL > size) {
        return truncated(`the record at byte ${position} is not whole`);
      }
      await this.#take(number, start, length);
      position = start + length + FRAME_TAIL;
    }
    return null;
  }

  async #hold(offset: number, length: number): Promise<void> {
    if (this.#window.holds(offset, length)) return;
    this.#report(offset);
    await this.#window.move(offset, Math.max(length, WINDOW_BYTES));
  }

  async #take(number: number, start: number, length: number): Promise<void> {
    if (length > LARGEST_RECORD) {
      this.#skipped.add(recordPath(number), `It has ${length} bytes; over 64 MB are not read.`);
      return;
    }
    await this.#hold(start, length);
    try {
      this.#set.add(number, start, length, factsOf(this.#window.bytes(start, length)));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#skipped.add(recordPath(number), error.message);
    }
  }
}

function notesOn(set: ExampleSet): readonly string[] {
  const count = set.classes.length;
  let without = 0;
  for (let row = 0; row < count; row += 1) if (set.classes.at(row) < 0) without += 1;
  if (without === 0) return [];
  return [`${without} of ${count} records name no class under a key that is known.`];
}

/**
 * Lists the images of a TFRecord file with their classes as identities. What is wrong with the file is
 * in the result: records in `skipped`, a cut or damaged file in `problem`.
 *
 * @throws the signal's reason when it is aborted, and what the system says of a file that is gone
 */
export async function indexTfRecord(
  blob: Blob,
  options: IndexOptions = {},
): Promise<TfRecordIndex> {
  const report = (done: number): void => {
    options.signal?.throwIfAborted();
    options.onProgress?.(done, blob.size);
  };
  const set = new ExampleSet(blob);
  const skipped = new SkippedRecords();
  report(0);
  const ended = await new TfRecordWalk(blob, { set, skipped }, report).run();
  report(blob.size);
  const count = set.numbers.length;
  const empty = new FormatError(
    'archive/empty',
    'The TFRecord file holds no image that can be read.',
    'Write one image and its class in each record, as image/encoded and image/class/label.',
  );
  return {
    members: Array.from({ length: count }, (_, row) => new ExampleMember(set, row)),
    skipped: skipped.toList(),
    problem: ended ?? (count === 0 ? empty : null),
    notes: notesOn(set),
  };
}
