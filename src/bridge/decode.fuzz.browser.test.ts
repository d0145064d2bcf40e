/**
 * Pictures of another program and real photographs (shared/samples), damaged at random but always the
 * same, through the workers that decode for the page: each is loaded or listed with a reason of its own,
 * no worker crashes, and none takes longer than a few seconds.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { type Bytes, damage, LARGE_MUTATIONS, MUTATIONS } from '../data/formats/damage.testing';
import { fromBase64 } from '../data/formats/pictures.testing';
import { indexTar } from '../data/formats/tar';
import { accountOf } from '../data/import/accounting.testing';
import { DecodePool } from './decodePool';

const SEED = 20190407;
/** More are for an evening. */
const RUNS = 60;

// A worker that hangs or crashes says so in the reason of every file it had.
const pool = new DecodePool({ workers: 2, patienceMs: 5000 });
beforeAll(async () => {
  // The time that workers take to start is not the files'.
  const dot = new TextEncoder().encode('P5 1 1 255\n7');
  await Promise.allSettled(
    Array.from({ length: 64 }, () => pool.decode(dot.slice(), { size: 16 })),
  );
});
afterAll(() => pool.dispose());
const NO_FAULT_OF_THE_FILE = /crashed|did not come to an end|no answer|does not start/;

const OPTIONS = {
  cropSize: 16,
  decode: (bytes: Bytes, size: number) => pool.decode(bytes, { size }),
};

interface Given {
  readonly path: string;
  readonly bytes: Bytes;
}

/** Every run damages all of them, each in its own way. */
async function check(files: readonly Given[], mutations: typeof MUTATIONS): Promise<void> {
  const sourcesOf = (all: readonly Given[]) =>
    all.map(({ path, bytes }) => ({ path, file: new Blob([bytes]) }));
  expect(await accountOf(sourcesOf(files), OPTIONS)).toMatchObject({
    rejected: [],
    loaded: { length: files.length },
  });
  let rejections = 0;
  const each = fc.array(mutations, { minLength: files.length, maxLength: files.length });
  const property = fc.asyncProperty(each, async (ways) => {
    const damaged = files.map(({ path, bytes }, place) => {
      return { path, bytes: ways[place]!.reduce(damage, bytes) };
    });
    const { loaded, rejected } = await accountOf(sourcesOf(damaged), OPTIONS);
    if (loaded.length + rejected.length !== files.length) throw new Error('a file is lost');
    const fault = rejected.find(({ reason }) => NO_FAULT_OF_THE_FILE.test(reason));
    if (fault !== undefined) throw new Error(`${fault.name}: ${fault.reason}`);
    rejections += rejected.length;
  });
  await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
  // Or nothing was damaged.
  expect(rejections).toBeGreaterThan(RUNS);
}

const FOLDER = 'src/data/formats/pictures';

test('files that Pillow wrote', async () => {
  const names = Object.keys(JSON.parse(await commands.readFile(`${FOLDER}/expected.json`)));
  const files = await Promise.all(
    names.map(async (name) => {
      const bytes = fromBase64(await commands.readFile(`${FOLDER}/${name}`, 'base64'));
      return { path: `faces/${name}`, bytes };
    }),
  );
  await check(files, MUTATIONS);
});

const SAMPLE = '../shared/samples/insightface_small_dataset.tar';
const sample = await commands.readFile(SAMPLE, 'base64').catch(() => null);

describe.skipIf(sample === null)('photographs (shared/samples)', () => {
  test('loose', async () => {
    const { members } = await indexTar(new Blob([fromBase64(sample!)]));
    const images = members.filter(({ path }) => /\/images\/[^.]+\.jpg$/.test(path));
    const files = await Promise.all(
      images.map(async (image) => ({ path: image.path, bytes: await image.read() })),
    );
    await check(files, LARGE_MUTATIONS);
  });
});
