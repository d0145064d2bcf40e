/** Evaluation against what can be told from the embeddings, in float64. */
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../../engine';
import {
  BATCH,
  CLASSES,
  CONFIG,
  FULL_MODEL,
  HYPER,
  testFaces,
  train,
  withLearnerOf,
} from '../experiment';

/** The second pass is as large as a training batch, whose kernels are there. */
const COUNT = 128 + BATCH;

export function evaluationTests(engine: () => Engine): void {
  describe('evaluation', () => {
    test('agrees with the embeddings it gives, and moves nothing', async () => {
      await withLearnerOf(engine(), { ...CONFIG, model: FULL_MODEL }, async (learner) => {
        // More images than fit one pass, which takes 128.
        const faces = testFaces(COUNT);
        engine().loadFaces(faces);
        await train(engine(), [learner], 5);
        const before = await learner.exportState();
        const indices = Uint32Array.from({ length: COUNT }, (_, index) => COUNT - 1 - index);
        const evaluation = await learner.evaluate(indices);
        const embeddings = await learner.embed(indices);
        expect(await learner.exportState()).toEqual(before);
        expect(evaluation.count).toBe(COUNT);
        const expected = evaluateByHand(embeddings, before.parameters, indices, faces.labels);
        expect(evaluation.accuracy).toBeCloseTo(expected.accuracy, 12);
        expect(evaluation.commonLoss).toBeCloseTo(expected.commonLoss, 4);
        expect(evaluation.medianAngleRad).toBeCloseTo(expected.medianAngleRad, 4);
        engine().loadFaces(testFaces());
      });
    });
  });

  test('an evaluation after one step sees that batch’s statistics, not their initial values', async () => {
    // With the weights held, inference over the batch of step 1 must see what training saw.
    await withLearnerOf(engine(), CONFIG, async (learner) => {
      const indices = Uint32Array.from({ length: BATCH }, (_, at) => at * 4);
      const augmentation = { flip: false, shift: 0 };
      const batch = engine().prepareBatch({ step: 1, indices, seed: 5, augmentation });
      learner.step(batch, { ...HYPER, learningRate: 0 });
      batch.dispose();
      const [trained] = await learner.metrics();
      const evaluation = await learner.evaluate(indices);
      expect(evaluation.medianAngleRad).toBeCloseTo(trained!.medianAngleRad, 3);
      expect(evaluation.commonLoss).toBeCloseTo(trained!.commonLoss, 3);
    });
  });
}

/** Accuracy, loss at the common scale and lower median angle from unit embeddings, in float64. */
function evaluateByHand(
  embeddings: Float32Array,
  parameters: Float32Array,
  indices: Uint32Array,
  labels: Int32Array,
): { accuracy: number; commonLoss: number; medianAngleRad: number } {
  const size = FULL_MODEL.embeddingSize;
  const centres = parameters.subarray(parameters.length - size * CLASSES);
  const column = (label: number): number[] =>
    Array.from({ length: size }, (_, row) => centres[row * CLASSES + label]!);
  const columns = Array.from({ length: CLASSES }, (_, label) => column(label));
  const scale = Math.SQRT2 * Math.log(CLASSES - 1);
  let hits = 0;
  let loss = 0;
  const angles: number[] = [];
  indices.forEach((image, row) => {
    const embedding = embeddings.subarray(row * size, (row + 1) * size);
    const cosines = columns.map(
      (centre) => centre.reduce((sum, w, k) => sum + w * embedding[k]!, 0) / Math.hypot(...centre),
    );
    const own = cosines[labels[image]!]!;
    if (own === Math.max(...cosines)) hits += 1;
    const sum = cosines.reduce((total, cosine) => total + Math.exp(scale * cosine), 0);
    loss += Math.log(sum) - scale * own;
    angles.push(Math.acos(own));
  });
  angles.sort((a, b) => a - b);
  return {
    accuracy: hits / indices.length,
    commonLoss: loss / indices.length,
    medianAngleRad: angles[(indices.length - 1) >> 1]!,
  };
}
