/** The whole head, from embeddings and class centres to their gradients, against the references in float64. */
import { expect, test } from 'vitest';
import { dynamicAdaCos } from '../../losses/dynamicAdaCos';
import { fixedAdaCos } from '../../losses/fixedAdaCos';
import type { HeadResult } from '../../losses/head';
import { normalisedSoftmax } from '../../losses/normalisedSoftmax';
import { softmax } from '../../losses/softmax';
import type { LossConfig } from '../../losses/types';
import { uniformInt } from '../../math/random';
import { normals, relativeError } from '../tfjs/testing/numbers';
import { MAX_BATCH } from './head';
import { angleCounts } from './testing/angles';
import { describeOnGpu } from './testing/gpu';
import { type HeadInputs, runHead } from './testing/head';

const DYNAMIC = {
  kind: 'dynamic-adacos',
  capAngleRad: Math.PI / 4,
  guard: 'clamp',
  firstStep: 'paper',
} as const;

interface Case {
  readonly loss: LossConfig;
  readonly batch: number;
  readonly classes: number;
  readonly embeddingSize: number;
  readonly software: boolean;
  /** Of dynamic AdaCos, before the step. */
  readonly previousScale?: number;
}

const SOFTMAX = { kind: 'softmax' } as const;
const FIXED = { kind: 'fixed-adacos' } as const;
const normalised = (scale: number) => ({ kind: 'normalised-softmax', scale }) as const;

/** Every loss with 2, 3, 1000 and 100,000 identities; one image, three, more than a workgroup, the most there may be. */
const CASES: readonly Case[] = [
  { loss: DYNAMIC, batch: 3, classes: 2, embeddingSize: 6, software: true },
  { loss: DYNAMIC, batch: 1, classes: 3, embeddingSize: 8, software: true },
  { loss: DYNAMIC, batch: 33, classes: 5, embeddingSize: 8, software: true },
  { loss: DYNAMIC, batch: 2, classes: 1000, embeddingSize: 6, software: true, previousScale: 200 },
  { loss: DYNAMIC, batch: 2, classes: 100_000, embeddingSize: 4, software: false },
  {
    loss: DYNAMIC,
    batch: 2,
    classes: 100_000,
    embeddingSize: 4,
    software: false,
    previousScale: 200,
  },
  { loss: DYNAMIC, batch: MAX_BATCH, classes: 3, embeddingSize: 4, software: false },
  { loss: SOFTMAX, batch: 1, classes: 2, embeddingSize: 8, software: true },
  { loss: SOFTMAX, batch: 33, classes: 3, embeddingSize: 8, software: false },
  { loss: SOFTMAX, batch: 3, classes: 1000, embeddingSize: 6, software: true },
  { loss: SOFTMAX, batch: 2, classes: 100_000, embeddingSize: 4, software: false },
  { loss: FIXED, batch: 1, classes: 2, embeddingSize: 6, software: true },
  { loss: FIXED, batch: 33, classes: 3, embeddingSize: 8, software: false },
  { loss: FIXED, batch: 3, classes: 1000, embeddingSize: 6, software: true },
  { loss: FIXED, batch: 2, classes: 100_000, embeddingSize: 4, software: false },
  { loss: normalised(200), batch: 3, classes: 2, embeddingSize: 8, software: true },
  { loss: normalised(200), batch: 3, classes: 3, embeddingSize: 8, software: true },
  { loss: normalised(64), batch: 1, classes: 1000, embeddingSize: 6, software: true },
  { loss: normalised(200), batch: 2, classes: 100_000, embeddingSize: 4, software: false },
];

function inputOf({ batch, classes, embeddingSize }: Case): HeadInputs {
  return {
    embeddings: normals(batch * embeddingSize, 1),
    centres: normals(embeddingSize * classes, 2).map((value) => 0.5 * value),
    // The last identity for one: it lies beside the padding, and at the end of the last chunk.
    labels: Array.from({ length: batch }, (_, row) =>
      row === 0 ? classes - 1 : uniformInt(3, 1, 1, row, classes),
    ),
    embeddingSize,
    classes,
  };
}

