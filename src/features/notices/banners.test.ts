import { describe, expect, it } from 'vitest';
import type { SessionState } from '../../state/session.types';
import { DEFAULT_EXPERIMENT } from '../../training/defaults';
import { bannersOf } from './banners';

type Facts = Parameters<typeof bannersOf>[0];

const NOTHING: Facts = {
  notices: [],
  diverged: [],
  guards: new Map(),
  experiment: null,
  step: 0,
  config: DEFAULT_EXPERIMENT,
};

const DIVERGED: SessionState['diverged'][number] = {
  kind: 'diverged',
  arm: 'B',
  step: 412,
  quantity: 'loss',
  lastGood: {
    step: 411,
    scale: 9.123456,
    unguardedScale: 9.123456,
    logBAvg: 3.7,
    medianAngleRad: Math.PI / 4,
    loss: 1.25,
    commonLoss: 1.5,
    accuracy: 0.5,
    learningRate: 0.05,
  },
};

function experiment(warnings: readonly string[]): NonNullable<Facts['experiment']> {
  return {
    config: DEFAULT_EXPERIMENT,
    engine: {
      name: 'tfjs-cpu',
      backend: 'cpu',
      adapter: null,
      threads: null,
      reason: '',
      considered: [],
    },
    classes: 2,
    trainImages: 4,
    validationImages: 0,
    stepsPerEpoch: 1,
    batchSize: 2,
    commonScale: 1,
    parameters: 1,
    flopsPerImage: 1,
    warnings,
  };
}

describe('bannersOf', () => {
  it('is silent when there is nothing to tell', () => {
    expect(bannersOf(NOTHING)).toEqual([]);
  });

  it('tells which arm diverged, when, in what, and the last good values', () => {
    const [banner] = bannersOf({ ...NOTHING, diverged: [DIVERGED] });
    expect(banner?.tone).toBe('error');
    expect(banner?.title).toBe(
      'Arm B dynamic diverged at step 412: the loss is no longer a finite number.',
    );
    expect(banner?.detail).toContain('at step 411: s 9.123, median angle 45°, loss 1.25');
  });

  it('leaves out the scale that an arm does not have', () => {
    const lastGood = { ...DIVERGED.lastGood!, scale: null };
    const [banner] = bannersOf({ ...NOTHING, diverged: [{ ...DIVERGED, lastGood }] });
    expect(banner?.detail).toContain('at step 411: median angle');
    const [bare] = bannersOf({ ...NOTHING, diverged: [{ ...DIVERGED, lastGood: null }] });
    expect(bare?.detail).toContain('no good step');
  });

  it('tells what the guard did', () => {
    const guard = { kind: 'guard', arm: 'B', step: 12, unguarded: 210.5, scale: 20.72 } as const;
    const [banner] = bannersOf({ ...NOTHING, guards: new Map([['B', guard]]) });
    expect(banner).toMatchObject({ tone: 'info', key: 'guard-B' });
    expect(banner?.title).toContain('20.72');
    expect(banner?.detail).toContain('210.5');
  });

  it('warns before the start only', () => {
    const warned = experiment(['Two identities make s = 0. Add a third one, or use 0.5 of them.']);
    const [banner] = bannersOf({ ...NOTHING, experiment: warned });
    expect(banner).toMatchObject({
      tone: 'warning',
      title: 'Two identities make s = 0.',
      detail: 'Add a third one, or use 0.5 of them.',
    });
    expect(bannersOf({ ...NOTHING, experiment: warned, step: 1 })).toEqual([]);
  });

  it('puts errors first', () => {
    const notice = { key: 'n', tone: 'info', title: 't', detail: '', action: null } as const;
    const tones = bannersOf({
      ...NOTHING,
      notices: [notice],
      diverged: [DIVERGED],
      experiment: experiment(['Careful.']),
    }).map(({ tone }) => tone);
    expect(tones).toEqual(['error', 'warning', 'info']);
  });
});
