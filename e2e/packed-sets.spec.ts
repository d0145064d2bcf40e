/** Packed data sets as they are downloaded, given to the page: the people and crops that are in them. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { makeNpy } from '../src/data/formats/npy.testing';
import { python2Pack } from '../src/data/formats/pickle.testing';
import { makeRecordIO } from '../src/data/formats/recordio.testing';
import { renderFace } from '../src/data/synthetic/generate';
import { DEFAULT_SYNTHETIC } from '../src/data/synthetic/settings';
import { writeTarGz, writeZip } from './archives';
import { curvesOf, drop, sharedPage, someFaces, stateOf, waitReady } from './support';

test.describe.configure({ timeout: 240_000 });

const PEOPLE = 6;
const IMAGES = 4;

/** The encoded crops, person by person. */
async function facesByPerson(): Promise<readonly (readonly Uint8Array[])[]> {
  const faces = await someFaces(PEOPLE, IMAGES);
  return Array.from({ length: PEOPLE }, (_, person) => {
    return faces.slice(person * IMAGES, (person + 1) * IMAGES).map(({ bytes }) => bytes);
  });
}

interface Expected {
  readonly label: RegExp;
  readonly crops: number;
}

const openPage = sharedPage('./?engine=tfjs-wasm');

/**
 * Drops the files: the data panel tells the numbers of the set, nothing was left out, and training goes on
 * with it.
 */
async function expectSet({ label, crops }: Expected, ...paths: readonly string[]): Promise<void> {
  const page = openPage();
  const before = (await stateOf(page)).data?.loadMs;
  await drop(page, ...paths);
  // Two sets may be called the same; no two take the same time to the last digit.
  await expect
    .poll(async () => (await stateOf(page)).data?.loadMs, { timeout: 120_000 })
    .not.toBe(before);
  await waitReady(page);
  const panel = page.getByRole('region', { name: 'Data', exact: true });
  await expect(panel).toContainText(`${PEOPLE} identities · ${crops} crops`);
  const { data, config } = await stateOf(page);
  expect(data?.label).toMatch(label);
  expect(data).toMatchObject({ identities: PEOPLE, images: crops, rejected: [] });
  expect(config.data.kind).toBe('files');
  await page.evaluate(() => window.adacos.step(1));
  for (const arm of (await curvesOf(page)).arms) expect(arm.step).toEqual([1]);
}

test('a verification pack: people are what its pairs call the same', async () => {
  const info = test.info();
  const people = await facesByPerson();
  // Neighbours of a person one after another: a picture that stands in two pairs links them.
  const alike = people.flatMap(([a, b, c, d]) => [a!, b!, b!, c!, c!, d!]);
  const unlike = [people[0]![0]!, people[1]![0]!, people[2]![1]!, people[3]![1]!];
  const same = [...Array.from({ length: alike.length / 2 }, () => true), false, false];
  const path = info.outputPath('pairs.bin');
  await writeFile(path, python2Pack([...alike, ...unlike], same));
  await expectSet({ label: /pairs\.bin/, crops: alike.length + unlike.length }, path);
});

for (const convention of ['table', 'plain'] as const) {
  test(`a .rec with its .idx, ${convention}`, async () => {
    const info = test.info();
    const { rec, idx } = makeRecordIO(await facesByPerson(), { convention });
    const paths = [info.outputPath('train.rec'), info.outputPath('train.idx')];
    await writeFile(paths[0]!, new Uint8Array(await rec.arrayBuffer()));
    await writeFile(paths[1]!, new Uint8Array(await idx.arrayBuffer()));
    await expectSet({ label: /train|2 files/, crops: PEOPLE * IMAGES }, ...paths);
  });
}

test('an .npz of pixels and labels', async () => {
  const info = test.info();
  const side = 48;
  const settings = {
    ...DEFAULT_SYNTHETIC,
    identities: PEOPLE,
    imagesPerIdentity: IMAGES,
    cropSize: side,
  };
  const count = PEOPLE * IMAGES;
  const pixels = new Uint8Array(count * side * side * 3);
  const labels = new BigInt64Array(count);
  for (let index = 0; index < count; index += 1) {
    const person = Math.floor(index / IMAGES);
    pixels.set(renderFace(settings, person, index % IMAGES), index * side * side * 3);
    labels[index] = BigInt(person);
  }
  const path = info.outputPath('faces.npz');
  await writeZip(path, [
    { path: 'images.npy', bytes: makeNpy('|u1', [count, side, side, 3], pixels) },
    { path: 'labels.npy', bytes: makeNpy('<i8', [count], labels) },
  ]);
  await expectSet({ label: /faces\.npz/, crops: count }, path);
});

test('a tar.gz whose list says who is on its pictures', async () => {
  const info = test.info();
  const faces = await someFaces(PEOPLE, IMAGES);
  // Numbered pictures in one folder: their paths say nothing.
  const pictures = faces.map(({ person, file, bytes }, index) => {
    const path = `images/${String(index).padStart(6, '0')}${file.slice(file.lastIndexOf('.'))}`;
    return { path, bytes, person };
  });
  const list = pictures.map(({ path, person }) => `${path}\t${person}\n`).join('');
  const path = info.outputPath('listed.tar.gz');
  await writeTarGz(path, [
    { path: 'labels.txt', bytes: Buffer.from(list) },
    ...pictures.map(({ path: name, bytes }) => ({ path: name, bytes })),
  ]);
  await expectSet({ label: /listed\.tar\.gz/, crops: PEOPLE * IMAGES }, path);
});

/** Written by pyarrow: six named people with four drawn PNGs each, three row groups. */
const PARQUET = resolve('e2e/fixtures/faces.parquet');

test('Parquet with the pictures in it', async () => {
  await expectSet({ label: /faces\.parquet/, crops: PEOPLE * IMAGES }, PARQUET);
});
