import { beforeAll, describe, expect, it, vi } from 'vitest';
import { normal } from '../../math/random';
import { cropAndResize } from '../import/resize';
import { renderFace } from '../synthetic/generate';
import { DEFAULT_SYNTHETIC } from '../synthetic/settings';
import {
  type DuplicateGroup,
  findSimilar,
  groupDuplicates,
  type SimilarImages,
} from './duplicates';
import type { Crops } from './luma';

// Drawing the faces takes a second; a busy machine gets time for it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SIZE = 48;
const PEOPLE = 30;
const SETTINGS = {
  ...DEFAULT_SYNTHETIC,
  identities: PEOPLE,
  imagesPerIdentity: 2,
  cropSize: SIZE,
  difficulty: 1,
};

function clampedByte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

/** What becomes of a photograph on its way through other people's hands. */
const CHANGES: Readonly<Record<string, (face: Uint8Array) => Uint8Array>> = {
  darker: (face) => face.map((value) => clampedByte(0.7 * value + 10)),
  noisier: (face) => face.map((value, at) => clampedByte(value + 5 * normal(4, 905, 0, at))),
  'saved smaller': (face) => {
    const pixels = { width: SIZE, height: SIZE, channels: 3, data: face } as const;
    const small = { width: 36, height: 36, channels: 3, data: cropAndResize(pixels, 36) } as const;
    return cropAndResize(small, SIZE);
  },
  'in another colour': (face) =>
    face.map((value, at) => clampedByte(value * [1.15, 1, 0.85][at % 3]!)),
};

function packed(faces: readonly Uint8Array[], cropSize = SIZE): Crops {
  const pixels = new Uint8Array(faces.length * cropSize * cropSize * 3);
  for (const [image, face] of faces.entries()) pixels.set(face, image * face.length);
  return { cropSize, pixels };
}

/** Identity of image 2k and 2k + 1 is k. */
function groupsOf(similar: SimilarImages, imageIdentity?: Int32Array): DuplicateGroup[] {
  return groupDuplicates(similar, {
    imageIdentity: imageIdentity ?? similar.firstCopy.map((_, image) => image >> 1),
  });
}

