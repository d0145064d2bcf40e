/** Pictures that Pillow wrote, through the workers that decode for the page, against what Pillow reads. */
import { afterAll, describe, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { fromBase64, type WrittenPicture, writtenPictures } from '../data/formats/pictures.testing';
import { readFaces } from '../data/import/readFaces';
import { DecodePool } from './decodePool';

declare module 'vitest/browser' {
  interface BrowserCommands {
    /** As in `pillow.testing.ts`. */
    picturesByPillow: () => Promise<Readonly<Record<string, string>> | null>;
  }
}

const FOLDER = 'src/data/formats/pictures';
const committed = await writtenPictures(
  await commands.readFile(`${FOLDER}/expected.json`),
  (name) => commands.readFile(`${FOLDER}/${name}`, 'base64'),
);

async function writtenNow(): Promise<readonly WrittenPicture[] | null> {
  const files = await commands.picturesByPillow();
  if (files === null) return null;
  const json = new TextDecoder().decode(fromBase64(files['expected.json'] ?? ''));
  return writtenPictures(json, (name) => files[name] ?? '');
}
const now = await writtenNow();

const pool = new DecodePool({ workers: 2 });
afterAll(() => pool.dispose());

/** The largest difference of a level. */
function difference(found: Uint8Array, expected: Uint8Array): number {
  expect(found).toHaveLength(expected.length);
  return found.reduce((most, level, at) => Math.max(most, Math.abs(level - expected[at]!)), 0);
}

async function expectSame(picture: WrittenPicture): Promise<void> {
  const { bytes, rgb, width, height, format, name, tolerance } = picture;
  const found = await pool.decode(bytes.slice(), { size: Math.min(width, height) });
  expect(found, name).toMatchObject({ width, height, format });
  const levels = difference(found.rgb, rgb);
  expect(levels, `levels off in ${name}`).toBeLessThanOrEqual(tolerance);
}

test.each(committed)('$name', expectSame);

describe.skipIf(now === null)('written by python3 with Pillow just now', () => {
  const formats = new Set(now?.map(({ format }) => format));
  test.each([...formats])('%s', async (format) => {
    const pictures = now!.filter((picture) => picture.format === format);
    await Promise.all(pictures.map(expectSame));
  });
});

test('a folder of them, by their content: Yale has GIFs without an extension', async () => {
  const sources = committed.map(({ name, bytes }) => {
    return { path: `faces/everybody/${name}`, file: new Blob([bytes]) };
  });
  const faces = await readFaces(sources, {
    cropSize: 10,
    label: 'faces',
    decode: (bytes, size) => pool.decode(bytes, { size }),
  });
  expect(faces.rejected).toEqual([]);
  expect(faces.labels).toHaveLength(committed.length);
  const place = faces.names.indexOf('faces/everybody/subject01.happy');
  expect(faces.formats?.[place]).toBe('gif');
  const happy = committed.find(({ name }) => name === 'subject01.happy');
  expect(faces.pixels.slice(place * 300, (place + 1) * 300)).toEqual(happy?.rgb);
});
