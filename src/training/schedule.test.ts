import { describe, expect, it } from 'vitest';
import type { ScheduleConfig } from './config';
import { learningRateAt } from './schedule';

function rates(config: ScheduleConfig, steps: number): readonly number[] {
  return Array.from({ length: steps }, (_, index) => learningRateAt(config, 0.2, index + 1));
}

describe('learningRateAt', () => {
  it('is constant without warm-up', () => {
    expect(rates({ kind: 'constant', warmupSteps: 0 }, 3)).toEqual([0.2, 0.2, 0.2]);
  });

  it('rises in a straight line and arrives with the last step of the warm-up', () => {
    const found = rates({ kind: 'constant', warmupSteps: 4 }, 6);
    [0.05, 0.1, 0.15, 0.2, 0.2, 0.2].forEach((rate, index) => {
      expect(found[index]).toBeCloseTo(rate, 15);
    });
  });

  it('follows the cosine from the end of the warm-up to zero', () => {
    const config = { kind: 'cosine', warmupSteps: 10, totalSteps: 110 } as const;
    // ½(1 + cos πp) at p = 0, ¼, ½, 1.
    const expected = [
      [10, 1],
      [35, (1 + Math.SQRT1_2) / 2],
      [60, 0.5],
      [110, 0],
    ] as const;
    for (const [step, factor] of expected) {
      expect(learningRateAt(config, 0.2, step)).toBeCloseTo(0.2 * factor, 15);
    }
    expect(learningRateAt(config, 0.2, 5)).toBeCloseTo(0.1, 15);
  });

  it('falls all the way and stays at zero beyond the end', () => {
    const found = rates({ kind: 'cosine', warmupSteps: 0, totalSteps: 50 }, 60);
    found.slice(1, 50).forEach((rate, index) => {
      expect(rate).toBeLessThan(found[index]!);
    });
    expect(found.slice(49)).toEqual(new Array(11).fill(0));
  });

  it('is symmetric about half of the cosine', () => {
    const config = { kind: 'cosine', warmupSteps: 0, totalSteps: 100 } as const;
    for (let step = 1; step < 50; step += 1) {
      const pair = learningRateAt(config, 1, step) + learningRateAt(config, 1, 100 - step);
      expect(pair).toBeCloseTo(1, 12);
    }
  });

  it('ends at zero even where the warm-up is longer than the whole', () => {
    const config = { kind: 'cosine', warmupSteps: 20, totalSteps: 10 } as const;
    expect(learningRateAt(config, 0.2, 20)).toBe(0.2);
    expect(learningRateAt(config, 0.2, 21)).toBe(0);
  });

  it('multiplies by the factor after every so many steps', () => {
    const config = { kind: 'step', warmupSteps: 0, everySteps: 3, factor: 0.5 } as const;
    expect(rates(config, 7)).toEqual([0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05]);
  });

  it('warms up within the steps that decay counts', () => {
    const config = { kind: 'step', warmupSteps: 2, everySteps: 3, factor: 0.1 } as const;
    const found = rates(config, 4);
    [0.1, 0.2, 0.2, 0.02].forEach((rate, index) => {
      expect(found[index]).toBeCloseTo(rate, 15);
    });
  });
});
