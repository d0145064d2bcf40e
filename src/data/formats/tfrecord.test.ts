import { describe, expect, test, vi } from 'vitest';
import { bytesOf, concat, greyPgm } from './bytes.testing';
import { FormatError } from './errors';
import { decodeNetpbm } from './netpbm';
import { indexTfRecord } from './tfrecord';
import { exampleOf, field, frameOf, type TestValue, tfRecordOf, varint } from './tfrecord.testing';
import { looksLikeTfRecord } from './tfrecordFrame';
import { VirtualBlob, watched } from './virtualBlob.testing';

/** A busy machine is no failure. */
vi.setConfig({ testTimeout: 60_000 });

async function only(features: Readonly<Record<string, TestValue>>) {
  const { members, skipped } = await indexTfRecord(new Blob([tfRecordOf([features])]));
  return { member: members[0], reason: skipped[0]?.reason };
}

test('knows a TFRecord file by the checksum of its first length', () => {
  const file = tfRecordOf([{ image: greyPgm(1) }]);
  expect(looksLikeTfRecord(file)).toBe(true);
  expect(looksLikeTfRecord(file.subarray(0, 12))).toBe(true);
  expect(looksLikeTfRecord(file.subarray(0, 11))).toBe(false);
  expect(looksLikeTfRecord(file.map((byte, at) => (at === 0 ? byte ^ 1 : byte)))).toBe(false);
  expect(looksLikeTfRecord(frameOf(new Uint8Array(0)))).toBe(false);
  expect(looksLikeTfRecord(new Uint8Array(512))).toBe(false);
});

const PICTURE = greyPgm(9, 5);

test.each<[string, Record<string, TestValue>, string | null]>([
  ['number', { 'image/encoded': PICTURE, 'image/class/label': 17 }, '17'],
  [
    'name before number',
    { 'image/encoded': PICTURE, 'image/class/label': 17, 'image/class/text': 'Zoë' },
    'Zoë',
  ],
  [
    'number where the name is empty',
    { 'image/class/text': '', 'image/class/label': 3, image: PICTURE },
    '3',
  ],
  ['short keys', { image: PICTURE, label: 5 }, '5'],
  ['label before the image', { label: 300, image_raw: PICTURE }, '300'],
  ['text as label', { image: PICTURE, label: 'Ann' }, 'Ann'],
  ['float', { image: PICTURE, label: { floats: [4] } }, '4'],
  ['float that is no class', { image: PICTURE, label: { floats: [0.5] } }, null],
  ['one-hot', { image: PICTURE, label: { floats: [0, 1, 0] } }, null],
  ['number in source_id', { 'image/encoded': PICTURE, 'image/source_id': 8 }, '8'],
  ['file name in source_id', { 'image/encoded': PICTURE, 'image/source_id': 'a.jpg' }, null],
  ['none', { image: PICTURE, 'image/filename': 'a.jpg' }, null],
])('the class as %s', async (_, features, identity) => {
  const { member } = await only(features);
  expect(member).toMatchObject({ path: '0000000', size: PICTURE.length, identity });
  expect(await member?.read()).toEqual(PICTURE);
});

test('classes as 64-bit numbers are exact', async () => {
  const large = concat(
    ...Array.from({ length: 8 }, () => Uint8Array.of(0xff)),
    Uint8Array.of(0x7f),
  );
  const label = concat(field(1, bytesOf('label')), field(2, field(3, field(1, large))));
  const image = concat(field(1, bytesOf('image')), field(2, field(1, field(1, PICTURE))));
  const example = field(1, concat(field(1, label), field(1, image)));
  const { members } = await indexTfRecord(new Blob([new Uint8Array(frameOf(example))]));
  expect(members[0]?.identity).toBe('9223372036854775807');
});

test('numbers one field each, as older writers put them', async () => {
  const unpacked = concat(varint(8), varint(6));
  const label = concat(field(1, bytesOf('label')), field(2, field(3, unpacked)));
  const image = concat(field(1, bytesOf('image')), field(2, field(1, field(1, PICTURE))));
  const example = field(1, concat(field(1, label), field(1, image)));
  const { members } = await indexTfRecord(new Blob([new Uint8Array(frameOf(example))]));
  expect(members[0]?.identity).toBe('6');
});

describe('raw pixels', () => {
  const rgb = Uint8Array.from({ length: 2 * 3 * 3 }, (_, at) => 10 * at);

  test('with height, width and depth become a PPM', async () => {
    const { member } = await only({ image_raw: rgb, height: 2, width: 3, depth: 3, label: 1 });
    const image = await member!.read();
    expect(member!.size).toBe(image.length);
    expect(decodeNetpbm(image)).toEqual({ width: 3, height: 2, rgb });
  });

  test('without depth are told by their number', async () => {
    const { member } = await only({
      'image/height': 2,
      'image/width': 3,
      image: rgb.subarray(0, 6),
    });
    const { width, height, rgb: grey } = decodeNetpbm(await member!.read());
    expect([width, height, ...grey.filter((_, at) => at % 3 === 0)]).toEqual([
      3, 2, 0, 10, 20, 30, 40, 50,
    ]);
  });

  test('an encoded image with its height and width stays as it is', async () => {
    const { member } = await only({ image: PICTURE, height: 5, width: 5, depth: 1 });
    expect(await member!.read()).toEqual(PICTURE);
  });

  test.each<[string, Record<string, TestValue>]>([
    ['no shape', { image_raw: rgb, label: 1 }],
    ['a shape that does not fit', { image_raw: rgb, height: 2, width: 2, depth: 3 }],
    ['four samples a pixel', { image_raw: rgb.subarray(0, 16), height: 2, width: 2, depth: 4 }],
    ['a height of 0', { image_raw: rgb, height: 0, width: 3 }],
  ])('with %s are left out with the reason', async (_, features) => {
    expect((await only(features)).reason).toMatch(/^Its 1[68] bytes are no image that can be read/);
  });
});

