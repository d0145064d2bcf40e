import { describe, expect, it } from 'vitest';
import { normal, uniform, uniformInt } from '../../math/random';
import { type Embedded, judgeLabels, rankSuspects, suggestThresholds } from './mislabelled';

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function embedded(
  vectors: readonly (readonly number[])[],
  labels: readonly number[],
  identities = Math.max(...labels) + 1,
): Embedded {
  return {
    dimensions: vectors[0]!.length,
    embeddings: Float32Array.from(vectors.flat()),
    imageIdentity: Int32Array.from(labels),
    identities,
  };
}

/**
 * Embeddings around centres at random, at a cosine of about `cosine`, of which a share of `noise`
 * bears another identity's name.
 */
function planted(options: {
  readonly identities: number;
  readonly images: number;
  readonly dimensions: number;
  readonly cosine: number;
  readonly noise: number;
}) {
  const { identities, images, dimensions, cosine, noise } = options;
  const gaussian = (stream: number, step: number) =>
    unit(Array.from({ length: dimensions }, (_, k) => normal(8, stream, step, k)));
  const centres = Array.from({ length: identities }, (_, identity) => gaussian(908, identity));
  const vectors: number[][] = [];
  const labels: number[] = [];
  const wrong = new Set<number>();
  for (let image = 0; image < identities * images; image += 1) {
    const identity = Math.floor(image / images);
    const along = cosine * (0.8 + 0.4 * uniform(8, 909, 0, image));
    const across = Math.sqrt(1 - along ** 2);
    const noiseVector = gaussian(910, image);
    vectors.push(
      unit(centres[identity]!.map((value, k) => along * value + across * noiseVector[k]!)),
    );
    const lies = uniform(8, 911, 0, image) < noise;
    const other = uniformInt(8, 911, 1, image, identities - 1);
    labels.push(lies ? (other < identity ? other : other + 1) : identity);
    if (lies) wrong.add(image);
  }
  return {
    wrong,
    truth: (image: number) => Math.floor(image / images),
    set: embedded(vectors, labels, identities),
  };
}

/** The same in float64, one product after the other. */
function byTheBook({ dimensions, embeddings, imageIdentity, identities }: Embedded) {
  const vector = (image: number) =>
    Array.from(embeddings.subarray(image * dimensions, (image + 1) * dimensions));
  const meanOf = (identity: number, without: number) => {
    const own = [...imageIdentity.keys()].filter(
      (image) => imageIdentity[image] === identity && image !== without,
    );
    if (own.length === 0) return null;
    return unit(vector(0).map((_, k) => own.reduce((sum, image) => sum + vector(image)[k]!, 0)));
  };
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, k) => sum + value * b[k]!, 0);
  const centres = Array.from({ length: identities }, (_, identity) => meanOf(identity, -1));
  return Array.from(imageIdentity, (identity, image) => {
    const own = identity < 0 ? null : meanOf(identity, image);
    if (own === null) return null;
    const cosines = centres.map((centre, other) =>
      centre === null || other === identity ? Number.NEGATIVE_INFINITY : dot(centre, vector(image)),
    );
    const other = Math.max(...cosines);
    return { own: dot(own, vector(image)), other, otherIdentity: cosines.indexOf(other) };
  });
}

describe('the cosines', () => {
  // Not multiples of the tiles and blocks; one identity is alone, one empty, some images take no part.
  const { set } = planted({ identities: 7, images: 11, dimensions: 13, cosine: 0.6, noise: 0.1 });
  const labels = Array.from(set.imageIdentity, (identity, image) => {
    if (image % 9 === 4) return -1;
    return identity === 5 ? 6 : image === 0 ? 5 : identity;
  });
  const odd: Embedded = { ...set, imageIdentity: Int32Array.from(labels), identities: 9 };

  it('are those of leaving one out in float64', async () => {
    const judged = await judgeLabels(odd);
    const expected = byTheBook(odd);
    expect(judged).toHaveLength(77);
    for (const [image, one] of judged.entries()) {
      const book = expected[image]!;
      if (book === null) {
        expect(one).toBeNull();
        continue;
      }
      expect(one?.own).toBeCloseTo(book.own, 5);
      expect(one?.other).toBeCloseTo(book.other, 5);
      expect(one?.score).toBeCloseTo(book.other - book.own, 5);
      expect(one?.otherIdentity).toBe(book.otherIdentity);
      expect([one?.image, one?.identity]).toEqual([image, odd.imageIdentity[image]]);
    }
    expect(expected.filter((one) => one === null)).toHaveLength(
      labels.filter((label) => label < 0 || label === 5).length,
    );
  });

  it('go through every block of images and of centres', async () => {
    const { set: large } = planted({
      identities: 300,
      images: 2,
      dimensions: 8,
      cosine: 0.8,
      noise: 0,
    });
    const judged = await judgeLabels(large);
    const expected = byTheBook(large);
    for (const [image, one] of judged.entries()) {
      expect(one?.other).toBeCloseTo(expected[image]!.other, 5);
    }
  });

  it('to other identities are to the class centres where there are some', async () => {
    const set = embedded(
      [
        [1, 0],
        [0.8, 0.6],
        [0, 1],
        [0, 1],
      ],
      [0, 0, 1, 1],
    );
    const classCentres = Float32Array.of(5, 0, -2, 0);
    const [first] = await judgeLabels({ ...set, classCentres });
    expect(first).toMatchObject({ otherIdentity: 1, other: -1 });
    expect(first?.own).toBeCloseTo(0.8, 6);
  });
});

