/**
 * The sets people have, each in its own layout and with the bytes it has: as a folder, and inside an
 * archive of every kind. Who is on each picture, in which part of the set, and what is left out.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { gzip, makeTar, makeZip, type TestFile } from '../formats/archives.testing';
import { bytesOf, greyPgm } from '../formats/bytes.testing';
import { PICTURES } from '../formats/pictures.testing';
import type { FaceSource } from './catalogue';
import { peopleIn } from './people';
import { openFaces } from './readFaces';
import { sourcesOf } from './reading.testing';

const WRITTEN = new URL(`../formats/${PICTURES.folder}/`, import.meta.url);
const picture = (name: string) => Uint8Array.from(readFileSync(new URL(name, WRITTEN)));
const JPEG = picture('baseline.jpg');
const GIF = picture('subject01.happy');

const jpegs = (...paths: string[]): TestFile[] => paths.map((path) => ({ path, bytes: JPEG }));

interface KnownSet {
  readonly files: readonly TestFile[];
  /** `identity`, or `identity@part`, of each picture in the order of the files. */
  readonly people: readonly string[];
  /** The ends of the names of what is left out. */
  readonly rejected?: readonly string[];
  readonly notes?: readonly string[];
}

const CELEBA = ['000001', '000002', '000003'].map((name) => `celeba/img_align_celeba/${name}.jpg`);
const IDENTITIES = bytesOf('000001.jpg 2880\n000002.jpg 2937\n000003.jpg 2880\n');

const SETS: Readonly<Record<string, KnownSet>> = {
  'CelebA with its list': {
    files: [...jpegs(...CELEBA), { path: 'celeba/identity_CelebA.txt', bytes: IDENTITIES }],
    people: ['2880', '2937', '2880'],
    notes: ['celeba/identity_CelebA.txt says who is on 3 images.'],
  },
  'CelebA with its list and its parts': {
    files: [
      ...jpegs(...CELEBA),
      { path: 'celeba/identity_CelebA.txt', bytes: IDENTITIES },
      {
        path: 'celeba/list_eval_partition.txt',
        bytes: bytesOf('000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n'),
      },
    ],
    people: ['2880@train', '2937@val', '2880@test'],
    notes: [
      'celeba/identity_CelebA.txt says who is on 3 images.',
      'celeba/list_eval_partition.txt says the part of 3 images.',
    ],
  },
  'Yale, GIFs without an extension': {
    files: [
      ...['subject01.happy', 'subject01.sad', 'subject02.happy', 'subject02.glasses'].map(
        (name) => ({ path: `yalefaces/${name}`, bytes: GIF }),
      ),
      { path: 'yalefaces/Readme', bytes: bytesOf('The Yale face database.\n') },
    ],
    people: ['subject01', 'subject01', 'subject02', 'subject02'],
    rejected: ['yalefaces/Readme'],
  },
  'ORL, PGM': {
    files: [
      ...['s1/1.pgm', 's1/10.pgm', 's2/1.pgm', 's40/1.pgm'].map((path) => {
        return { path: `orl_faces/${path}`, bytes: picture('1.pgm') };
      }),
      { path: 'orl_faces/README', bytes: bytesOf('Forty people, ten pictures each.\n') },
    ],
    people: ['s1', 's1', 's2', 's40'],
    rejected: ['orl_faces/README'],
  },
  'CASIA-WebFace': {
    files: jpegs(
      'CASIA-WebFace/0000045/001.jpg',
      'CASIA-WebFace/0000045/002.jpg',
      'CASIA-WebFace/0000099/112.jpg',
    ),
    people: ['0000045', '0000045', '0000099'],
  },
  'VGGFace2, train and test': {
    files: jpegs(
      'vggface2/train/n000002/0001_01.jpg',
      'vggface2/train/n000003/0002_01.jpg',
      'vggface2/test/n000001/0001_01.jpg',
      'vggface2/test/n000001/0019_02.jpg',
    ),
    people: ['n000002@train', 'n000003@train', 'n000001@test', 'n000001@test'],
  },
  FaceScrub: {
    files: jpegs(
      'facescrub/actors/Ann Lee/Ann Lee_12.jpg',
      'facescrub/actors/Ann Lee/Ann Lee_13.jpg',
      'facescrub/actresses/Bo Oe/Bo Oe_98765.jpg',
    ),
    people: ['Ann Lee', 'Ann Lee', 'Bo Oe'],
  },
  pins: {
    files: jpegs(
      '105_classes_pins/pins_Ann Lee/Ann Lee0_0.jpg',
      '105_classes_pins/pins_Ann Lee/Ann Lee1_2.jpg',
      '105_classes_pins/pins_Bo/Bo9_0.jpg',
    ),
    people: ['Ann Lee', 'Ann Lee', 'Bo'],
  },
  'LFW with its lists': {
    files: [
      ...jpegs(
        'lfw/Ann_Lee/Ann_Lee_0001.jpg',
        'lfw/Ann_Lee/Ann_Lee_0002.jpg',
        'lfw/Bo-Oe_Jr./Bo-Oe_Jr._0001.jpg',
      ),
      { path: 'lfw/pairs.txt', bytes: bytesOf('1\t1\nAnn_Lee\t1\t2\nAnn_Lee\t1\tBo-Oe_Jr.\t1\n') },
      { path: 'lfw/peopleDevTrain.txt', bytes: bytesOf('1\nAnn_Lee\t2\n') },
    ],
    people: ['Ann_Lee', 'Ann_Lee', 'Bo-Oe_Jr.'],
    notes: [
      expect.stringMatching(/^lfw\/pairs\.txt: .*2 pairs/),
      expect.stringMatching(/^lfw\/peopleDevTrain\.txt: .*1 /),
    ],
  },
};

