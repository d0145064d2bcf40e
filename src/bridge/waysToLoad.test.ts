/** What is decoded, and what lists of people that lay among the pictures become. */
import { describe, expect, test } from 'vitest';
import { bytesOf, greyPgm } from '../data/formats/bytes.testing';
import { openFaces, readFaces } from '../data/import/readFaces';
import { decodePgm, sourcesOf } from '../data/import/reading.testing';
import type { FilesConfig } from '../training/config';
import { leastImages } from '../training/leastImages';
import { OpenedFiles } from './openedFiles';
import { chosenFor, summarise, withLists } from './waysToLoad';

const CONFIG: FilesConfig = { kind: 'files', cropSize: 32, minImagesPerIdentity: 2 };

const image = (person: string, number: number) => ({
  path: `lfw/${person}/${person}_000${number}.pgm`,
  bytes: greyPgm(number),
});

const FILES = [image('Ann_A', 1), image('Ann_A', 2), image('Bob_B', 1), image('Cy_C', 1)];

const open = async (files: readonly { path: string; bytes: Uint8Array<ArrayBuffer> }[] = FILES) =>
  new OpenedFiles(await openFaces(sourcesOf(files), {}), 'lfw');

describe('what is decoded', () => {
  test('is everybody where all fit, so that another minimum needs no second reading', async () => {
    const files = await open();
    const two = chosenFor(files, CONFIG);
    const one = chosenFor(files, { ...CONFIG, minImagesPerIdentity: 1 });
    expect(two.chosen).toBe(null);
    expect(two.key).toBe(one.key);
    expect(two.people.map(({ identity }) => identity)).toEqual(['Ann_A', 'Ann_A', 'Bob_B', 'Cy_C']);
    // Every other way of reading is one of its own.
    expect(chosenFor(files, { ...CONFIG, swapRedBlue: true }).key).not.toBe(two.key);
    expect(chosenFor(files, { ...CONFIG, cropSize: 64 }).key).not.toBe(two.key);
  });

  test('is the part that was asked for', async () => {
    const files = await open();
    const one = { ...CONFIG, minImagesPerIdentity: 1 };
    expect([...chosenFor(files, { ...one, firstIdentities: 2 }).chosen!]).toEqual([0, 1, 2]);
    expect([...chosenFor(files, { ...one, maxImagesPerIdentity: 1 }).chosen!]).toHaveLength(3);
  });

  test('has the first people of those with enough images, and a sample of theirs', async () => {
    const files = await open();
    const first = { ...CONFIG, firstIdentities: 2 };
    expect([...chosenFor(files, first).chosen!]).toEqual([0, 1]);
    expect([...chosenFor(files, { ...CONFIG, sample: 2 }).chosen!]).toEqual([0, 1]);
    expect(chosenFor(files, first).key).not.toBe(
      chosenFor(files, { ...first, minImagesPerIdentity: 1 }).key,
    );
  });

  test('counts the minimum in the whole set where less may be taken of each', async () => {
    const files = await open();
    const one = { ...CONFIG, maxImagesPerIdentity: 1 };
    expect([...chosenFor(files, one).chosen!]).toHaveLength(1);
    expect(leastImages(one)).toBe(1);
    expect(files.preview(one)).toMatchObject({ images: 1, identities: 1 });
    expect(leastImages({ ...CONFIG, maxImagesPerIdentity: 5 })).toBe(2);
    // One of five drawn may be damaged.
    expect(leastImages({ ...CONFIG, minImagesPerIdentity: 10, maxImagesPerIdentity: 5 })).toBe(2);
    expect(leastImages(CONFIG)).toBe(2);
  });

  test('is only whoever has enough images where all would not fit', async () => {
    const files = await open();
    // Four crops of 4730×4730 are more than are kept twice.
    const large = { ...CONFIG, cropSize: 4730 };
    const two = chosenFor(files, large);
    expect([...two.chosen!]).toEqual([0, 1]);
    expect(two.key).not.toBe(chosenFor(files, { ...large, minImagesPerIdentity: 1 }).key);
  });
});

describe('lists of people', () => {
  const train = { path: 'lfw/peopleDevTrain.txt', bytes: bytesOf('2\nAnn_A\t2\nBob_B\t1\n') };
  const test_ = { path: 'lfw/peopleDevTest.txt', bytes: bytesOf('1\nCy_C\t1\n') };

  async function listed(...lists: readonly (typeof train)[]) {
    const files = [...FILES, ...lists];
    const faces = await readFaces(sourcesOf(files), { cropSize: 2, label: '', decode: decodePgm });
    return { faces, after: withLists(faces, await open(files)) };
  }

  test('to train on and to hold out become a way to split', async () => {
    const { after } = await listed(train, test_);
    expect(after.lists).toEqual({ train: ['Ann_A', 'Bob_B'], heldOut: ['Cy_C'] });
  });

  test('of which one is missing change nothing', async () => {
    for (const list of [train, test_]) {
      const { faces, after } = await listed(list);
      expect(after).toBe(faces);
    }
  });
});

test('whoever is there under several names is told', async () => {
  const told = async (...files: typeof FILES) => {
    const faces = await readFaces(sourcesOf(files), { cropSize: 2, label: '', decode: decodePgm });
    const facts = { facesId: '', config: CONFIG, label: '', loadMs: 1, edits: 0 };
    return summarise(faces, { ...facts, droppedIdentities: 0, droppedImages: 0 }).alike;
  };
  expect(await told(...FILES)).toBeUndefined();
  expect(await told(...FILES, image('ann-a', 1))).toEqual([['Ann_A', 'ann-a']]);
});
