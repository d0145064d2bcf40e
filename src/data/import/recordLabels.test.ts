/** What lies beside a .rec of images alone is found by its name, wherever both were given. */
import { expect, test, vi } from 'vitest';
import { makeZip } from '../formats/archives.testing';
import { bytesOf } from '../formats/bytes.testing';
import { makeLargeRecordIO } from '../formats/recordio.large.testing';
import { metaOf } from '../formats/recordio.testing';
import { contentOf } from '../formats/virtualBlob.testing';
import { peopleIn } from './people';
import { openFaces } from './readFaces';

/** A busy machine is no failure. */
vi.setConfig({ testTimeout: 60_000 });

const LABELS = Array.from({ length: 2000 }, (_, key) => Math.floor(key / 20));
const BESIDE: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
  ['train.meta', metaOf(LABELS)],
  ['train.tsv', bytesOf(LABELS.map((label, key) => `${key}\ta/${key}.jpg\t${label}\n`).join(''))],
  ['train.lst', bytesOf(LABELS.map((label, key) => `${key}\t${label}\ta/${key}.jpg\n`).join(''))],
];

function records() {
  return makeLargeRecordIO({
    people: 100,
    imagesEach: 20,
    image: new Uint8Array(400).fill(7),
    convention: 'plain',
  });
}

test.each(BESIDE)('%s tells the classes, and the images are not read', async (name, bytes) => {
  const { rec, idx, stride } = records();
  const given = [
    { path: 'set/train.rec', file: rec },
    { path: 'set/train.idx', file: idx },
    { path: `set/${name}`, file: new Blob([bytes]) },
  ];
  const { entries, rejected, notes } = await openFaces(given, { onProgress: () => undefined });
  expect({ rejected, notes }).toEqual({ rejected: [], notes: [] });
  expect(peopleIn(entries).map(({ identity }) => Number(identity))).toEqual(LABELS);
  expect(rec.bytesRead).toBeLessThan(60 * stride);
});

test.each(BESIDE)('%s does so in an archive, too', async (name, bytes) => {
  const { rec, idx } = records();
  const members = [
    { path: 'set/train.rec', bytes: await contentOf(rec) },
    { path: 'set/train.idx', bytes: await contentOf(idx) },
    { path: `set/${name}`, bytes },
  ];
  const zip = await makeZip(members, { level: 0 });
  const { entries, rejected, notes } = await openFaces([{ path: 'a.zip', file: zip }], {
    onProgress: () => undefined,
  });
  expect({ rejected, notes }).toEqual({ rejected: [], notes: [] });
  expect(peopleIn(entries).map(({ identity }) => Number(identity))).toEqual(LABELS);
});