describe('what cannot be judged is null', () => {
  it('an image alone in its identity', async () => {
    const judged = await judgeLabels(
      embedded(
        [
          [1, 0],
          [1, 0],
          [0, 1],
        ],
        [0, 0, 1],
      ),
    );
    expect(judged.map((one) => one === null)).toEqual([false, false, true]);
  });

  it('everything where there is one identity', async () => {
    expect(
      await judgeLabels(
        embedded(
          [
            [1, 0],
            [0, 1],
          ],
          [0, 0],
        ),
      ),
    ).toEqual([null, null]);
    expect(suggestThresholds([null, null])).toBeNull();
    expect(rankSuspects([null, null])).toEqual([]);
  });

  it('an image whose identity points nowhere without it', async () => {
    const set = embedded(
      [
        [1, 0],
        [0, 1],
        [0, -1],
        [0, 1],
        [0, 1],
      ],
      [0, 0, 0, 1, 1],
    );
    const judged = await judgeLabels(set);
    expect(judged[0]).toBeNull();
    expect(judged[1]).not.toBeNull();
  });

  it('an embedding that is no number, which does not spoil the others', async () => {
    const set = embedded(
      [
        [1, 0],
        [1, 0],
        [Number.NaN, 0],
        [0, 1],
        [0, 1],
      ],
      [0, 0, 0, 1, 1],
    );
    const judged = await judgeLabels(set);
    expect(judged.map((one) => one?.own ?? null)).toEqual([1, 1, null, 1, 1]);
  });
});

describe('planted wrong names', () => {
  it('are found, with the right one, and hardly anything else', async () => {
    const { set, wrong, truth } = planted({
      identities: 80,
      images: 12,
      dimensions: 48,
      cosine: 0.75,
      noise: 0.06,
    });
    const suspects = rankSuspects(await judgeLabels(set));
    const found = suspects.filter(({ image }) => wrong.has(image));
    expect(wrong.size).toBeGreaterThan(40);
    expect(found.length / suspects.length).toBeGreaterThan(0.97);
    expect(found.length / wrong.size).toBeGreaterThan(0.9);
    expect(found.every(({ image, otherIdentity }) => otherIdentity === truth(image))).toBe(true);
    const scores = suspects.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('are not seen where there are none', async () => {
    const { set } = planted({ identities: 80, images: 12, dimensions: 48, cosine: 0.75, noise: 0 });
    expect(rankSuspects(await judgeLabels(set)).length).toBeLessThan(3);
  });

  it('follow the thresholds that are given', async () => {
    const { set } = planted({ identities: 20, images: 6, dimensions: 32, cosine: 0.7, noise: 0.1 });
    const judged = await judgeLabels(set);
    const all = rankSuspects(judged, { scoreAbove: -2, otherAtLeast: -1 });
    expect(all).toHaveLength(judged.filter((one) => one !== null).length);
    const few = rankSuspects(judged, { scoreAbove: 0.1, otherAtLeast: 0.6 });
    expect(few).toEqual(all.filter(({ score, other }) => score > 0.1 && other >= 0.6));
    expect(few.length).toBeGreaterThan(0);
  });
});

describe('sizes that do not fit', () => {
  const set = embedded(
    [
      [1, 0],
      [0, 1],
    ],
    [0, 1],
  );

  it.each<[string, Partial<Embedded>]>([
    ['embeddings', { embeddings: new Float32Array(3) }],
    ['classCentres', { classCentres: new Float32Array(3) }],
    ['imageIdentity', { imageIdentity: Int32Array.of(0, 2) }],
  ])('of %s are refused', async (name, change) => {
    await expect(judgeLabels({ ...set, ...change })).rejects.toThrow(name);
  });

  it('and work is stopped by its signal', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(judgeLabels(set, { signal })).rejects.toThrow('stopped');
  });
});