describe('drawn faces', () => {
  let faces: Uint8Array[] = [];
  beforeAll(() => {
    faces = Array.from({ length: 2 * PEOPLE }, (_, image) =>
      renderFace(SETTINGS, image >> 1, image & 1),
    );
  });

  it('of one person and of many are no duplicates', async () => {
    expect(groupsOf(await findSimilar(packed(faces)))).toEqual([]);
  });

  it('are found again when they were changed, and only they', async () => {
    const names = Object.keys(CHANGES);
    // Image 4k + 1 becomes a changed copy of another person's image 4k + 6.
    const planted = faces.map((face, image) => {
      const from = image % 4 === 1 ? faces[image + 5] : undefined;
      return from === undefined ? face : CHANGES[names[(image >> 2) % names.length]!]!(from);
    });
    const groups = groupsOf(await findSimilar(packed(planted)));
    const expected = faces.flatMap((_, image) =>
      image % 4 === 1 && image + 5 < faces.length ? [[image, image + 5]] : [],
    );
    expect(groups.map(({ images }) => images).sort((a, b) => a[0]! - b[0]!)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(3 * names.length - 1);
    for (const { kind, relation, similarity } of groups) {
      expect([kind, relation]).toEqual(['near', 'acrossIdentities']);
      expect(similarity).toBeGreaterThanOrEqual(0.8);
      expect(similarity).toBeLessThan(1);
    }
  });
});

/** Grey noise: no two are alike. */
function texture(seed: number, size = SIZE): Uint8Array {
  return Uint8Array.from({ length: size * size * 3 }, (_, at) =>
    clampedByte(128 + 40 * normal(seed, 906, 0, Math.floor(at / 3))),
  );
}

describe('exact copies', () => {
  it.each([SIZE, 33])('are found at %i pixels, whatever the hash', async (size) => {
    const [a, b, c] = [texture(1, size), texture(2, size), texture(3, size)];
    const similar = await findSimilar(packed([a, b, a, c, b, a], size));
    expect([...similar.firstCopy]).toEqual([0, 1, 0, 3, 1, 0]);
    expect(groupsOf(similar)).toEqual([
      { kind: 'exact', images: [0, 2, 5], relation: 'acrossIdentities', similarity: 1, keep: 0 },
      { kind: 'exact', images: [1, 4], relation: 'acrossIdentities', similarity: 1, keep: 1 },
    ]);
  });

  it('differ where one byte differs', async () => {
    const changed = texture(1);
    changed[changed.length - 1]! ^= 1;
    const similar = await findSimilar(packed([texture(1), changed]));
    expect([...similar.firstCopy]).toEqual([0, 1]);
    expect(groupsOf(similar)).toMatchObject([{ kind: 'near', images: [0, 1] }]);
  });

  it('are told from others in a view that does not begin at a multiple of four', async () => {
    const { pixels } = packed([texture(1), texture(2), texture(1)]);
    const shifted = new Uint8Array(pixels.length + 1).subarray(1);
    shifted.set(pixels);
    const similar = await findSimilar({ cropSize: SIZE, pixels: shifted });
    expect([...similar.firstCopy]).toEqual([0, 1, 0]);
  });

  it('of blank images are copies, but blank images are not alike otherwise', async () => {
    const blank = (level: number) => new Uint8Array(SIZE * SIZE * 3).fill(level);
    const similar = await findSimilar(packed([blank(9), blank(200), blank(9), blank(201)]));
    expect(groupsOf(similar)).toMatchObject([{ kind: 'exact', images: [0, 2] }]);
  });
});

describe('groups', () => {
  const similar: SimilarImages = {
    firstCopy: Int32Array.of(0, 1, 2, 0, 4, 5, 6),
    near: {
      ends: Uint32Array.of(1, 2, 0, 4, 4, 5),
      strengths: Float32Array.of(0.95, 0.9, 0.75),
    },
  };
  const imageIdentity = Int32Array.of(0, 1, 1, 0, 0, 2, 2);
  const images = (options: { similarity?: number; identity?: Int32Array } = {}) => {
    const { identity = imageIdentity, ...rest } = options;
    return groupDuplicates(similar, { imageIdentity: identity, ...rest }).map((one) => one.images);
  };

  it('hold together what copies and links connect, most similar first', () => {
    const found = groupDuplicates(similar, { imageIdentity });
    expect(found).toMatchObject([
      { kind: 'near', images: [1, 2], relation: 'withinOneIdentity', keep: 1 },
      { kind: 'near', images: [0, 3, 4], relation: 'withinOneIdentity', keep: 0 },
    ]);
    expect(found.map((one) => one.similarity)).toEqual([0.95, 0.9].map(Math.fround));
  });

  it('grow and shrink with the similarity asked for', () => {
    expect(images({ similarity: 0.92 })).toEqual([
      [0, 3],
      [1, 2],
    ]);
    expect(images({ similarity: 0.7 })).toEqual([
      [1, 2],
      [0, 3, 4, 5],
    ]);
    for (const similarity of [0.69, 1, Number.NaN]) {
      expect(() => images({ similarity })).toThrow(RangeError);
    }
  });

  it('lose images that take no part, and go when one is left', () => {
    const without = (...gone: number[]) =>
      imageIdentity.map((identity, image) => (gone.includes(image) ? -1 : identity));
    expect(images({ identity: without(2) })).toEqual([[0, 3, 4]]);
    // 3 and 5 are connected by 0 and 4 only.
    expect(images({ identity: without(0, 4, 1), similarity: 0.7 })).toEqual([[3, 5]]);
    // Of the others only two copies are left.
    const copies = groupDuplicates(similar, { imageIdentity: without(4, 1) });
    expect(copies).toMatchObject([{ kind: 'exact', images: [0, 3], similarity: 1 }]);
  });

  it('keep the largest picture, of equals the first', () => {
    const keep = (sides: readonly (readonly [number, number])[]) =>
      groupDuplicates(similar, {
        imageIdentity,
        sourceSizes: Uint32Array.from(sides.flat()),
      }).map((one) => one.keep);
    const small = [50, 50] as const;
    expect(keep([small, small, [51, 50], small, [60, 60], small, small])).toEqual([2, 4]);
    expect(keep(Array.from({ length: 7 }, () => [0, 0] as const))).toEqual([1, 0]);
  });
});

describe('the search', () => {
  it('says how far it is and can be stopped', async () => {
    const progress: number[] = [];
    const crops = packed(Array.from({ length: 40 }, (_, seed) => texture(seed)));
    await findSimilar(crops, { onProgress: (done, total) => progress.push(done / total) });
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(findSimilar(crops, { signal })).rejects.toThrow('stopped');
  });

  it('of no image finds nothing', async () => {
    expect(groupsOf(await findSimilar({ cropSize: SIZE, pixels: new Uint8Array(0) }))).toEqual([]);
  });
});
