/** Archives that mean no good as a whole: too much in them, too little, or names that are more than names. */
import { deflateRawSync, constants as zlib } from 'node:zlib';
import { expect, test } from 'vitest';
import { randomU32 } from '../../math/random';
import { gzip, makeTar, makeZip, type TestFile, tarHeader } from '../formats/archives.testing';
import { bytesOf, concat, greyPgm } from '../formats/bytes.testing';
import { crc32 } from '../formats/crc32';
import { contentOf } from '../formats/virtualBlob.testing';
import { laidZip } from '../formats/zipLayout.testing';
import { openFaces } from './readFaces';
import { beside, GOOD, GOOD_PEOPLE, outcomeOf, sourceOf } from './reading.testing';

const MEGABYTE = 1 << 20;

test('a zip of many small files that unpack to more than a gigabyte, from a megabyte', async () => {
  const zeros = new Uint8Array(MEGABYTE);
  const packed = Uint8Array.from(deflateRawSync(zeros));
  const unpacked = { size: MEGABYTE, crc: crc32(zeros) };
  const bombs = Array.from({ length: 1200 }, (_, n) => ({ path: `x/${n}.jpg`, packed, unpacked }));
  const good = GOOD.map(({ path, bytes }) => ({ path, packed: bytes }));
  const file = laidZip([...good, ...bombs]);
  expect(file.size).toBeLessThan(2 * MEGABYTE);
  const { entries, rejected } = await openFaces([{ path: 'a.zip', file }], {});
  // The good ones and as many as come to a gigabyte.
  expect(entries).toHaveLength(GOOD.length + 1023);
  expect(rejected).toHaveLength(1 + 177);
  expect(rejected.find(({ name }) => name === 'a.zip')?.reason).toMatch(
    /^The zip has \d+ bytes and unpacks to more than \d+, as in a zip bomb; 177 files are left out\.$/,
  );
  expect(await entries[GOOD.length]!.read()).toHaveLength(MEGABYTE);
});

test('as much in a zip that is large itself is no bomb', async () => {
  // 1,200 files of a megabyte that are packed to a 150th, which flat drawings are.
  const noise = Uint8Array.from({ length: 7000 }, (_, at) => randomU32(1, 2, 3, at) & 255);
  const content = new Uint8Array(MEGABYTE);
  content.set(noise);
  const packed = Uint8Array.from(deflateRawSync(content));
  const unpacked = { size: MEGABYTE, crc: crc32(content) };
  const files = Array.from({ length: 1200 }, (_, n) => ({ path: `x/${n}.jpg`, packed, unpacked }));
  const file = laidZip(files);
  expect((1200 * MEGABYTE) / file.size).toBeLessThan(200);
  const { entries, rejected } = await openFaces([{ path: 'a.zip', file }], {});
  expect([entries.length, rejected]).toEqual([1200, []]);
});

/** A gzip file that unpacks to `head` and `gigabytes` of zeros, 1 MB of it for each. */
function gzipBomb(head: Uint8Array, gigabytes: number): Blob {
  const part = (bytes: Uint8Array) =>
    Uint8Array.from(deflateRawSync(bytes, { finishFlush: zlib.Z_FULL_FLUSH }));
  const zeros = part(new Uint8Array(16 * MEGABYTE));
  const header = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
  const blocks = new Array<Uint8Array<ArrayBuffer>>(64 * gigabytes).fill(zeros);
  return new Blob([header, part(head), ...blocks]);
}

test('a tar.gz that unpacks to more than a gigabyte from a megabyte keeps what came before', async () => {
  const good = (await contentOf(makeTar(GOOD))).slice(0, -1024);
  const huge = tarHeader({ name: 'faces/Ann/huge.bin', size: 4 * 2 ** 30 });
  const file = gzipBomb(concat(good, huge), 2);
  expect(file.size).toBeLessThan(3 * MEGABYTE);
  const { people, rejected } = await outcomeOf([{ path: 'a.tar.gz', file }]);
  expect(people).toEqual(GOOD_PEOPLE);
  expect(rejected).toEqual([
    {
      name: 'a.tar.gz',
      reason: expect.stringMatching(/^Its first \d+ bytes unpack to 10[78]\d{7}, as in a zip bomb/),
    },
  ]);
}, 60_000);

test('a zip of a hundred thousand empty folders has the few pictures that are in it', async () => {
  const nothing = new Uint8Array(0);
  const folders = Array.from({ length: 100_000 }, (_, n) => {
    return { path: `faces/${n}/`, packed: nothing };
  });
  const good = GOOD.map(({ path, bytes }) => ({ path, packed: bytes }));
  const file = laidZip([...folders, ...good]);
  const { people, rejected } = await outcomeOf([{ path: 'a.zip', file }]);
  expect([people, rejected]).toEqual([GOOD_PEOPLE, []]);
  const empty = laidZip(folders.slice(0, 100));
  const { error, rejected: why } = await outcomeOf([{ path: 'b.zip', file: empty }]);
  expect(error?.code).toBe('data/nothing-readable');
  expect(why).toEqual([{ name: 'b.zip', reason: 'The archive is empty.' }]);
}, 60_000);

const NAMES = ['\u202egpj.ecilA', `${'x'.repeat(4096)}`, '<img src=x onerror=alert(1)>'];

test('names that are more than names stay text where a file is listed as left out', async () => {
  const files: TestFile[] = NAMES.map((name) => {
    return { path: `faces/${name}/${name}.jpg`, bytes: bytesOf('no picture') };
  });
  for (const sources of [
    beside(...files.map(({ path, bytes }) => sourceOf(path, bytes))),
    [{ path: 'a.zip', file: await makeZip([...GOOD, ...files]) }],
  ]) {
    const { people, rejected } = await outcomeOf(sources);
    expect(people).toEqual(GOOD_PEOPLE);
    expect(rejected).toHaveLength(NAMES.length);
    for (const name of NAMES) {
      expect(
        rejected.filter((file) => file.name.endsWith(`faces/${name}/${name}.jpg`)),
      ).toHaveLength(1);
    }
  }
});

test('names that are more than names stay text where a list gives them to people', async () => {
  const files = NAMES.flatMap((_, person) =>
    [1, 2].map((n) => ({ path: `all/${person}-${n}.pgm`, bytes: greyPgm(n) })),
  );
  const lines = NAMES.flatMap((name, person) => [1, 2].map((n) => `${person}-${n}.pgm\t${name}\n`));
  const list = { path: 'all/labels.txt', bytes: bytesOf(lines.join('')) };
  const file = await gzip(makeTar([...files, list]));
  const { people, rejected } = await outcomeOf([{ path: 'a.tgz', file }]);
  expect(rejected).toEqual([]);
  expect(people).toEqual(Object.fromEntries(NAMES.map((name) => [name, 2])));
});
