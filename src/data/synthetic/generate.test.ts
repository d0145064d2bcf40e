import { describe, expect, it, vi } from 'vitest';
import { checkSettings, generateFaces, noisyLabels, previewFaces, renderFace } from './generate';
import { hash, PINNED, PINNED_SETTINGS } from './pinned.fixture';
import { DEFAULT_SYNTHETIC, SYNTHETIC_RANGES, type SyntheticSettings } from './settings';

// Drawing a whole set takes a second; a busy machine gets time for it.
vi.setConfig({ testTimeout: 60_000 });

const SMALL: SyntheticSettings = { ...DEFAULT_SYNTHETIC, identities: 5, imagesPerIdentity: 3 };

/** Share of the last fifth of each identity's images whose nearest training image shows the same. */
async function nearestNeighbourAccuracy(settings: SyntheticSettings): Promise<number> {
  const { pixels, labels } = await generateFaces(settings);
  const stride = settings.cropSize ** 2 * 3;
  const cut = Math.floor(settings.imagesPerIdentity * 0.8);
  const held = (image: number) => image % settings.imagesPerIdentity >= cut;
  let right = 0;
  let asked = 0;
  for (let probe = 0; probe < labels.length; probe += 1) {
    if (!held(probe)) continue;
    let best = Number.POSITIVE_INFINITY;
    let found = -1;
    for (let other = 0; other < labels.length; other += 1) {
      if (held(other)) continue;
      let distance = 0;
      for (let at = 0; at < stride && distance < best; at += 1) {
        const difference = pixels[probe * stride + at]! - pixels[other * stride + at]!;
        distance += difference * difference;
      }
      if (distance < best) {
        best = distance;
        found = labels[other]!;
      }
    }
    asked += 1;
    if (found === labels[probe]) right += 1;
  }
  return right / asked;
}

describe('the bytes', () => {
  it('are the pinned ones, as in the browser', async () => {
    for (const { settings, expected } of PINNED) {
      expect(hash((await generateFaces(settings)).pixels)).toBe(expected);
    }
  });

  it('are the same twice and with any number of pauses', async () => {
    const once = await generateFaces(SMALL);
    const again = await generateFaces(SMALL, { pause: () => Promise.resolve() });
    expect(again.pixels).toEqual(once.pixels);
    expect(again.names).toEqual(once.names);
  });

  it('of one image are those of the set, in any order', async () => {
    const { pixels } = await generateFaces(SMALL);
    const stride = SMALL.cropSize ** 2 * 3;
    for (const [identity, image] of [
      [4, 2],
      [0, 0],
      [2, 1],
    ] as const) {
      const at = (identity * SMALL.imagesPerIdentity + image) * stride;
      expect(renderFace(SMALL, identity, image)).toEqual(pixels.slice(at, at + stride));
    }
  });

  it('change with the seed', () => {
    expect(renderFace({ ...SMALL, seed: 8 }, 0, 0)).not.toEqual(renderFace(SMALL, 0, 0));
  });

  it('show the same picture at every crop size', () => {
    // Averaged to 8 × 8 cells, the picture at 32 and at 96 pixels differs only by its edges and noise.
    const cells = (cropSize: number): number[] => {
      const image = renderFace({ ...PINNED_SETTINGS, cropSize, difficulty: 0 }, 1, 0);
      const side = cropSize / 8;
      const sums = new Array<number>(64).fill(0);
      for (let pixel = 0; pixel < cropSize * cropSize; pixel += 1) {
        const row = Math.floor(Math.floor(pixel / cropSize) / side);
        const cell = row * 8 + Math.floor((pixel % cropSize) / side);
        sums[cell] = sums[cell]! + image[pixel * 3 + 1]! / (side * side);
      }
      return sums;
    };
    const small = cells(32);
    const large = cells(96);
    const worst = Math.max(...small.map((value, cell) => Math.abs(value - large[cell]!)));
    expect(worst).toBeLessThan(16);
    expect(Math.max(...small) - Math.min(...small)).toBeGreaterThan(60);
  });
});

