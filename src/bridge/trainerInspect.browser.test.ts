/** What the inspector asks, through the real worker: planted flaws are found, and corrections undone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderFace } from '../data/synthetic/generate';
import { DEFAULT_SYNTHETIC } from '../data/synthetic/settings';
import { PRESETS } from '../models/presets';
import { DEFAULT_EXPERIMENT } from '../training/defaults';
import { startTrainer, type TrainerClient } from './client';
import type { DroppedFile, WorkerEvent } from './protocol';

const PEOPLE = ['Ann', 'Bob', 'Cy', 'Dee', 'Eve', 'Flo'];
const IMAGES = 6;
const SIDE = 32;
const SETTINGS = { ...DEFAULT_SYNTHETIC, identities: 6, imagesPerIdentity: 9, difficulty: 0.1 };
const config = { kind: 'files', cropSize: SIDE, minImagesPerIdentity: 2 } as const;

const ppm = (path: string, rgb: Uint8Array): DroppedFile => {
  const bytes = new Uint8Array(rgb);
  return { path, file: new File([`P6 ${SIDE} ${SIDE} 255\n`, bytes], path) };
};
const face = (person: number, image: number) => renderFace(SETTINGS, person, image);

/** Six people with six crops each, and what is wrong with some of them. */
const FILES: readonly DroppedFile[] = [
  ...PEOPLE.flatMap((name, person) =>
    Array.from({ length: IMAGES }, (_, image) =>
      ppm(`set/${name}/${image + 1}.ppm`, face(person, image)),
    ),
  ),
  ppm('set/Bob/copy.ppm', face(0, 0)),
  ppm(
    'set/Cy/darker.ppm',
    face(2, 0).map((value) => Math.round(0.9 * value)),
  ),
  ppm('set/Dee/blank.ppm', new Uint8Array(SIDE * SIDE * 3).fill(90)),
  ppm('set/Flo/wrong.ppm', face(4, 8)),
];

let client: TrainerClient;
const events: WorkerEvent[] = [];
beforeAll(async () => {
  client = startTrainer((event) => events.push(event));
  await client.request<'load-files'>({
    kind: 'load-files',
    files: FILES,
    label: 'set',
    config,
    anySize: true,
  });
});
afterAll(() => client.dispose());

const inspect = () => client.request<'inspect'>({ kind: 'inspect' });

/** Names of images by their places, without the folder around everything. */
async function naming() {
  const { faces } = await inspect();
  const name = (image: number) => faces.names[image]!.replace('set/', '');
  return { faces, names: (images: Iterable<number>) => Array.from(images, name).sort() };
}

test('everybody, with counts and sizes and without pixels; crops are asked for', async () => {
  const { faces, names } = await naming();
  expect(faces.pixels).toHaveLength(0);
  expect(faces.identities).toEqual([
    { name: 'Ann', count: 6 },
    { name: 'Bob', count: 7 },
    { name: 'Cy', count: 7 },
    { name: 'Dee', count: 7 },
    { name: 'Eve', count: 6 },
    { name: 'Flo', count: 7 },
  ]);
  expect([...faces.sourceSizes!].every((side) => side === SIDE)).toBe(true);
  const indices = Uint32Array.of(8, 1);
  expect(names(indices)).toEqual(['Ann/2.ppm', 'Bob/3.ppm']);
  const { rgba, size } = await client.request<'inspect-crops'>({ kind: 'inspect-crops', indices });
  expect(size).toBe(SIDE);
  const rgb = rgba.filter((_, at) => at % 4 !== 3);
  expect(rgb.slice(0, SIDE * SIDE * 3)).toEqual(new Uint8ClampedArray(face(1, 2)));
  expect(rgb.slice(SIDE * SIDE * 3)).toEqual(new Uint8ClampedArray(face(0, 1)));
});

test('copies and look-alikes, of one person and across two', async () => {
  const { faces, names } = await naming();
  const ask = (imageIdentity: Int32Array) =>
    client.request<'find-duplicates'>({ kind: 'find-duplicates', imageIdentity, similarity: 0.98 });
  const found = (await ask(faces.labels)).map(({ kind, images, relation, keep }) => {
    return { kind, images: names(images), relation, kept: names([keep]) };
  });
  expect(found).toEqual([
    {
      kind: 'exact',
      images: ['Ann/1.ppm', 'Bob/copy.ppm'],
      relation: 'acrossIdentities',
      kept: ['Ann/1.ppm'],
    },
    {
      kind: 'near',
      images: ['Cy/1.ppm', 'Cy/darker.ppm'],
      relation: 'withinOneIdentity',
      kept: [expect.stringMatching(/^Cy/)],
    },
  ]);
  // Every image is told once, though it is looked at twice.
  const last = events.findLast((event) => event.kind === 'progress' && event.task === 'compare');
  expect(last).toMatchObject({ done: FILES.length, total: FILES.length });
  // What takes no part any more repeats nothing.
  const without = faces.labels.map((label) => (label === 1 ? -1 : label));
  expect((await ask(without)).map(({ kind }) => kind)).toEqual(['near']);
});

