/** Zipf's law over the identities: the person of rank k has 1/kᵃ as many images. */
import { expect, it } from 'vitest';
import { countSynthetic, imageCounts } from './counts';
import { checkSettings, generateFaces, noisyLabels, renderFace } from './generate';
import { DEFAULT_SYNTHETIC, type SyntheticSettings } from './settings';

const SIX: SyntheticSettings = { ...DEFAULT_SYNTHETIC, identities: 6, imagesPerIdentity: 24 };

const sorted = (settings: SyntheticSettings) => [...imageCounts(settings)].sort((a, b) => b - a);

it.each([
  [0, [24, 24, 24, 24, 24, 24]],
  // 24/k
  [1, [24, 12, 8, 6, 5, 4]],
  // 24/√k: 16.97, 13.86, 12, 10.73, 9.80
  [0.5, [24, 17, 14, 12, 11, 10]],
  // 24/k²: 6, 2.67, 1.5, 0.96, 0.67; two at least
  [2, [24, 6, 3, 2, 2, 2]],
])('exponent %d', (imbalance, counts) => {
  expect(sorted({ ...SIX, imbalance })).toEqual(counts);
});

it('ranks are drawn by the seed, whatever the names', () => {
  const orders = Array.from({ length: 10 }, (_, seed) =>
    imageCounts({ ...SIX, imbalance: 1, seed }).join(),
  );
  expect(new Set(orders).size).toBeGreaterThan(7);
  expect(imageCounts({ ...SIX, imbalance: 1 })).toEqual(imageCounts({ ...SIX, imbalance: 1 }));
});

it('the set has so many images of each, the same ones that a balanced set has first', async () => {
  const settings = { ...SIX, imbalance: 1 };
  const counts = [...imageCounts(settings)];
  const set = await generateFaces(settings);
  expect(set.identities.map(({ count }) => count)).toEqual(counts);
  const bytes = settings.cropSize ** 2 * 3;
  expect(set.pixels).toHaveLength(59 * bytes);
  const last = counts[0]! - 1;
  expect(set.pixels.slice(last * bytes, (last + 1) * bytes)).toEqual(renderFace(SIX, 0, last));
  expect(() => renderFace(settings, counts.indexOf(4), 4)).toThrow('imageIndex');
});

it('label noise takes its share of the images that are there', () => {
  const settings = { ...SIX, imbalance: 1, labelNoise: 0.25 };
  const truth = [...imageCounts(settings)].flatMap((count, place) => Array(count).fill(place));
  const labels = noisyLabels(settings);
  expect(labels).toHaveLength(59);
  expect(labels.filter((label, image) => label !== truth[image])).toHaveLength(15);
});

it.each([-0.1, 2.1, Number.NaN])('an exponent of %d is refused', (imbalance) => {
  expect(() => checkSettings({ ...SIX, imbalance })).toThrow(`imbalance must be between 0 and 2`);
});

it('the numbers are known before anything is drawn', async () => {
  const settings = { ...DEFAULT_SYNTHETIC, identities: 30, imagesPerIdentity: 20, imbalance: 1 };
  const told = countSynthetic({ ...settings, labelNoise: 0.3 });
  // 20 + 10 + 7 + 5 + 4 + 3 × 3 + 2 × 22
  expect(told).toEqual({ identities: 30, images: 99, fewest: 2, most: 20, wrong: 30 });
  const { labels, pixels, cropSize } = await generateFaces({ ...settings, labelNoise: 0.3 });
  expect(pixels).toHaveLength(told.images * cropSize ** 2 * 3);
  const truth = [...imageCounts(settings)].flatMap((count, place) => Array(count).fill(place));
  expect(labels.filter((label, image) => label !== truth[image])).toHaveLength(told.wrong);
});

it.each([
  { identities: 30, imagesPerIdentity: 20, imbalance: 1, labelNoise: 0.3 },
  { identities: 50, imagesPerIdentity: 2, imbalance: 0, labelNoise: 0.5 },
  { identities: 40, imagesPerIdentity: 24, imbalance: 2, labelNoise: 0.1 },
])(
  'label noise leaves nobody with one label: $labelNoise of $identities × $imagesPerIdentity',
  (change) => {
    for (let seed = 0; seed < 40; seed += 1) {
      const settings = { ...DEFAULT_SYNTHETIC, ...change, seed };
      const has = new Int32Array(settings.identities);
      for (const label of noisyLabels(settings)) has[label] = has[label]! + 1;
      expect(Math.min(...has), `seed ${seed}`).toBeGreaterThanOrEqual(2);
    }
  },
);
