/**
 * Packed sets, headers and lists that mean no good: the good files beside them are loaded, what is wrong
 * is listed with a reason, and nothing that a file claims or asks for is believed or done.
 */
import { describe, expect, test } from 'vitest';
import { makeZip, tarHeader } from '../formats/archives.testing';
import { bytesOf, concat, greyPgm } from '../formats/bytes.testing';
import { makeNpy } from '../formats/npy.testing';
import { assemble, u32, u64 } from '../formats/pickle.testing';
import { MAGIC_BYTES } from '../formats/recordio.testing';
import { frameOf } from '../formats/tfrecord.testing';
import { contentOf } from '../formats/virtualBlob.testing';
import { beside, GOOD, GOOD_PEOPLE, outcomeOf, RECORDS, sourceOf } from './reading.testing';

describe('headers that claim more than there is', () => {
  const nothing = new Uint8Array(0);
  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ['huge.pgm', bytesOf('P5 100000 100000 255\nabc')],
    ['huge.npy', makeNpy('|u1', [1_000_000, 1_000_000, 112, 3], nothing)],
    ['long.npy', makeNpy('|u1', [1], nothing, { version: 2, header: ' '.repeat(70_000) })],
    ['huge.tar', tarHeader({ name: 'faces/x.pgm', size: 0o77777777777 })],
    ['huge.rec', concat(MAGIC_BYTES, Uint8Array.of(0xff, 0xff, 0xff, 0x1f), new Uint8Array(40))],
    ['huge.bin', assemble(0x80, 4, ']', 0x8e, u64(2 ** 50), 'abc')],
    ['memo.bin', assemble(0x80, 4, ']r', u32(0xffff_fffe), '.')],
    [
      'huge.parquet',
      concat(bytesOf('PAR1'), new Uint8Array(20), u32(0xffff_ffff), bytesOf('PAR1')),
    ],
    ['huge.tfrecord', concat(frameOf(nothing), u64(2 ** 52), new Uint8Array(20))],
  ])('%s', async (path, bytes) => {
    for (const sources of [
      beside(sourceOf(path, bytes)),
      [{ path: 'a.zip', file: await makeZip([...GOOD, { path, bytes }]) }],
    ]) {
      const { people, rejected } = await outcomeOf(sources);
      expect(people).toEqual(GOOD_PEOPLE);
      expect(rejected.length).toBeGreaterThan(0);
      expect(rejected.every(({ name }) => name.includes(path))).toBe(true);
    }
  });
});

test('a picture in a zip that unpacks to more than the zip says is listed', async () => {
  const bomb = { path: 'faces/Ann/bomb.pgm', bytes: new Uint8Array(1 << 25) };
  bomb.bytes.set(greyPgm(1));
  const bytes = await contentOf(await makeZip([bomb, ...GOOD]));
  const view = new DataView(bytes.buffer);
  // The size once unpacked stands 22 bytes into a local header and 24 into one of the directory.
  const sizes = Array.from(bytes.keys()).filter((at) => {
    return at + 4 <= bytes.length && view.getUint32(at, true) === bomb.bytes.length;
  });
  expect(sizes).toHaveLength(2);
  for (const at of sizes) view.setUint32(at, greyPgm(1).length, true);
  const { people, rejected } = await outcomeOf([{ path: 'a.zip', file: new Blob([bytes]) }]);
  expect(people).toEqual(GOOD_PEOPLE);
  expect(rejected.map(({ name }) => name)).toEqual(['a.zip/faces/Ann/bomb.pgm']);
});

test('a file that is gone by the time it is looked at is listed, wherever it was to be used', async () => {
  for (const path of ['gone.zip', 'gone.rec', 'gone.txt', 'gone.pgm']) {
    const file = new Blob(['x']);
    const refuse = () => Promise.reject(new DOMException('not found', 'NotFoundError'));
    file.slice = () => Object.assign(new Blob(['x']), { arrayBuffer: refuse });
    file.arrayBuffer = refuse;
    const { people, rejected } = await outcomeOf(beside({ path, file }));
    expect(people).toEqual(GOOD_PEOPLE);
    expect(rejected).toEqual([{ name: path, reason: 'It cannot be read: not found.' }]);
  }
});

describe('packed sets that mean no good', () => {
  test('a .rec whose index points outside of it', async () => {
    const lines = (await RECORDS.idx.text()).trimEnd().split('\n');
    const outside = ['9\t999999999999', '10\t9007199254740993', '11\t-5', '12\t1e300', 'x\ty'];
    const idx = new Blob([[...lines, ...outside].join('\n')]);
    const { people, rejected } = await outcomeOf([
      { path: 'train.rec', file: RECORDS.rec },
      { path: 'train.idx', file: idx },
    ]);
    expect(people).toEqual({ 0: 2, 1: 2 });
    expect(rejected.length).toBeGreaterThanOrEqual(outside.length);
    const only = await outcomeOf([
      { path: 'train.rec', file: RECORDS.rec },
      { path: 'train.idx', file: new Blob([outside.join('\n')]) },
    ]);
    expect(only.names.length + only.rejected.length).toBeGreaterThan(0);
  });

  test.each<[string, string]>([
    ['os.system', '\x80\x02cos\nsystem\nU\x04true\x85R.'],
    ['posix.system', '\x80\x02cposix\nsystem\nU\x04true\x85R.'],
    ['builtins.eval', '\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.'],
  ])('a pickle that would call %s', async (name, text) => {
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const { people, rejected } = await outcomeOf(beside(sourceOf('lfw.bin', bytes)));
    expect(people).toEqual(GOOD_PEOPLE);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]!.reason).toContain(name);
  });
});

describe('lists that mean no good', { timeout: 30_000 }, () => {
  test.each<[string, string]>([
    ['a line of a million letters', 'a'.repeat(1e6)],
    ['a line of a million spaces', `faces/Ann/1.pgm${' '.repeat(1e6)}x`],
    ['a million commas', ','.repeat(1e6)],
    ['a million quotes', '"'.repeat(1e6)],
    ['brackets that never close', '['.repeat(1e5)],
    ['brackets in brackets', `${'['.repeat(1e5)}${']'.repeat(1e5)}`],
    ['objects in objects', `${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}`],
    ['markup as names', 'faces/Ann/1.pgm\t<script>alert(1)</script>\n'],
  ])('%s', async (_, line) => {
    const list = `faces/Bob/1.pgm\tEve\nfaces/Bob/2.pgm\tEve\n${line}\n`;
    for (const text of [line, list]) {
      const { names } = await outcomeOf(beside(sourceOf('labels.txt', bytesOf(text))));
      expect(names).toHaveLength(GOOD.length);
    }
  });

  test('what a list calls a person is text', async () => {
    const list = bytesOf('faces/Ann/1.pgm\t<b>x</b>\nfaces/Ann/2.pgm\t__proto__\n');
    const { people } = await outcomeOf(beside(sourceOf('labels.txt', list)));
    expect(Object.keys(people)).toEqual(['<b>x</b>', 'Bob', '__proto__']);
  });
});