test('the blank image, and no other', async () => {
  const { faces, names } = await naming();
  const report = await client.request<'judge-quality'>({
    kind: 'judge-quality',
    imageIdentity: faces.labels,
  });
  expect(names(report.blank)).toEqual(['Dee/blank.ppm']);
  // Crops of 32 pixels were not made smaller.
  expect(names(report.tiny)).toEqual([]);
});

test('the wrong label, once an arm has trained', async () => {
  const ask = () => client.request<'find-mislabelled'>({ kind: 'find-mislabelled', arm: 'A' });
  const model = { ...PRESETS.tiny, stages: PRESETS.tiny.stages.slice(0, 3) } as const;
  await client.request<'configure'>({
    kind: 'configure',
    config: {
      ...DEFAULT_EXPERIMENT,
      data: config,
      engine: 'tfjs-wasm',
      model,
      batchSize: 16,
      evaluateEvery: 0,
    },
  });
  await expect(ask()).rejects.toMatchObject({
    failure: { code: 'state/no-data', message: /No arm has trained yet/ },
  });
  await client.request<'step'>({ kind: 'step', count: 24 });
  events.length = 0;
  const { suspects, found, judged, nearestOwn, otherAtLeast } = await ask();
  expect(judged).toBe(FILES.length);
  expect(nearestOwn).toBeLessThan(FILES.length);
  expect(found).toBe(suspects.length);
  for (const { other } of suspects) expect(other).toBeGreaterThanOrEqual(otherAtLeast!);
  // The copy under a wrong name is another one.
  expect(suspects.slice(0, 2).sort((a, b) => (a.image < b.image ? 1 : -1))).toMatchObject([
    { image: 'set/Flo/wrong.ppm', identity: 'Flo', otherIdentity: 'Eve' },
    { image: 'set/Bob/copy.ppm', identity: 'Bob', otherIdentity: 'Ann' },
  ]);
  for (const { own, other } of suspects) expect(other).toBeGreaterThan(own);
  const last = events.findLast((event) => event.kind === 'progress' && event.task === 'embed');
  expect(last).toMatchObject({ done: FILES.length, total: FILES.length });
  await expect(
    client.request<'find-mislabelled'>({ kind: 'find-mislabelled', arm: 'nobody' as 'A' }),
  ).rejects.toMatchObject({ failure: { message: 'there is no arm nobody' } });
});

describe('corrections', () => {
  const merge = { kind: 'merge', identities: ['Ann', 'Bob'], into: 'Anna' } as const;
  const remove = { kind: 'remove', images: ['set/Bob/copy.ppm', 'set/Dee/blank.ppm'] } as const;
  const move = { kind: 'move', images: ['set/Flo/wrong.ppm'], to: 'Eve' } as const;
  const edit = (...edits: readonly (typeof merge | typeof remove | typeof move)[]) =>
    client.request<'edit-faces'>({ kind: 'edit-faces', edits });

  test('change who trains; one less undoes the last, none brings everything back', async () => {
    const all = await edit(merge, remove, move);
    expect(all).toMatchObject({ edits: 3, images: 38 });
    expect(all.identities).toEqual([
      { name: 'Anna', count: 12 },
      { name: 'Cy', count: 7 },
      { name: 'Dee', count: 6 },
      { name: 'Eve', count: 7 },
      { name: 'Flo', count: 6 },
    ]);
    expect((await inspect()).edits).toEqual([merge, remove, move]);

    const undone = await edit(merge, remove);
    expect(undone).toMatchObject({ edits: 2, images: 38 });
    expect(undone.identities.slice(3)).toEqual([
      { name: 'Eve', count: 6 },
      { name: 'Flo', count: 7 },
    ]);

    const none = await edit();
    expect(none).toMatchObject({ edits: 0, images: FILES.length });
    expect(none.identities.map(({ count }) => count)).toEqual([6, 7, 7, 7, 6, 7]);
  });

  test('that leave too few are refused, and nothing has changed', async () => {
    await edit(remove);
    const identities = PEOPLE.slice(1);
    await expect(
      client.request<'edit-faces'>({
        kind: 'edit-faces',
        edits: [{ kind: 'exclude', identities }],
      }),
    ).rejects.toMatchObject({ failure: { code: 'data/too-few-identities' } });
    expect((await inspect()).edits).toEqual([remove]);
    await edit();
  });
});
