import { existsSync, openAsBlob } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { indexTar } from '../formats/tar';
import type { DecodeImage } from './intake';
import { identitiesOf } from './layout';
import { openFaces, readFaces } from './readFaces';

const LFW = new URL('../../../../shared/faces/lfw-112.tar', import.meta.url);
const NESTED = new URL('../../../../shared/samples/lfw-deepfunneled-sample.tgz', import.meta.url);
const LABELLED = new URL(
  '../../../../shared/samples/insightface_small_dataset.tar',
  import.meta.url,
);

/** Stands in for the browser's decoder: a crop that says how long the file was. */
const noDecoder: DecodeImage = async (bytes, size) => {
  const rgb = new Uint8Array(size * size * 3).fill(bytes.length % 256);
  return { rgb, width: 112, height: 112, format: 'jpeg' };
};

describe.skipIf(!existsSync(LFW))('Labeled Faces in the Wild, complete (shared/faces)', () => {
  test('every image is listed with its person, and can be read by itself', async () => {
    const { members, problem } = await indexTar(await openAsBlob(LFW));
    expect(problem).toBeNull();
    expect(members).toHaveLength(13_233);
    const people = identitiesOf(members.map(({ path }) => ({ archive: 'lfw-112.tar', path })));
    expect(new Set(people).size).toBe(5749);
    // The counts that LFW states for itself.
    const counts = new Map<string, number>();
    for (const name of people) counts.set(name, (counts.get(name) ?? 0) + 1);
    expect([...counts.values()].filter((count) => count >= 2)).toHaveLength(1680);
    expect([...counts.values()].filter((count) => count >= 20)).toHaveLength(62);
    expect(counts.get('George_W_Bush')).toBe(530);
    for (const index of [0, 7000, 13_232]) {
      const bytes = await members[index]!.read();
      expect([bytes.length, bytes[0], bytes[1]]).toEqual([members[index]!.size, 0xff, 0xd8]);
    }
  });
});

describe.skipIf(!existsSync(NESTED))('LFW nested twice, with junk (shared/samples)', () => {
  test('is seen through', async () => {
    const file = await openAsBlob(NESTED);
    const options = { cropSize: 1, label: 'x', decode: noDecoder };
    const faces = await readFaces([{ path: 'sample.tgz', file }], options);
    expect(faces.rejected).toEqual([]);
    expect(faces.identities).toHaveLength(12);
    expect(faces.identities.every(({ count }) => count === 10)).toBe(true);
    expect(faces.identities[0]).toEqual({ name: 'Abdullah_Gul', count: 10 });
    expect(faces.names[0]).toMatch(/Abdullah_Gul_0001\.jpg$/);
  });
});

describe.skipIf(!existsSync(LABELLED))('a tar with junk and a label file (shared/samples)', () => {
  test('the junk disappears, the label file says who is who', async () => {
    const file = await openAsBlob(LABELLED);
    const catalogue = await openFaces([{ path: 'small.tar', file }], {});
    expect(catalogue.notes).toEqual([
      'small.tar/small_dataset/label.txt says who is on 10 images.',
    ]);
    const options = { cropSize: 1, label: 'x', decode: noDecoder };
    const faces = await readFaces([{ path: 'small.tar', file }], options);
    expect(faces.labels).toHaveLength(10);
    expect(faces.identities.every(({ name }) => /^\d+$/.test(name))).toBe(true);
    expect(faces.rejected).toEqual([]);
  });
});
