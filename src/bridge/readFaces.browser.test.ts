import { afterAll, expect, test } from 'vitest';
import { gzip, makeTar, makeZip, type TestFile } from '../data/formats/archives.testing';
import { bytesOf } from '../data/formats/bytes.testing';
import { readFaces } from '../data/import/readFaces';
import { DecodePool } from './decodePool';

const pool = new DecodePool({ workers: 1 });
afterAll(() => pool.dispose());

async function jpeg(colour: string): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(40, 30);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.fillStyle = colour;
  context.fillRect(0, 0, 40, 30);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 1 });
  return new Uint8Array(await blob.arrayBuffer());
}

async function testFiles(): Promise<TestFile[]> {
  const good = await Promise.all(
    ['#c00', '#0c0', '#00c', '#cc0'].map(async (colour, index) => ({
      path: `faces/faces/${index < 2 ? 'Ann' : 'Zoë'}/${index}.jpg`,
      bytes: await jpeg(colour),
    })),
  );
  const [first] = good;
  if (first === undefined) throw new Error('four files were made');
  return [
    ...good,
    { path: 'faces/faces/Ann/cut.jpg', bytes: first.bytes.slice(0, 300) },
    { path: 'faces/faces/Ann/text.jpg', bytes: bytesOf('no image') },
    { path: '__MACOSX/faces/._Ann', bytes: bytesOf('junk') },
  ];
}

function read(file: Blob, name: string) {
  return readFaces([{ path: name, file }], {
    cropSize: 8,
    label: name,
    decode: (bytes, size) => pool.decode(bytes, { size }),
  });
}

test('a zip, a tar and a tar.gz of the same JPEGs are the same faces', async () => {
  const files = await testFiles();
  const tar = makeTar(files);
  const sets = await Promise.all([
    read(await makeZip(files), 'a.zip'),
    read(tar, 'a.tar'),
    read(await gzip(tar), 'a.tar.gz'),
  ]);
  for (const faces of sets) {
    expect(faces.identities).toEqual([
      { name: 'Ann', count: 2 },
      { name: 'Zoë', count: 2 },
    ]);
    expect(faces.pixels).toEqual(sets[0]?.pixels);
    expect(faces.rejected.map(({ reason }) => reason)).toEqual([
      'Its JPEG data is damaged.',
      'It is text, not an image that can be read.',
    ]);
  }
  const colours = [0, 1, 2, 3].map((image) =>
    sets[0]?.pixels.subarray(image * 8 * 8 * 3).slice(0, 3),
  );
  for (const [image, expected] of [
    [204, 0, 0],
    [0, 204, 0],
    [0, 0, 204],
    [204, 204, 0],
  ].entries()) {
    for (const at of [0, 1, 2]) {
      expect(Math.abs(colours[image]![at]! - expected[at]!)).toBeLessThanOrEqual(4);
    }
  }
});

test('a compressed tar that is cut short gives what was whole, and says so', async () => {
  const files = await testFiles();
  const whole = await gzip(makeTar(files));
  const faces = await read(whole.slice(0, Math.floor(whole.size * 0.7)), 'a.tgz');
  expect(faces.labels.length).toBeGreaterThan(0);
  expect(faces.labels.length).toBeLessThan(4);
  expect(faces.rejected.find(({ name }) => name === 'a.tgz')?.reason).toMatch(/cut short/);
});
