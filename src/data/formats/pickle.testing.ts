/** Pickles for tests, assembled operation by operation after CPython's Lib/pickletools.py. */
import { bytesOf, concat } from './bytes.testing';

/** Text stands for its Latin-1 bytes, a number for one byte. */
export type Parts = readonly (string | number | Uint8Array)[];

export function assemble(...parts: Parts): Uint8Array<ArrayBuffer> {
  const pieces = parts.map((part) => {
    if (typeof part === 'number') return Uint8Array.of(part);
    if (typeof part === 'string') return Uint8Array.from(part, (letter) => letter.charCodeAt(0));
    return part;
  });
  return concat(...pieces);
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

export function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

/** Bytes that no two images share, with every byte value among them when there are 256. */
export function payload(seed: number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (seed * 31 + index) & 0xff);
}

/** What Python 2 writes for `(bins, issame)` with protocol 2, `bins` of `str`. */
export function python2Pack(
  images: readonly Uint8Array[],
  same: readonly boolean[],
): Uint8Array<ArrayBuffer> {
  const strings = images.map((image, index) => {
    const start =
      image.length < 256 ? assemble('U', image.length) : assemble('T', u32(image.length));
    return concat(start, image, assemble('q', index + 1));
  });
  const answers = same.map((answer) => assemble(answer ? 0x88 : 0x89));
  return concat(
    assemble(0x80, 2, ']q', 0, '('),
    ...strings,
    assemble('e', ']q', 250, '('),
    ...answers,
    assemble('e', 0x86, 'q', 251, '.'),
  );
}

/** The same with protocol 0: literals in quotes, one a line. */
export function python2TextPack(literals: readonly string[], same: readonly boolean[]) {
  const lines = literals.map((literal, index) => `S${literal}\np${index + 2}\na`);
  const answers = same.map((answer) => `I0${answer ? 1 : 0}\na`);
  return bytesOf(`((lp0\n${lines.join('')}(lp1\n${answers.join('')}tp99\n.`);
}

/** `(bins, issame)` of Python 3's bytes in protocol 4, `answers` as they are assembled. */
export function python3Pack(
  images: readonly Uint8Array[],
  answers: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const bins = images.map((image) => concat(assemble('B', u32(image.length)), image));
  return concat(assemble(0x80, 4, ']('), ...bins, assemble('e'), answers, assemble(0x86, '.'));
}

/** Answers in a list. */
export function answerList(...same: readonly boolean[]): Uint8Array<ArrayBuffer> {
  return assemble('](', ...same.map((answer) => (answer ? 0x88 : 0x89)), 'e');
}