function reference({ loss, previousScale = 3 }: Case, input: HeadInputs): HeadResult {
  switch (loss.kind) {
    case 'softmax':
      return softmax(input);
    case 'normalised-softmax':
      return normalisedSoftmax(input, loss.scale);
    case 'fixed-adacos':
      return fixedAdaCos(input);
    case 'dynamic-adacos':
      return dynamicAdaCos(input, { config: loss, step: 2, previousScale });
  }
}

const mean = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describeOnGpu('head', (gpu) => {
  test.each(CASES)(
    '$loss.kind: $batch images, $classes identities, in pieces for software: $software',
    async (shape) => {
      const { loss, classes, software } = shape;
      const input = inputOf(shape);
      const expected = reference(shape, input);
      const before =
        shape.previousScale ?? (loss.kind === 'dynamic-adacos' ? 3 : (expected.scale ?? 1));
      const found = await runHead(gpu(), input, loss, { previousScale: before, software });
      if (expected.scale !== null) {
        expect(relativeError([found.scale], [expected.scale])).toBeLessThan(1e-5);
        expect(relativeError([found.unguardedScale], [expected.unguardedScale!])).toBeLessThan(
          1e-5,
        );
        expect(found.state).toBe(found.scale);
        // ln B of two identities at s = 0 is ln 1.
        expect(Math.abs(found.logBAvg - expected.logBAvg!)).toBeLessThan(
          1e-5 * Math.max(1, Math.abs(expected.logBAvg!)),
        );
      } else {
        expect([found.scale, found.unguardedScale, found.logBAvg]).toEqual([0, 0, 0]);
      }
      const targets = input.labels.map((label, row) => expected.cosines[row * classes + label]!);
      expect(relativeError(found.targetCosines, targets)).toBeLessThan(2e-6);
      expect(relativeError([mean(found.losses)], [expected.loss])).toBeLessThan(1e-5);
      // A cosine is off by 1e-7 or so, and at s = 200 its exponential by 200 times that.
      const bound = Math.max(1e-5, 5e-7 * (expected.scale ?? 1));
      expect(relativeError(found.embeddingGradient, expected.embeddingGradient)).toBeLessThan(
        bound,
      );
      expect(relativeError(found.centreGradient, expected.centreGradient)).toBeLessThan(bound);
      const angles = angleCounts({ ...input, cosines: expected.cosines }, 1e-3);
      expect(angles.differ(found.otherAngles)).toEqual([]);
      found.nearest.forEach((nearest, row) => {
        const cosines = expected.cosines.subarray(row * classes, (row + 1) * classes);
        expect(cosines[nearest]).toBeCloseTo(
          cosines.reduce((a, b) => Math.max(a, b)),
          6,
        );
      });
    },
  );

  test('an embedding and a centre of zeros have cosine 0 and spoil nothing', async () => {
    const shape: Case = { loss: DYNAMIC, batch: 3, classes: 2, embeddingSize: 6, software: true };
    const input = inputOf(shape);
    input.embeddings.fill(0, 0, 6);
    for (let row = 0; row < 6; row += 1) input.centres[row * 2] = 0;
    const found = await runHead(gpu(), input, DYNAMIC, { previousScale: 3 });
    expect(found.targetCosines[0]).toBe(0);
    for (const values of [found.losses, found.commonLosses]) {
      expect(values.every(Number.isFinite)).toBe(true);
    }
    expect(Number.isFinite(found.scale)).toBe(true);
    // Gradients of a vector of length 0 are huge, not undefined.
    expect(found.embeddingGradient.some(Number.isNaN)).toBe(false);
    expect(found.centreGradient.some(Number.isNaN)).toBe(false);
  });
});
