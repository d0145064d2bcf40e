/** Corrected crops and the pictures behind them, on files that decode without a browser. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { flatPoints, pointsOfMiddle } from '../data/align/points';
import { estimateSimilarity, mapPoints } from '../data/align/similarity';
import { LFW_DEEP_FUNNELED, placeTemplate } from '../data/align/templates';
import { warp } from '../data/align/warp';
import { concat } from '../data/formats/bytes.testing';
import { decodeNetpbm } from '../data/formats/netpbm';
import { openFaces } from '../data/import/readFaces';
import { sourcesOf } from '../data/import/reading.testing';
import { cropAndResize, type Pixels } from '../data/import/resize';
import { facesOf } from '../data/inspect/faces.testing';
import type { FilesConfig } from '../training/config';
import { CorrectedCrops } from './alignCorrections';
import type { FoundFace } from './aligner';
import type { FacesSource } from './alignOriginals';
import { AlignPictures } from './alignPictures';
import { OpenedFiles } from './openedFiles';

const CONFIG: FilesConfig = { kind: 'files', cropSize: 8, minImagesPerIdentity: 1 };
const [WIDTH, HEIGHT] = [60, 40];

/** Red grows to the right, green downwards. */
function ppm(): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel += 1) {
    rgb.set([4 * (pixel % WIDTH), 6 * Math.floor(pixel / WIDTH), 7], 3 * pixel);
  }
  return concat(new TextEncoder().encode(`P6 ${WIDTH} ${HEIGHT} 255\n`), rgb);
}

async function source(change: Partial<FilesConfig> = {}): Promise<FacesSource> {
  const names = ['Ann/1', 'Ann/2', 'Bob/1'];
  const files = names.map((path) => ({ path: `${path}.ppm`, bytes: ppm() }));
  const opened = new OpenedFiles(await openFaces(sourcesOf(files), {}), 'test');
  const all = {
    ...facesOf({ Ann: 2, Bob: 1 }),
    cropSize: 8,
    names: files.map(({ path }) => path),
  };
  return { all, opened, config: { ...CONFIG, ...change } };
}

const PIXELS: Pixels = { width: WIDTH, height: HEIGHT, channels: 3, data: decodeNetpbm(ppm()).rgb };
const POINTS = pointsOfMiddle({ width: WIDTH, height: HEIGHT });

test('a crop by points is warped to the template of the set', async () => {
  const moved = mapPoints(POINTS, ({ x, y }) => ({ x: x + 5, y: y - 3 }));
  for (const [crop, template] of [
    ['middle', '112x112'],
    ['align-144', '144x144'],
  ] as const) {
    const from = await source({ crop });
    const toCrop = estimateSimilarity(moved, placeTemplate(template, 8).points);
    const rgb = await new CorrectedCrops().one(from, 0, {
      kind: 'points',
      points: flatPoints(moved),
    });
    expect(rgb).toEqual(warp(PIXELS, toCrop, 8));
  }
});

test('the middle is the square in it', async () => {
  const middle = cropAndResize(PIXELS, 8);
  expect(await new CorrectedCrops().one(await source(), 1, { kind: 'middle' })).toEqual(middle);
});

test('the same correction is cut once, another one again, and another set anew', async () => {
  const crops = new CorrectedCrops();
  const from = await source();
  const reads = vi.spyOn(from.opened!.catalogue.entries[0]!, 'read');
  const correction = { kind: 'points', points: flatPoints(POINTS) } as const;
  const first = await crops.cut(from, new Map([[0, correction]]));
  const second = await crops.cut(from, new Map([[0, correction]]));
  expect(second).toEqual(first);
  expect(reads).toHaveBeenCalledTimes(1);
  await crops.one(from, 0, { kind: 'middle' });
  expect(reads).toHaveBeenCalledTimes(2);
  const other = await source();
  const otherReads = vi.spyOn(other.opened!.catalogue.entries[0]!, 'read');
  await crops.one(other, 0, correction);
  expect(otherReads).toHaveBeenCalledTimes(1);
});

test('what cannot be cut says why', async () => {
  const crops = new CorrectedCrops();
  const from = await source();
  const middle = { kind: 'middle' } as const;
  const refusal = (
    about: FacesSource,
    image: number,
    correction: Parameters<typeof crops.one>[2],
  ) =>
    crops.one(about, image, correction).then(
      () => 'it was cut',
      ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
    );
  expect(await refusal({ ...from, opened: null }, 0, middle)).toBe(
    'edit/no-picture: Only the crops of these faces were kept, not the pictures they were cut from.',
  );
  const camera = { ...from, all: { ...from.all, names: ['camera/me/0001'] } };
  expect(await refusal(camera, 0, middle)).toContain('camera/me/0001 is not among the files');
  const same = { kind: 'points', points: new Array<number>(10).fill(3) } as const;
  expect(await refusal(from, 0, same)).toContain('lie on one another');
  const twice = from.opened!.catalogue;
  const entries = [...twice.entries, twice.entries[0]!];
  const doubled = { ...from, opened: new OpenedFiles({ ...twice, entries }, 'test') };
  expect(await refusal(doubled, 0, middle)).toContain('Several files are called Ann/1.ppm');
  vi.spyOn(twice.entries[2]!, 'read').mockRejectedValue(new Error('It is gone.'));
  expect(await refusal(from, 2, middle)).toContain('Bob/1.ppm cannot be cut anew. It is gone.');
});

test('a picture is shown with its size, its pixels and the template', async () => {
  const pictures = new AlignPictures(new CorrectedCrops());
  const shown = await pictures.open(await source({ crop: 'points-96' }), 0);
  expect(shown).toMatchObject({
    width: WIDTH,
    height: HEIGHT,
    shownWidth: WIDTH,
    shownHeight: HEIGHT,
    template: '96x112',
  });
  expect([...shown.rgba.subarray(4 * (2 * WIDTH + 3), 4 * (2 * WIDTH + 3) + 4)]).toEqual([
    12, 12, 7, 255,
  ]);
  const swapped = await pictures.open(await source({ swapRedBlue: true }), 0);
  expect([...swapped.rgba.subarray(4 * 3, 4 * 3 + 3)]).toEqual([7, 0, 12]);
});

test('a detector starts when it is asked, and goes when it is idle', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const face: FoundFace = {
    box: { left: 1, top: 2, width: 3, height: 4 },
    points: LFW_DEEP_FUNNELED.points,
    score: 0.9,
  };
  const dispose = vi.fn();
  const started = vi.fn(() => ({ find: async () => [face], dispose }));
  const pictures = new AlignPictures(new CorrectedCrops(), started);
  const from = await source();
  expect(started).not.toHaveBeenCalled();
  expect(await pictures.faces(from, 0)).toEqual([face]);
  await vi.advanceTimersByTimeAsync(20_000);
  await pictures.faces(from, 1);
  await vi.advanceTimersByTimeAsync(20_000);
  expect([started.mock.calls.length, dispose.mock.calls.length]).toEqual([1, 0]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(dispose).toHaveBeenCalledTimes(1);
});
