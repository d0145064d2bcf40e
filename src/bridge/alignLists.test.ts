import { expect, test } from 'vitest';
import { flatPoints } from '../data/align/points';
import { bytesOf, greyPgm } from '../data/formats/bytes.testing';
import { openFaces } from '../data/import/readFaces';
import { sourcesOf } from '../data/import/reading.testing';
import type { FilesConfig } from '../training/config';
import { countListed, pointsFromLists } from './alignLists';
import { decoderOf } from './cropRules';

const LIST = [
  'NAME_ID,P1X,P1Y,P2X,P2Y,P3X,P3Y,P4X,P4Y,P5X,P5Y',
  '"n000002/0001_01",75.5,110,103,104,90,129,81,143,107,138',
  '"n000002/0002_01",60,80,90,81,75,99,62,118,89,119',
  '"n000003/0001_01",60,80,90,81,75,99,62,118,89,119',
].join('\n');

const catalogue = await openFaces(
  sourcesOf([
    { path: 'set/n000002/0001_01.pgm', bytes: greyPgm(1) },
    { path: 'set/n000002/0002_01.pgm', bytes: greyPgm(2) },
    { path: 'set/n000009/0001_01.pgm', bytes: greyPgm(3) },
    { path: 'set/loose_landmark_train.csv', bytes: bytesOf(LIST) },
    {
      path: 'set/loose_bb_train.csv',
      bytes: bytesOf('NAME_ID,X,Y,W,H\n"n000002/0001_01",1,2,3,4\n'),
    },
  ]),
  {},
);

test('pictures with points are counted, and the set says so', () => {
  expect(countListed(catalogue)).toBe(2);
  expect(catalogue.notes).toContain(
    'set/loose_landmark_train.csv: landmarks of 3 images; 2 of the images here are in it.',
  );
});

test('each file is decoded by its own points, or its middle', async () => {
  const pointsOf = pointsFromLists(catalogue);
  const found = catalogue.entries.map((entry) => pointsOf(entry));
  expect(found.map((points) => points?.[0].x ?? null)).toEqual([75.5, 60, null]);

  const config: FilesConfig = {
    kind: 'files',
    cropSize: 4,
    minImagesPerIdentity: 1,
    crop: 'points-96',
    withoutFace: 'middle',
  };
  const about = { rgb: new Uint8Array(48), width: 4, height: 4, format: 'netpbm' };
  const rules: unknown[] = [];
  const decode = decoderOf(
    {
      decode: async (_, { rule }) => {
        rules.push(rule);
        // The points of the second one do not fit its picture.
        return rules.length === 2 ? { ...about, fits: false } : about;
      },
    },
    config,
    pointsOf,
  );
  const faces = [];
  for (const entry of catalogue.entries) faces.push(await decode(Uint8Array.of(1), 4, entry));
  expect(rules).toEqual([
    { kind: 'template', template: '96x112', points: found[0], otherwise: 'centre' },
    { kind: 'template', template: '96x112', points: found[1], otherwise: 'centre' },
    { kind: 'centre-square' },
  ]);
  expect(faces.map(({ placement }) => placement)).toEqual(['listed', 'none', 'none']);
  expect(faces.map(({ points }) => points)).toEqual([flatPoints(found[0]!), undefined, undefined]);
});
