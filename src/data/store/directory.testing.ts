/** A directory of files in memory, and a small set to keep there. */
import type { FaceSet } from '../types';
import type { StoreDirectory } from './keptSets';

export class MapDirectory implements StoreDirectory {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  room = 1_000_000;
  /** Bytes after which writing fails, whatever was estimated. */
  breaksAt = Number.POSITIVE_INFINITY;
  /** Each change of a file brings other bytes. */
  readonly #seen: Uint8Array[] = [];
  #queue: Promise<unknown> = Promise.resolve();

  async list() {
    return [...this.files.keys()];
  }
  async read(name: string) {
    const bytes = this.files.get(name);
    if (bytes === undefined) throw new Error(`${name} is not there`);
    return bytes;
  }
  async stamp(name: string) {
    const bytes = this.files.get(name);
    if (bytes === undefined) throw new Error(`${name} is not there`);
    if (!this.#seen.includes(bytes)) this.#seen.push(bytes);
    return String(this.#seen.indexOf(bytes));
  }
  async open(name: string) {
    const bytes = await this.read(name);
    return {
      size: bytes.length,
      read: (into: Uint8Array, at: number) => into.set(bytes.subarray(at, at + into.length)),
      close: () => undefined,
    };
  }
  async write(name: string, bytes: Uint8Array) {
    if (bytes.length > this.breaksAt) {
      this.files.set(name, bytes.slice(0, this.breaksAt));
      throw new Error('The disk is full.');
    }
    this.files.set(name, bytes.slice());
  }
  async replace(name: string, bytes: Uint8Array) {
    if (bytes.length > this.breaksAt) throw new Error('The disk is full.');
    this.files.set(name, bytes.slice());
  }
  async remove(name: string) {
    this.files.delete(name);
  }
  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }
  async estimate() {
    const usage = [...this.files.values()].reduce((sum, { length }) => sum + length, 0);
    return { usage, quota: this.room };
  }
}

export const FACES: FaceSet = {
  origin: { kind: 'files', label: 'some.zip' },
  cropSize: 2,
  pixels: Uint8Array.from({ length: 36 }, (_, at) => at * 7),
  labels: Int32Array.from([0, 0, 1]),
  names: ['a/1.jpg', 'a/2.jpg', 'b/<i>1</i>.jpg'],
  identities: [
    { name: 'a', count: 2 },
    { name: 'b', count: 1 },
  ],
  rejected: [
    { name: 'a/3.jpg', reason: 'It is damaged.' },
    { name: 'notes.txt', reason: 'It is text.', unused: true },
  ],
  sourceSizes: Uint32Array.from([9, 8, 7, 6, 5, 4]),
  formats: ['jpeg', 'png', 'gif'],
  splits: ['train', null, 'test'],
  placements: ['one', null, 'none'],
};