async function seen(sources: readonly FaceSource[]) {
  const { entries, lists, rejected, notes } = await openFaces(sources, {});
  const people = peopleIn(entries, lists).map(({ identity, split }) =>
    split === null ? identity : `${identity}@${split}`,
  );
  return { entries, people, rejected, notes };
}

describe.each(Object.entries(SETS))('%s', (_, { files, people, rejected = [], notes = [] }) => {
  test('in a folder', async () => {
    const found = await seen(sourcesOf(files));
    expect(found.people).toEqual(people);
    expect(found.rejected.map(({ name }) => name)).toEqual(rejected);
    expect(found.notes).toEqual(notes);
  });

  test.each<[string, (files: readonly TestFile[]) => Promise<Blob>]>([
    ['set.zip', (files) => makeZip(files)],
    ['set.tar', async (files) => makeTar(files)],
    ['set.tar.gz', (files) => gzip(makeTar(files))],
    // Its own name does not matter, and neither does the order inside.
    ['download', async (files) => makeTar(files.toReversed())],
  ])('in %s', async (path, pack) => {
    const found = await seen([{ path, file: await pack(files) }]);
    const expected = path === 'download' ? people.toReversed() : people;
    expect(found.people).toEqual(expected);
    expect(found.rejected.map(({ name }) => name)).toEqual(
      rejected.map((name) => `${path}/${name}`),
    );
    expect(found.notes).toHaveLength(notes.length);
    for (const entry of found.entries.slice(0, 1)) {
      expect((await entry.read()).length).toBeGreaterThan(100);
    }
  });
});

test('a list of a set that lies beside its archive', async () => {
  const zip = await makeZip(jpegs('img_align_celeba/000001.jpg', 'img_align_celeba/000002.jpg'));
  const found = await seen([
    { path: 'celeba/img_align_celeba.zip', file: zip },
    { path: 'celeba/identity_CelebA.txt', file: new Blob([IDENTITIES]) },
  ]);
  expect(found.people).toEqual(['2880', '2937']);
  expect(found.rejected).toEqual([]);
});

test('pictures of one grey level are pictures whatever they are called', async () => {
  const files = ['Ann', 'Bob'].map((name, n) => {
    return { path: `faces/${name}/1.data`, bytes: greyPgm(n) };
  });
  expect((await seen(sourcesOf(files))).people).toEqual(['Ann', 'Bob']);
});