describe('a generated set', () => {
  it('is a FaceSet: sorted unique names, counts, labels, image names', async () => {
    const set = await generateFaces(SMALL);
    const names = set.identities.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(new Set(names).size).toBe(SMALL.identities);
    expect(set.identities.every(({ count }) => count === SMALL.imagesPerIdentity)).toBe(true);
    expect([...set.labels]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
    expect(set.names[4]).toBe(`${names[1]}/0002`);
    expect(set.pixels.length).toBe(15 * 32 * 32 * 3);
    expect(set.origin).toEqual({ kind: 'synthetic', settings: SMALL });
    expect(set.rejected).toEqual([]);
  });

  it('keeps people, name and face, when more are added', async () => {
    const few = await generateFaces(SMALL);
    const many = await generateFaces({ ...SMALL, identities: 9 });
    const stride = SMALL.cropSize ** 2 * 3;
    for (const [image, name] of few.names.entries()) {
      const there = many.names.indexOf(name);
      expect(there).toBeGreaterThanOrEqual(0);
      expect(many.pixels.slice(there * stride, (there + 1) * stride)).toEqual(
        few.pixels.slice(image * stride, (image + 1) * stride),
      );
    }
  });

  it('shows people who differ more than two passport photos of one', () => {
    const easy = { ...DEFAULT_SYNTHETIC, difficulty: 0 };
    const distance = (a: Uint8Array, b: Uint8Array): number =>
      a.reduce((sum, value, at) => sum + (value - b[at]!) ** 2, 0);
    let closest = Number.POSITIVE_INFINITY;
    const photos = Array.from({ length: 12 }, (_, identity) => renderFace(easy, identity, 0));
    for (const [i, a] of photos.entries()) {
      for (const b of photos.slice(i + 1)) closest = Math.min(closest, distance(a, b));
    }
    expect(closest / photos[0]!.length).toBeGreaterThan(100);
  });
});

describe('difficulty', () => {
  it('defeats raw-pixel nearest neighbour at the default', async () => {
    expect(await nearestNeighbourAccuracy(DEFAULT_SYNTHETIC)).toBeLessThan(0.6);
  });

  it('makes 0 easier than 1', async () => {
    const settings = { ...DEFAULT_SYNTHETIC, identities: 16, imagesPerIdentity: 10 };
    const easy = await nearestNeighbourAccuracy({ ...settings, difficulty: 0 });
    const hard = await nearestNeighbourAccuracy({ ...settings, difficulty: 1 });
    expect(easy).toBeGreaterThan(hard + 0.2);
  });
});

describe('label noise', () => {
  const noisy = { ...DEFAULT_SYNTHETIC, labelNoise: 0.3 };

  it('replaces exactly the share asked for, always by somebody else', () => {
    const labels = noisyLabels(noisy);
    const truth = (image: number) => Math.floor(image / noisy.imagesPerIdentity);
    const wrong = labels.filter((label, image) => label !== truth(image));
    expect(wrong.length).toBe(Math.round(0.3 * 960));
    expect(labels.every((label) => label >= 0 && label < noisy.identities)).toBe(true);
    // Drawn evenly: 288 wrong labels over 40 identities leave none of them out by design.
    expect(new Set(wrong).size).toBeGreaterThan(30);
  });

  it('moves labels only: images and their names keep the true identity', async () => {
    const clean = await generateFaces(SMALL);
    const set = await generateFaces({ ...SMALL, labelNoise: 0.4 });
    expect(set.pixels).toEqual(clean.pixels);
    expect(set.names).toEqual(clean.names);
    expect([...set.labels].filter((label, image) => label !== clean.labels[image]).length).toBe(6);
    const counts = set.identities.map((_, at) => set.labels.filter((label) => label === at).length);
    expect(set.identities.map(({ count }) => count)).toEqual(counts);
  });

  it('leaves every identity an image of its own even at the extreme', () => {
    const extreme = { ...SMALL, identities: 50, imagesPerIdentity: 2, labelNoise: 0.5 };
    const labels = noisyLabels(extreme);
    expect(labels.filter((label, image) => label !== Math.floor(image / 2)).length).toBe(50);
    for (let identity = 0; identity < 50; identity += 1) {
      expect([labels[identity * 2], labels[identity * 2 + 1]]).toContain(identity);
    }
  });
});

describe('settings', () => {
  it('out of range are refused by name and value', async () => {
    for (const [key, [low, high]] of Object.entries(SYNTHETIC_RANGES)) {
      for (const value of [low - 1, high + 1, Number.NaN]) {
        const settings = { ...DEFAULT_SYNTHETIC, [key]: value };
        expect(() => checkSettings(settings)).toThrow(RangeError);
        expect(() => checkSettings(settings)).toThrow(`${key} must be`);
        expect(() => checkSettings(settings)).toThrow(String(value));
        await expect(generateFaces(settings)).rejects.toThrow(RangeError);
      }
    }
    expect(() => checkSettings({ ...DEFAULT_SYNTHETIC, identities: 2.5 })).toThrow('whole number');
  });

  it('at both ends are accepted, one by one', () => {
    for (const [key, ends] of Object.entries(SYNTHETIC_RANGES)) {
      for (const value of ends) {
        expect(() => checkSettings({ ...DEFAULT_SYNTHETIC, [key]: value })).not.toThrow();
      }
    }
  });

  it('for more bytes than fit are refused before anything is drawn', () => {
    const huge = { ...DEFAULT_SYNTHETIC, identities: 10_000, imagesPerIdentity: 1_000 };
    expect(() => checkSettings(huge)).toThrow(RangeError);
  });

  it('for more than fits can still be looked at', () => {
    const { count } = previewFaces(
      { ...DEFAULT_SYNTHETIC, identities: 5000, imagesPerIdentity: 500 },
      1,
      2,
    );
    expect(count).toBe(2);
    expect(() => previewFaces({ ...DEFAULT_SYNTHETIC, difficulty: 2 }, 1, 2)).toThrow('difficulty');
  });

  it('with indices outside the set are refused', () => {
    expect(() => renderFace(SMALL, 5, 0)).toThrow('identityIndex');
    expect(() => renderFace(SMALL, 0, 3)).toThrow('imageIndex');
    expect(() => renderFace(SMALL, 0, 0.5)).toThrow('imageIndex');
  });
});

describe('long work', () => {
  it('reports rising counts and ends at the total', async () => {
    const seen: number[] = [];
    const totals = new Set<number>();
    await generateFaces(SMALL, {
      onProgress: (done, total) => {
        seen.push(done);
        totals.add(total);
      },
    });
    expect(seen.at(-1)).toBe(15);
    expect([...totals]).toEqual([15]);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
  });

  it('stops with the reason of the signal, before and in the middle', async () => {
    const reason = new Error('enough');
    await expect(generateFaces(SMALL, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

    const controller = new AbortController();
    let last = 0;
    const running = generateFaces(
      { ...DEFAULT_SYNTHETIC, identities: 400 },
      {
        signal: controller.signal,
        onProgress: (done) => {
          last = done;
        },
        pause: async () => controller.abort(reason),
      },
    );
    await expect(running).rejects.toBe(reason);
    expect(last).toBeGreaterThan(0);
    expect(last).toBeLessThan(9_600);
  });
});
