import { describe, expect, it } from 'vitest';
import type { ArmConfig } from '../../training/config';
import { DEFAULT_ARMS } from '../../training/defaults';
import { differences, optimiserText, rowsOf, scheduleText } from './rows';

const [A, B] = DEFAULT_ARMS as readonly [ArmConfig, ArmConfig];

function dynamic(
  change: Partial<Extract<ArmConfig['loss'], { kind: 'dynamic-adacos' }>>,
): ArmConfig {
  if (B.loss.kind !== 'dynamic-adacos') throw new Error('arm B is dynamic by default');
  return { ...B, loss: { ...B.loss, ...change } };
}

describe('differences', () => {
  it('emphasises only the scale between the default arms', () => {
    expect([...differences(DEFAULT_ARMS)]).toEqual(['scale']);
  });

  it('emphasises nothing where there is nothing to compare', () => {
    expect(differences([A]).size).toBe(0);
    expect(differences([A, { ...A, id: 'B' }]).size).toBe(0);
  });

  it('sees each quantity by itself', () => {
    expect([...differences([A, { ...A, id: 'B', learningRate: 0.1 }])]).toEqual(['learningRate']);
    expect([...differences([B, dynamic({ capAngleRad: 1 })])]).toEqual(['capAngle']);
    expect([...differences([B, dynamic({ guard: 'paper-exact' })])]).toEqual(['guard']);
    expect([...differences([B, dynamic({ firstStep: 'reference' })])]).toEqual(['firstStep']);
    const adam: ArmConfig = {
      ...A,
      optimiser: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 5e-4 },
      schedule: { kind: 'cosine', warmupSteps: 0, totalSteps: 10 },
    };
    expect([...differences([A, adam])]).toEqual(['optimiser', 'schedule']);
  });

  it('sees two constant scales apart', () => {
    const at = (scale: number): ArmConfig => ({
      ...A,
      loss: { kind: 'normalised-softmax', scale },
    });
    expect([...differences([at(16), at(30)])]).toEqual(['scale']);
    expect(differences([at(16), at(16)]).size).toBe(0);
  });
});

describe('rowsOf', () => {
  it('is silent about what stands as in the paper', () => {
    expect(rowsOf(B)).toEqual(['scale', 'optimiser', 'learningRate', 'schedule']);
  });

  it('names every departure from the paper', () => {
    const odd = dynamic({ capAngleRad: 1, guard: 'paper-exact', firstStep: 'reference' });
    expect(rowsOf(odd)).toEqual(expect.arrayContaining(['capAngle', 'guard', 'firstStep']));
  });
});

describe('words', () => {
  it('writes optimisers and schedules short', () => {
    expect(optimiserText({ kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 })).toBe(
      'SGD 0.9, decay 0.0005',
    );
    expect(optimiserText({ kind: 'sgd', momentum: 0, weightDecay: 0 })).toBe('SGD 0, no decay');
    expect(optimiserText({ kind: 'sgd', momentum: 0, weightDecay: 0, clipNorm: 1.5 })).toBe(
      'SGD 0, no decay, clip 1.5',
    );
    expect(scheduleText({ kind: 'cosine', warmupSteps: 100, totalSteps: 2000 })).toBe(
      'cosine to step 2,000, warm-up 100',
    );
    expect(scheduleText({ kind: 'step', warmupSteps: 0, everySteps: 1000, factor: 0.1 })).toBe(
      '×0.1 every 1,000 steps',
    );
  });
});
