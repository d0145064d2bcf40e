import { describe, expect, test, vi } from 'vitest';
import { bytesOf, concat, greyPgm } from './bytes.testing';
import { FormatError } from './errors';
import { isRecordIO, openRecordIO, type RecordIOFiles } from './recordio';
import {
  filesOf,
  imagesOf,
  indexOf,
  MAGIC_BYTES,
  makeRecordIO,
  payloadOf,
  recordOf,
  type TestChoices,
  type TestRecord,
} from './recordio.testing';
import { contentOf, VirtualBlob, watched } from './virtualBlob.testing';

/** A busy machine is no failure. */
vi.setConfig({ testTimeout: 60_000 });

/** Images of different lengths, padded by 0 to 3 bytes; one has the magic in it three times. */
const PEOPLE = [
  [greyPgm(10), greyPgm(11, 5)],
  [
    greyPgm(20),
    concat(greyPgm(21), bytesOf('.'), MAGIC_BYTES, MAGIC_BYTES, bytesOf('end!')),
    greyPgm(22, 3),
  ],
  [concat(bytesOf('P5 2 2 255 '), MAGIC_BYTES), greyPgm(31)],
];
const TABLE: TestChoices = { convention: 'table' };
const PLAIN: TestChoices = { convention: 'plain' };

/** Records one after another as a set, with the index they have. */
function setOf(records: readonly TestRecord[]): RecordIOFiles {
  return {
    rec: new Blob(records.map(({ bytes }) => new Uint8Array(bytes))),
    idx: new Blob([indexOf(records)]),
    list: null,
    meta: null,
    property: null,
    name: 'train.rec',
  };
}

function imageRecord(key: number, label: number, image: Uint8Array = greyPgm(key)): TestRecord {
  return { key, bytes: recordOf(payloadOf({ label, id: key }, image)) };
}

test('knows a RecordIO file by its magic and the kind of its first part', () => {
  const record = recordOf(payloadOf({ label: 1, id: 0 }, greyPgm(1)));
  expect(isRecordIO(record)).toBe(true);
  expect(isRecordIO(record.subarray(0, 7))).toBe(false);
  // A middle part begins no file; the magic of other formats of that name is another.
  expect(isRecordIO(Uint8Array.from(record, (byte, at) => (at === 7 ? 0x40 : byte)))).toBe(false);
  expect(isRecordIO(Uint8Array.from(record, (byte, at) => (at === 3 ? 0x3e : byte)))).toBe(false);
});

