/**
 * What the head finds over a whole batch, up to the largest: the median target angle, selected in one
 * workgroup whose threads have several images each, and how the angles to all other centres are spread.
 */
import { describe, expect, test } from 'vitest';
import { normal, uniformInt } from '../../math/random';
import { lowerMedian } from '../../math/statistics';
import { ANGLE_BINS } from '../engine';
import { MAX_BATCH } from './head';
import { angleCounts } from './testing/angles';
import { describeOnGpu } from './testing/gpu';
import { runHeadOnCosines } from './testing/head';

const DYNAMIC = {
  kind: 'dynamic-adacos',
  capAngleRad: Math.PI / 4,
  guard: 'paper-exact',
  firstStep: 'reference',
} as const;

describeOnGpu('the median of many target angles', (gpu) => {
  test.each([
    { batch: 31, software: true, alike: true },
    { batch: MAX_BATCH - 1, software: true, alike: true },
    { batch: MAX_BATCH, software: false, alike: false },
  ])('$batch images, many alike: $alike', async ({ batch, software, alike }) => {
    // From 0.1 to 0.9: in 40 steps, of which some 25 images have the median, or each its own, in no order.
    const steps = alike ? 40 : batch;
    const targets = Array.from({ length: batch }, (_, row) => {
      const step = alike ? uniformInt(batch, 1, 1, row, steps + 1) : (row * 389) % batch;
      return Math.fround(0.1 + (0.8 * step) / steps);
    });
    const { scale } = await runHeadOnCosines(
      gpu(),
      // Three identities; the others at cosine 0, so that ln B is ln 2 and the scale tells the median.
      {
        cosines: targets.flatMap((cosine) => [cosine, 0, 0]),
        labels: targets.map(() => 0),
        classes: 3,
      },
      DYNAMIC,
      // A cap of 90° or so leaves the median alone.
      { previousScale: 1, capAngleRad: 1.57, software },
    );
    const median = Math.cos(lowerMedian(targets.map(Math.acos)));
    // The next cosine there is lies 8e-4 away at the least.
    expect(Math.LN2 / scale).toBeCloseTo(median, 4);
  });
});

describeOnGpu('the counts of angles to other centres', (gpu) => {
  /** In the middle of its bin, whatever an acos is off. */
  const middleOf = (bin: number): number => Math.cos(((bin + 0.5) * Math.PI) / ANGLE_BINS);

  const countsOf = async (
    cosines: readonly number[],
    labels: readonly number[],
    classes: number,
    software: boolean,
  ): Promise<readonly number[]> => {
    const input = { cosines, labels, classes };
    const found = await runHeadOnCosines(gpu(), input, DYNAMIC, { previousScale: 5, software });
    return [...found.otherAngles];
  };

  describe.each([true, false])('in pieces for software: %s', (software) => {
    test.each([
      { batch: 1, classes: 2 },
      { batch: 5, classes: 7 },
      { batch: 33, classes: 150 },
    ])('are exact: $batch images, $classes identities', async ({ batch, classes }) => {
      const cosines = Array.from({ length: batch * classes }, (_, at) =>
        // Towards 90° more than elsewhere, as in a training.
        middleOf(Math.min(ANGLE_BINS - 1, Math.max(0, Math.round(18 + 6 * normal(9, 1, 1, at))))),
      );
      const labels = Array.from({ length: batch }, (_, row) => (classes - 1 + 3 * row) % classes);
      const { counts } = angleCounts({ cosines, labels, classes }, 0);
      expect(await countsOf(cosines, labels, classes, software)).toEqual([...counts]);
    });
  });

  test('put what rounding takes beyond ±1 into the first and the last bin', async () => {
    const beyond = [0.5, 1, 1.000001, -1, -1.000001];
    const counts = await countsOf(beyond, [0], 5, true);
    expect([counts[0], counts.at(-1)]).toEqual([2, 2]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(4);
  });
});