test('records of something else are left out with what they have', async () => {
  const file = concat(
    tfRecordOf([{ audio: bytesOf('la'), rate: 16_000 }, { image: { floats: [0.5] } }]),
    frameOf(bytesOf('no message at all')),
    frameOf(new Uint8Array(0)),
    tfRecordOf([{ image: PICTURE, label: 2 }]),
  );
  const { members, skipped, problem, notes } = await indexTfRecord(new Blob([file]));
  expect(members.map(({ path, identity }) => [path, identity])).toEqual([['0000004', '2']]);
  expect(skipped.map(({ path }) => path)).toEqual(['0000000', '0000001', '0000002', '0000003']);
  expect(skipped[0]!.reason).toBe('None of its features is known as an image: audio, rate.');
  expect([problem, notes]).toEqual([null, []]);
});

test('says how many records name no class', async () => {
  const file = tfRecordOf([{ image: PICTURE }, { image: PICTURE, label: 1 }]);
  const { notes } = await indexTfRecord(new Blob([file]));
  expect(notes).toEqual(['1 of 2 records name no class under a key that is known.']);
});

const THREE = [10, 20, 30].map((level) => ({ image: greyPgm(level), label: level }));

test('the data is checked when it is read', async () => {
  const file = tfRecordOf(THREE);
  // A pixel of the second image.
  file[file.indexOf(20, 100)]! ^= 1;
  const { members, problem } = await indexTfRecord(new Blob([file]));
  expect([members.length, problem]).toEqual([3, null]);
  expect(await members[0]!.read()).toEqual(greyPgm(10));
  await expect(members[1]!.read()).rejects.toThrow(/does not have its checksum/);
  expect(await members[2]!.read()).toEqual(greyPgm(30));
});

test('nothing at all has its reason', async () => {
  for (const content of ['', 'x', 'hello world, this is text']) {
    const { members, problem } = await indexTfRecord(new Blob([content]));
    expect(members).toEqual([]);
    expect(problem).toBeInstanceOf(FormatError);
  }
});

test('a length beyond the file is not believed', async () => {
  const huge = frameOf(new Uint8Array(0));
  // The length 2^40 with its right checksum.
  const head = new Uint8Array([0, 0, 0, 0, 0, 1, 0, 0, ...checksumOf([0, 0, 0, 0, 0, 1, 0, 0])]);
  const file = watched(concat(tfRecordOf(THREE), head, huge));
  const { members, problem } = await indexTfRecord(file);
  expect(members).toHaveLength(3);
  expect(problem).toMatchObject({ code: 'archive/truncated' });
});

function checksumOf(bytes: readonly number[]): Uint8Array {
  return frameOf(Uint8Array.from(bytes)).subarray(-4);
}

/** How many images come out, and how many reasons there are. */
async function outcome(content: Uint8Array): Promise<{ whole: number; reasons: number }> {
  const { members, skipped, problem } = await indexTfRecord(watched(content));
  const read = await Promise.allSettled(members.map((member) => member.read()));
  const failed = read.filter((result) => result.status === 'rejected');
  for (const { reason } of failed) expect(reason).toBeInstanceOf(FormatError);
  const reasons = skipped.length + failed.length + (problem === null ? 0 : 1);
  return { whole: read.length - failed.length, reasons };
}

test('cut short anywhere, every image is there or there is a reason', async () => {
  const file = tfRecordOf(THREE);
  const each = file.length / 3;
  for (let length = 0; length < file.length; length += 1) {
    const { whole, reasons } = await outcome(file.subarray(0, length));
    expect([length, whole]).toEqual([length, Math.floor(length / each)]);
    if (length === 0 || length % each !== 0) expect([length, reasons > 0]).toEqual([length, true]);
  }
});

test('a bit of each byte turned, every image is there or there is a reason', async () => {
  const file = tfRecordOf(THREE);
  for (let at = 0; at < file.length; at += 1) {
    const turned = file.slice();
    // Every bit has its turn within eight bytes.
    turned[at]! ^= 1 << ((at + (at >> 3)) & 7);
    const { whole, reasons } = await outcome(turned);
    expect([at, whole < 3, reasons > 0]).toEqual([at, true, true]);
  }
});

test('reports progress and stops when it is told to', async () => {
  const file = new Blob([tfRecordOf(THREE)]);
  const seen: number[][] = [];
  await indexTfRecord(file, { onProgress: (done, total) => seen.push([done, total]) });
  expect(seen.at(-1)).toEqual([file.size, file.size]);
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(indexTfRecord(file, { signal })).rejects.toThrow('enough');
});

test('a file of thousands of records is read once to list it, and single images by themselves', async () => {
  const image = concat(greyPgm(5, 60), new Uint8Array(400));
  const record = frameOf(exampleOf({ image, label: 7 }));
  const file = new VirtualBlob(record.length * 5000, (start, bytes) => {
    for (let at = 0; at < bytes.length; ) {
      const part = record.subarray((start + at) % record.length).subarray(0, bytes.length - at);
      bytes.set(part, at);
      at += part.length;
    }
  });
  const { members } = await indexTfRecord(file);
  expect(members).toHaveLength(5000);
  expect(file.bytesRead).toBeLessThan(1.01 * file.size);
  expect(file.reads).toBeLessThan(10);
  file.bytesRead = 0;
  for (const place of [4000, 17, 2500]) expect((await members[place]!.read())[3]).toBe(54);
  expect(file.bytesRead).toBe(3 * record.length);
});
