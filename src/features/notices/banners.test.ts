import { describe, expect, it } from 'vitest';
import { truncated } from '../../data/formats/archive';
import type { LossConfig } from '../../losses/types';
import { emptySeries } from '../../state/series';
import type { ArmSeries, SessionState } from '../../state/session.types';
import { DEFAULT_EXPERIMENT } from '../../training/defaults';
import { inputOf } from '../../training/networkInput';
import { bannersOf } from './banners';

type Facts = Parameters<typeof bannersOf>[0];

const NOTHING: Facts = {
  notices: [],
  diverged: [],
  guards: new Map(),
  experiment: null,
  step: 0,
  config: DEFAULT_EXPERIMENT,
  series: new Map(),
  data: null,
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
    input: inputOf(DEFAULT_EXPERIMENT),
    classes: 2,
    trainImages: 4,
    validationImages: 0,
    openSet: false,
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

  describe('an arm without a guard', () => {
    const classes = 40;
    const config = withLoss({
      kind: 'dynamic-adacos',
      capAngleRad: Math.PI / 4,
      guard: 'paper-exact',
      firstStep: 'paper',
    });
    const facts = (scale: number): Facts => ({
      ...NOTHING,
      config,
      step: 1,
      experiment: { ...experiment([]), classes },
      series: new Map([['B', seriesAt(60, scale)]]),
    });
    // [¼, 4] times √2·ln 39, from the paper's Eq. 12.
    const fixed = Math.SQRT2 * Math.log(39);

    it('is told of while its newest scale is out of the range of the guard', () => {
      const [banner] = bannersOf(facts(3412));
      expect(banner).toMatchObject({ tone: 'warning', key: 'escape-B-above' });
      expect(banner?.detail).toContain('s = 3,412 at step 60, above 20.7 where');
      expect(bannersOf(facts(-2))[0]?.detail).toContain('s = −2 at step 60, below 1.3 where');
      expect(bannersOf(facts(4 * fixed + 0.01))).toHaveLength(1);
      expect(bannersOf(facts(4 * fixed - 0.01))).toEqual([]);
      expect(bannersOf(facts(fixed / 4 + 0.01))).toEqual([]);
    });

    it('is silent with the guard on, and once the arm is told to have diverged', () => {
      const guarded = { ...facts(3412), config: DEFAULT_EXPERIMENT };
      expect(bannersOf(guarded)).toEqual([]);
      const keys = bannersOf({ ...facts(3412), diverged: [DIVERGED] }).map(({ key }) => key);
      expect(keys).toEqual(['diverged-B-412']);
    });
  });

  it('gives a diverged arm advice that it can follow', () => {
    const detail = (loss: LossConfig) =>
      bannersOf({ ...NOTHING, config: withLoss(loss), diverged: [DIVERGED] })[0]?.detail ?? '';
    expect(detail({ kind: 'fixed-adacos' })).not.toContain('guard');
    expect(detail({ kind: 'fixed-adacos' })).toContain('learning rate (now 0.05; try 0.005)');
    const dynamic = { kind: 'dynamic-adacos', capAngleRad: 1, firstStep: 'paper' } as const;
    expect(detail({ ...dynamic, guard: 'clamp' })).not.toContain('guard');
    expect(detail({ ...dynamic, guard: 'paper-exact' })).toContain('turn its guard on');
  });

  it('does not call values good that are merely finite', () => {
    const lastGood = { ...DIVERGED.lastGood!, loss: 3e9 };
    const [banner] = bannersOf({ ...NOTHING, diverged: [{ ...DIVERGED, lastGood }] });
    expect(banner?.detail).toContain('Last finite values, at step 411');
    expect(banner?.detail).not.toContain('good');
  });

  it('names an archive that is not whole, and no file in one', () => {
    const data = (name: string, reason: string): Facts['data'] => ({
      facesId: 'cut',
      config: { kind: 'files', cropSize: 32, minImagesPerIdentity: 2 },
      label: 'cut.tar',
      cropSize: 32,
      images: 1213,
      identities: [{ name: 'Ann', count: 1213 }],
      firstImage: new Uint32Array(1),
      rejected: [{ name, reason }],
      droppedIdentities: 0,
      droppedImages: 0,
      loadMs: 1,
      edits: 0,
      splits: { own: false, list: false },
    });
    const told = (name: string, reason: string) =>
      bannersOf({ ...NOTHING, data: data(name, reason) });
    const [banner] = told('cut.tar', truncated('b.jpg is not whole').message);
    expect(banner).toMatchObject({ tone: 'warning', title: 'cut.tar is not whole.' });
    expect(banner?.detail).toContain('1,213 crops');
    expect(told('faces', truncated('its table of contents is missing').message)).toHaveLength(1);
    expect(
      told('a.tar.gz', 'The compressed data ends or is damaged after 300 bytes.'),
    ).toHaveLength(1);
    expect(told('cut.tar', 'The archive is empty.')).toEqual([]);
    expect(told('a.zip/Ann/1.jpg', 'Its compressed data in the zip is damaged.')).toEqual([]);
  });
});

function withLoss(loss: LossConfig): Facts['config'] {
  const [a, b] = DEFAULT_EXPERIMENT.arms;
  return { ...DEFAULT_EXPERIMENT, arms: [a!, { ...b!, loss }] };
}

/** A curve of one step. */
function seriesAt(step: number, scale: number): ArmSeries {
  const series = emptySeries('B');
  series.length = 1;
  series.columns.step[0] = step;
  series.columns.scale[0] = scale;
  return series;
}
