/**
 * Sets larger than any disk here, opened as the page opens them: how many bytes are read to list them, and
 * to read a sample. The bytes are made when they are asked for. Times are noted, and only bounded.
 */
import { describe, expect, test } from 'vitest';
import { bytesOf } from '../formats/bytes.testing';
import { crc32 } from '../formats/crc32';
import { makeLargeRecordIO } from '../formats/recordio.large.testing';
import { VirtualBlob } from '../formats/virtualBlob.testing';
import { type LaidFile, localHeader, tableOf } from '../formats/zipLayout.testing';
import { selectEntries } from '../inspect/select';
import type { DecodeImage } from './intake';
import { peopleIn } from './people';
import { loadFaces, openFaces } from './readFaces';

const decode: DecodeImage = async (bytes, size) => {
  const rgb = new Uint8Array(size * size * 3).fill(bytes.at(-1)!);
  return { rgb, width: 66, height: 60, format: 'netpbm' };
};

function grey(width: number, height: number): Uint8Array<ArrayBuffer> {
  const header = bytesOf(`P5 ${width} ${height} 255\n`);
  const image = new Uint8Array(Math.ceil((header.length + width * height) / 4) * 4).fill(7);
  image.set(header);
  return image;
}

const SNIFFED = 512;

describe('RecordIO of 500,000 images of 10,000 people', () => {
  const PEOPLE = 10_000;
  const EACH = 50;
  const SAMPLE = 10_000;
  const image = grey(66, 60);
  const set = makeLargeRecordIO({ people: PEOPLE, imagesEach: EACH, image, convention: 'table' });
  const property = new Blob([`${PEOPLE},66,60\n`]);
  const open = () =>
    openFaces(
      [
        { path: 'faces/train.rec', file: set.rec },
        { path: 'faces/train.idx', file: set.idx },
        { path: 'faces/property', file: property },
      ],
      {},
    );

  test('is opened by its index and its table of identities', { timeout: 30_000 }, async ({
    annotate,
  }) => {
    expect(set.rec.size).toBeGreaterThan(2e9);
    const start = performance.now();
    const { entries, rejected, notes } = await open();
    await annotate(`opened in ${Math.round(performance.now() - start)} ms`);
    expect(entries).toHaveLength(PEOPLE * EACH);
    expect([rejected, notes]).toEqual([[], []]);
    // First bytes twice, the header twice, 40 bytes of each identity, and 32 heads of images.
    expect(set.rec.bytesRead).toBeLessThanOrEqual(2 * SNIFFED + (PEOPLE + 2) * 40 + 32 * 36);
  });

  test('10,000 of them, drawn by a seed, are read without the others', { timeout: 30_000 }, async ({
    annotate,
  }) => {
    const catalogue = await open();
    const people = peopleIn(catalogue.entries, catalogue.lists);
    const names = [...new Set(people.map(({ identity }) => identity))];
    expect(names).toHaveLength(PEOPLE);
    const numbers = new Map(names.map((name, number) => [name, number]));
    const identityOf = Int32Array.from(people, ({ identity }) => numbers.get(identity)!);
    const selection = {
      minImages: 1,
      identities: null,
      identitiesBy: 'name',
      maxImages: null,
    } as const;
    const draw = (seed: number) =>
      selectEntries(identityOf, new Uint32Array(PEOPLE).fill(EACH), {
        ...selection,
        sample: SAMPLE,
        seed,
      });
    const chosen = draw(7);
    expect(chosen).toHaveLength(SAMPLE);
    expect(draw(7).join()).toBe(chosen.join());
    expect(draw(8).join()).not.toBe(chosen.join());
    set.rec.bytesRead = 0;
    const start = performance.now();
    const faces = await loadFaces(
      { catalogue, people, chosen },
      { cropSize: 1, label: 'x', decode },
    );
    await annotate(`read in ${Math.round(performance.now() - start)} ms`);
    expect(faces.rejected).toEqual([]);
    expect(faces.labels).toHaveLength(SAMPLE);
    // Every record was read, each checked that its own label is the one in the table, and nothing else.
    expect(set.rec.bytesRead).toBe(SAMPLE * set.stride);
    const expected = Array.from(chosen, (place) => people[place]!.identity).toSorted();
    expect(Array.from(faces.labels, (label) => faces.identities[label]!.name).toSorted()).toEqual(
      expected,
    );
  });
});

describe('a zip of 5 GB, with 64-bit offsets', { timeout: 15_000 }, () => {
  const COUNT = 5000;
  const image = grey(1000, 1000);
  const pathOf = (place: number) =>
    `faces/${String(Math.floor(place / 10)).padStart(4, '0')}/${String(place).padStart(6, '0')}.pgm`;
  const files = Array.from({ length: COUNT }, (_, place): LaidFile => {
    return { path: pathOf(place), packed: image };
  });
  const headers = files.map(localHeader);
  const stride = headers[0]!.length + image.length;
  const table = tableOf(files, (place) => place * stride, COUNT * stride);
  const zip = new VirtualBlob(COUNT * stride + table.length, (start, bytes) => {
    for (let at = 0; at < bytes.length; ) {
      const place = Math.floor((start + at) / stride);
      const from = start + at - Math.min(place, COUNT) * stride;
      const header = headers[place];
      const inHeader = header !== undefined && from < header.length;
      const whole = header === undefined ? table : inHeader ? header : image;
      const offset = header === undefined || inHeader ? from : from - header.length;
      const part = whole.subarray(offset, offset + bytes.length - at);
      bytes.set(part, at);
      at += part.length;
    }
  });

  test('is opened by its table of contents alone', async ({ annotate }) => {
    expect(zip.size).toBeGreaterThan(2 ** 32);
    const start = performance.now();
    const { entries, rejected } = await openFaces([{ path: 'faces.zip', file: zip }], {});
    await annotate(`opened in ${Math.round(performance.now() - start)} ms`);
    expect(rejected).toEqual([]);
    expect(entries).toHaveLength(COUNT);
    const people = peopleIn(entries);
    expect(new Set(people.map(({ identity }) => identity)).size).toBe(COUNT / 10);
    // The last mebibyte, where the table's end is searched for, the table, and first bytes.
    expect(zip.bytesRead).toBeLessThanOrEqual(2 ** 20 + table.length + 2 * SNIFFED);
    // A file that lies beyond 4 GB.
    zip.bytesRead = 0;
    const last = entries[COUNT - 1]!;
    expect(last.path).toBe(pathOf(COUNT - 1));
    // Comparing a million numbers one by one takes seconds.
    expect(crc32(await last.read())).toBe(crc32(image));
    expect(zip.bytesRead).toBe(30 + image.length);
  });
});
