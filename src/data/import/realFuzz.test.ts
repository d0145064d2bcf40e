/**
 * Real files (shared/samples) and files another program wrote, damaged at random but always the same:
 * whatever is given is loaded or listed with a reason, within seconds. The decoder of pictures is stood
 * in for by a look at their headers; the browser's own meets them in `decode.fuzz.browser.test.ts`.
 */
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeTar, makeZip, type TestFile } from '../formats/archives.testing';
import { type Bytes, damage, LARGE_MUTATIONS } from '../formats/damage.testing';
import { imageSize } from '../formats/imageSize';
import { PICTURES } from '../formats/pictures.testing';
import { indexTar } from '../formats/tar';
import { contentOf } from '../formats/virtualBlob.testing';
import { accountOf, isArchiveTold } from './accounting.testing';
import type { DecodeImage } from './intake';
import { decodePgm } from './reading.testing';

const SEED = 20190407;
/** Of each kind of file; more are for an evening: `FUZZ_RUNS=5000`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 300);

const SAMPLES = new URL('../../../../shared/samples/', import.meta.url);
const WRITTEN = new URL(`../formats/${PICTURES.folder}/`, import.meta.url);

function bytesAt(folder: URL, name: string): Bytes {
  return Uint8Array.from(readFileSync(new URL(name, folder)));
}

const byHeader: DecodeImage = async (bytes, size) => {
  if (bytes[0] === 0x50) return decodePgm(bytes, size);
  const found = imageSize(bytes);
  if (found === null) throw new Error('Its header is damaged.');
  return { ...found, rgb: new Uint8Array(size * size * 3), format: 'jpeg' };
};
const OPTIONS = { cropSize: 2, decode: byHeader };

interface Given {
  readonly path: string;
  readonly bytes: Bytes;
  /** Pictures that are in it, for an archive. */
  readonly members?: number;
}

/** A tar without its first members is a tar: nothing in it says that they are missing. */
function isTail(content: Bytes, whole: Bytes): boolean {
  const start = whole.length - content.length;
  return start > 0 && content.every((byte, at) => byte === whole[start + at]);
}

/** Every run damages one of the files and gives all. */
async function check(files: readonly Given[], runs: number = RUNS): Promise<void> {
  const whole = files.map(({ path, bytes }) => ({ path, file: new Blob([bytes]) }));
  const undamaged = await accountOf(whole, OPTIONS);
  expect(undamaged.rejected).toEqual([]);
  const expected = files.reduce((sum, { members = 1 }) => sum + members, 0);
  expect(undamaged.loaded).toHaveLength(expected);
  const chosen = fc.nat({ max: files.length - 1 });
  const property = fc.asyncProperty(chosen, LARGE_MUTATIONS, async (place, mutations) => {
    const sources = files.map(({ path, bytes }, index) => {
      const content = index === place ? mutations.reduce(damage, bytes) : bytes;
      return { path, file: new Blob([content]) };
    });
    const account = await accountOf(sources, OPTIONS);
    for (const [index, { path, bytes, members = 1 }] of files.entries()) {
      if (members === 1 || isArchiveTold(account, path, members)) continue;
      if (isTail(await contentOf(sources[index]!.file), bytes)) continue;
      throw new Error(`pictures of ${path} are lost without a word`);
    }
  });
  await fc.assert(property, { seed: SEED, numRuns: runs });
}

describe.skipIf(!existsSync(SAMPLES))('real files (shared/samples)', { timeout: 60_000 }, () => {
  test.each([
    ['insightface_small_dataset.tar', 10, RUNS],
    ['insightface_small_lfw.bin', 20, RUNS],
    ['pack-bytes-protocol4.bin', 4, RUNS],
    ['pack-numpy-protocol5.bin', 4, RUNS],
    ['lfw-deepfunneled-sample.tgz', 120, Math.ceil(RUNS / 4)],
  ])('%s', async (path, members, runs) => {
    await check([{ path, members, bytes: bytesAt(SAMPLES, path) }], runs);
  });

  test('its pictures, loose and in a zip', async () => {
    const tar = new Blob([bytesAt(SAMPLES, 'insightface_small_dataset.tar')]);
    const { members } = await indexTar(tar);
    const images = members.filter(({ path }) => path.endsWith('.jpg'));
    const files: TestFile[] = await Promise.all(
      images.map(async (member) => ({ path: member.path, bytes: await member.read() })),
    );
    await check(files);
    const zip = await contentOf(await makeZip(files, { level: 0 }));
    await check([{ path: 'faces.zip', bytes: zip, members: files.length }]);
  });
});

describe('files that Pillow wrote', { timeout: 60_000 }, () => {
  const names = Object.keys(JSON.parse(readFileSync(new URL(PICTURES.expected, WRITTEN), 'utf8')));
  const files = names.map((name) => ({ path: `faces/${name}`, bytes: bytesAt(WRITTEN, name) }));

  test('loose', () => check(files, 2 * RUNS));

  test.each([
    ['zip', 'a.zip', () => makeZip(files)],
    ['tar', 'a.tar', async () => makeTar(files)],
  ])('in a %s', async (_, path, make) => {
    await check([{ path, bytes: await contentOf(await make()), members: files.length }]);
  });
});
