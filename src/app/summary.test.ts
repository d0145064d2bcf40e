import { describe, expect, it } from 'vitest';
import type { ArmSeries } from '../state/session.types';
import type { ArmId } from '../training/config';
import { DEFAULT_EXPERIMENT } from '../training/defaults';
import { summarise } from './summary';

function series(arm: ArmId, scale: number, medianAngleRad: number, commonLoss: number): ArmSeries {
  const column = (value: number) => Float64Array.from([0, value, 99]);
  return {
    arm,
    // The third row is room to grow, not data.
    length: 2,
    columns: {
      step: column(400),
      scale: column(scale),
      unguardedScale: column(scale),
      logBAvg: column(3),
      medianAngleRad: column(medianAngleRad),
      loss: column(0.7),
      commonLoss: column(commonLoss),
      accuracy: column(0.9),
      learningRate: column(0.05),
    },
    validation: [],
    targetCosines: null,
    otherAngles: null,
  };
}

describe('summarise', () => {
  it('reads the newest row of every arm', () => {
    const text = summarise({
      step: 1400,
      config: DEFAULT_EXPERIMENT,
      series: new Map([
        ['A', series('A', 5.181, Math.PI / 3, 1.234)],
        ['B', series('B', 9.11, 0.9076, 0.5)],
      ]),
    });
    expect(text).toBe(
      'Step 1,400. A fixed: scale 5.2, median angle 60 degrees, loss at the common scale 1.2. B dynamic: scale 9.1, median angle 52 degrees, loss at the common scale 0.5.',
    );
  });

  it('leaves out what is not there', () => {
    const text = summarise({
      step: 1,
      config: DEFAULT_EXPERIMENT,
      series: new Map([['A', series('A', Number.NaN, 1, 1)]]),
    });
    expect(text).toBe('Step 1. A fixed: median angle 57 degrees, loss at the common scale 1.');
  });
});