describe.each([
  ['table of identities, index', TABLE, ['idx']],
  ['table of identities, several labels, index', { ...TABLE, moreLabels: [1] }, ['idx']],
  ['table of identities, no index', TABLE, []],
  ['images alone, index', PLAIN, ['idx']],
  ['images alone, index and list', PLAIN, ['idx', 'list']],
  ['images alone, several labels, index', { ...PLAIN, moreLabels: [0.5, 3] }, ['idx']],
  ['images alone, no index', PLAIN, []],
] as const)('%s', (_, choices, beside) => {
  const set = makeRecordIO(PEOPLE, choices);

  test('gives every image with its class', async () => {
    const index = await openRecordIO(filesOf(set, ...beside, 'property'));
    expect(await imagesOf(index.members)).toEqual(set.images);
    const { skipped, problem, notes } = index;
    expect({ skipped, problem, notes }).toEqual({ skipped: [], problem: null, notes: [] });
    const first = choices.convention === 'table' ? 1 : 0;
    expect(index.members.map(({ path }) => path)).toEqual(
      set.images.map((__, place) => `000000${first + place}`),
    );
  });

  test('reports progress up to the end, never backwards', async () => {
    const seen: number[] = [];
    const given = filesOf(set, ...beside);
    const total = given.rec.size + (given.idx?.size ?? 0) + (given.list?.size ?? 0);
    await openRecordIO(given, {
      onProgress: (done, of) => {
        expect(of).toBe(total);
        seen.push(done);
      },
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(total);
  });

  test('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(openRecordIO(filesOf(set, ...beside), { signal })).rejects.toThrow('enough');
  });
});

test('the order of the index does not matter', async () => {
  const set = makeRecordIO(PEOPLE, TABLE);
  const lines = (await set.idx.text()).trimEnd().split('\n');
  const idx = new Blob([`\r\n${lines.toReversed().join('\r\n')}`]);
  const index = await openRecordIO({ ...filesOf(set), idx });
  expect(await imagesOf(index.members)).toEqual(set.images);
});

test('a table gives the classes without the images, and a few of them are asked', async () => {
  const people = Array.from({ length: 300 }, (_, person) =>
    Array.from({ length: 10 }, () => greyPgm(person % 256, 40)),
  );
  const set = makeRecordIO(people, TABLE);
  const rec = watched(await contentOf(set.rec));
  const index = await openRecordIO({ ...filesOf(set, 'idx'), rec });
  expect(index.members).toHaveLength(3000);
  expect(index.notes).toEqual([]);
  // 301 records of 40 bytes, 32 heads.
  expect(rec.bytesRead).toBeLessThan(301 * 40 + 40 * 40);
});

test('where the images contradict the table, the images are believed and it is said', async () => {
  const set = makeRecordIO(PEOPLE, { ...TABLE, classes: [7, 5, 9] });
  const index = await openRecordIO(filesOf(set, 'idx', 'property'));
  expect(await imagesOf(index.members)).toEqual(set.images);
  expect(index.notes).toEqual([
    'The classes of train.rec were read from its images: the image with key 1 has the label 7, not 0.',
  ]);
});

test('records without an image or a class are left out with their reasons', async () => {
  const none = new Uint8Array(0);
  const records = [
    imageRecord(0, 0),
    imageRecord(1, 1, none),
    imageRecord(2, 0.5),
    imageRecord(3, -1),
    imageRecord(4, Number.NaN),
    imageRecord(5, 2 ** 24),
    { key: 6, bytes: recordOf(bytesOf('short')) },
    { key: 7, bytes: recordOf(payloadOf({ label: [1, 2, 3], id: 7 }, none).subarray(0, 32)) },
    imageRecord(8, 17),
  ];
  const given = setOf(records);
  for (const idx of [given.idx, null]) {
    const index = await openRecordIO({ ...given, idx });
    expect(index.members.map(({ identity }) => identity)).toEqual(['0', '17']);
    expect(index.problem).toBeNull();
    expect(index.skipped.map(({ reason }) => reason).toSorted()).toEqual([
      'It has 32 bytes, too few for its 3 labels.',
      'It has 5 bytes, fewer than the head of an image.',
      'It holds no image.',
      'Its label is -1, not the number of a class.',
      'Its label is 0.5, not the number of a class.',
      'Its label is 16777216, not the number of a class.',
      'Its label is NaN, not the number of a class.',
    ]);
  }
});

test('index lines that lead nowhere are left out with their reasons, a hundred of them by name', async () => {
  const given = setOf([imageRecord(0, 3), imageRecord(1, 4)]);
  const good = await given.idx!.text();
  const { size } = given.rec;
  const wrong = ['2\t4', 'x\t0', '5', '0\t0', '9\t12345678901234'];
  const far = Array.from({ length: 120 }, (_, key) => `${key + 100}\t${2 ** 33}`);
  const idx = new Blob([good, [...wrong, ...far].join('\n')]);
  const { members, skipped, problem } = await openRecordIO({ ...given, idx });
  expect(members.map(({ path, identity }) => [path, identity])).toEqual([
    ['0000000', '3'],
    ['0000001', '4'],
  ]);
  expect(problem).toMatchObject({
    code: 'archive/truncated',
    message: expect.stringContaining(
      `121 of the records of train.rec lie beyond its ${size} bytes`,
    ),
  });
  expect(skipped).toHaveLength(101);
  expect(skipped.slice(0, 3)).toEqual([
    { path: 'line 4 of the index', reason: 'It is no key and offset.' },
    { path: 'line 5 of the index', reason: 'It is no key and offset.' },
    { path: '0000009', reason: `The index says byte 12345678901234; the file has ${size} bytes.` },
  ]);
  expect(skipped.at(-1)).toEqual({
    path: '…',
    reason: '25 more could not be used, for reasons like those before.',
  });
});

test('an index of another file is not used, and it is said', async () => {
  const set = makeRecordIO(PEOPLE, PLAIN);
  const idx = new Blob(['0\t20\n1\t40\n2\t100\n']);
  const index = await openRecordIO({ ...filesOf(set), idx });
  expect(await imagesOf(index.members)).toEqual(set.images);
  expect([index.skipped, index.problem]).toEqual([[], null]);
  expect(index.notes).toEqual([
    'The index of train.rec leads to no image: the file was read without it.',
  ]);
});

test('an index that leads to another record does not give one person the image of another', async () => {
  const people = Array.from({ length: 40 }, (_, person) =>
    Array.from({ length: 5 }, () => greyPgm(person)),
  );
  const set = makeRecordIO(people, TABLE);
  const lines = (await set.idx.text()).split('\n');
  // Keys 8 and 23 change places: they are not among those that are asked for their labels.
  const offsetOf = (line: number) => lines[line]!.split('\t')[1]!;
  [lines[7], lines[22]] = [`8\t${offsetOf(22)}`, `23\t${offsetOf(7)}`];
  const { members } = await openRecordIO({ ...filesOf(set), idx: new Blob([lines.join('\n')]) });
  const read = await Promise.allSettled(members.map((member) => member.read()));
  const wrong = members.filter((_, place) => read[place]!.status === 'rejected');
  expect(wrong.map(({ path }) => path).toSorted()).toEqual(['0000008', '0000023']);
});

test('records in the middle of a file that are damaged cost only themselves', async () => {
  const records = Array.from({ length: 6 }, (_, key) => imageRecord(key, key));
  const damagedAt = (place: number, at: number, value: number) => {
    return records.map((record, other) => {
      if (other !== place) return record;
      return { ...record, bytes: record.bytes.map((byte, i) => (i === at ? value : byte)) };
    });
  };
  const cases = [
    ['magic', damagedAt(2, 0, 1), ['0', '3', '4', '5']],
    ['length, longer', damagedAt(2, 5, 1), ['0', '1', '3', '4', '5']],
    ['length, shorter', damagedAt(2, 4, 30), ['0', '1', '3', '4', '5']],
    ['length, far too long', damagedAt(2, 7, 0x1f), ['0', '1', '3', '4', '5']],
    ['kind', damagedAt(2, 7, 0x40), ['0', '3', '4', '5']],
  ] as const;
  for (const [what, bytes, whole] of cases) {
    const index = await openRecordIO({ ...setOf(bytes), idx: null });
    expect([what, index.members.map(({ identity }) => identity)]).toEqual([what, whole]);
    expect(index.skipped.length).toBeGreaterThan(0);
    expect(index.problem).toBeNull();
  }
});

test('thousands of neighbours are read in a few large reads, single ones by themselves', async () => {
  const people = Array.from({ length: 40 }, (_, person) =>
    Array.from({ length: 25 }, () => greyPgm(person, 50)),
  );
  const set = makeRecordIO(people, TABLE);
  const rec = watched(await contentOf(set.rec));
  const { members } = await openRecordIO({ ...filesOf(set, 'idx'), rec });
  rec.reads = 0;
  const together = await Promise.all(members.map((member) => member.read()));
  const grey = (bytes: Uint8Array) => [bytes.length, bytes[0], bytes.at(-1)];
  expect(together.map(grey)).toEqual(set.images.map(({ image }) => grey(image)));
  // The first of them by themselves: it might have been a sample.
  expect(rec.reads).toBeLessThan(16);
  rec.bytesRead = 0;
  const chosen = [900, 20, 500, 40, 700];
  for (const place of chosen) await members[place]!.read();
  expect(rec.bytesRead).toBeLessThan(chosen.length * (50 * 50 + 60));
});

test('a split record that is longer than a window', async () => {
  const half = new Uint8Array(2.5 * 2 ** 20).fill(3);
  const image = concat(half, MAGIC_BYTES, half, bytesOf('.'));
  const records = [imageRecord(0, 1), imageRecord(1, 2, image), imageRecord(2, 3)];
  const given = setOf(records);
  for (const idx of [given.idx, null]) {
    const { members, problem, skipped } = await openRecordIO({ ...given, idx });
    expect([members.map(({ identity }) => identity), problem, skipped]).toEqual([
      ['1', '2', '3'],
      null,
      [],
    ]);
    expect(members.map(({ size }) => size)).toEqual([27, image.length, 27]);
    expect(Buffer.from(await members[1]!.read()).equals(image)).toBe(true);
    expect(await members[2]!.read()).toEqual(greyPgm(2));
  }
});

test('offsets over 4 GB', async () => {
  const far = 5 * 2 ** 30;
  const record = imageRecord(1, 8).bytes;
  const rec = new VirtualBlob(far + record.length, (start, bytes) => {
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = record[start + at - far] ?? 0;
  });
  const idx = new Blob([`1\t${far}\n`]);
  const given = { rec, idx, list: null, meta: null, property: null, name: 'train.rec' };
  const { members, problem } = await openRecordIO(given);
  expect(problem).toBeNull();
  expect(members.map(({ identity }) => identity)).toEqual(['8']);
  expect(await members[0]!.read()).toEqual(greyPgm(1));
  expect(rec.bytesRead).toBeLessThan(1000);
});

test('nothing at all has its reason', async () => {
  for (const rec of [new Blob([]), new Blob(['no such file']), new Blob([new Uint8Array(9000)])]) {
    for (const idx of [null, new Blob([]), new Blob(['0\t0\n'])]) {
      const given = { rec, idx, list: null, meta: null, property: null, name: 'a.rec' };
      const { members, problem } = await openRecordIO(given);
      expect(members).toEqual([]);
      expect(problem).toBeInstanceOf(FormatError);
    }
  }
});
