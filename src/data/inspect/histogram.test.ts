import { describe, expect, it } from 'vitest';
import { formatSummary, imagesPerIdentity, sourceSizeSummary } from './histogram';

describe('images per identity', () => {
  it('is readable with a long tail', () => {
    const bins = imagesPerIdentity([1, 1, 1, 2, 4, 5, 9, 10, 19, 20, 49, 50, 530]);
    expect(bins.map(({ label, identities, images }) => [label, identities, images])).toEqual([
      ['1', 3, 3],
      ['2', 1, 2],
      ['3', 0, 0],
      ['4', 1, 4],
      ['5–9', 2, 14],
      ['10–19', 2, 29],
      ['20–49', 2, 69],
      ['50–99', 1, 50],
      ['100–199', 0, 0],
      ['200–499', 0, 0],
      ['500–999', 1, 530],
    ]);
  });

  it.each([
    [[], []],
    [[0, 0], []],
    [[2], ['1', '2']],
    [[4], ['1', '2', '3', '4']],
    [[5], ['1', '2', '3', '4', '5–9']],
    [[10], ['1', '2', '3', '4', '5–9', '10–19']],
  ])('of %j has the bins %j', (counts, labels) => {
    expect(imagesPerIdentity(counts).map(({ label }) => label)).toEqual(labels);
  });

  it('counts every identity and every image once, at any size', () => {
    const counts = Array.from({ length: 400 }, (_, k) => Math.floor(1.04 ** k));
    const bins = imagesPerIdentity(counts);
    expect(bins.reduce((sum, { identities }) => sum + identities, 0)).toBe(400);
    expect(bins.reduce((sum, { images }) => sum + images, 0)).toBe(counts.reduce((a, b) => a + b));
    for (const [index, { from, to }] of bins.entries()) {
      expect(from).toBe(index === 0 ? 1 : bins[index - 1]!.to + 1);
      expect(to).toBeGreaterThanOrEqual(from);
    }
    expect(bins.at(-1)?.label).toBe('5,000,000–9,999,999');
  });
});

describe('sizes', () => {
  it('are told by the shorter side, of the images that take part', () => {
    const sizes = Uint32Array.of(250, 250, 15, 80, 0, 0, 112, 300, 4000, 3000, 16, 16);
    const summary = sourceSizeSummary(sizes, Int32Array.of(0, 0, 1, 1, 1, -1));
    expect(summary.range).toEqual({ smallest: 15, median: 112, largest: 3000 });
    expect(summary.unknown).toBe(1);
    const filled = summary.bins.filter(({ images }) => images > 0);
    expect(filled.map(({ label, images }) => [label, images])).toEqual([
      ['1–15', 1],
      ['112–223', 1],
      ['224–447', 1],
      ['896 and more', 1],
    ]);
  });

  it('may not be known', () => {
    const summary = sourceSizeSummary(undefined, Int32Array.of(0, -1, 0));
    expect(summary.range).toBeNull();
    expect(summary.unknown).toBe(2);
  });
});

describe('formats', () => {
  it('are counted, the most frequent first', () => {
    const formats = ['png', 'jpeg', 'jpeg', 'bmp', '', 'gif'];
    expect(formatSummary(formats, Int32Array.of(0, 0, 0, 0, 0, -1))).toEqual([
      { format: 'jpeg', images: 2 },
      { format: null, images: 1 },
      { format: 'bmp', images: 1 },
      { format: 'png', images: 1 },
    ]);
    expect(formatSummary(undefined, Int32Array.of(0, 0, -1))).toEqual([
      { format: null, images: 2 },
    ]);
  });
});
