/** The address codec: what goes out comes back, and what was damaged never gets in. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { OptimiserConfig } from '../engine/engine';
import { ENGINE_NAMES } from '../engine/engine';
import type { LossConfig } from '../losses/types';
import { uniform } from '../math/random';
import { PRESETS, withInputSize } from '../models/presets';
import type { Stage } from '../models/spec';
import { ARM_IDS, type ExperimentConfig, type ScheduleConfig } from '../training/config';
import { DEFAULT_EXPERIMENT } from '../training/defaults';
import { experimentSchema } from './configSchema';
import { RANGES, type Range, SYNTHETIC_RANGES } from './ranges';
import { decodeExperiment, encodeExperiment, engineFromQuery, openUrl, UrlStateError } from './url';

/** Draws of one test case: counter-based, so that a failing case can be named by its number. */
class Draws {
  private index = 0;
  constructor(private readonly seed: number) {}
  unit(): number {
    this.index += 1;
    return uniform(this.seed, 99, 0, this.index);
  }
  real([minimum, maximum]: Range): number {
    return minimum + (maximum - minimum) * this.unit();
  }
  whole([minimum, maximum]: Range): number {
    return minimum + Math.floor((maximum - minimum + 1) * this.unit());
  }
  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.unit() * choices.length)]!;
  }
}

function randomLoss(draws: Draws): LossConfig {
  return draws.pick<LossConfig>([
    { kind: 'softmax' },
    { kind: 'normalised-softmax', scale: draws.real(RANGES.scale) },
    { kind: 'fixed-adacos' },
    {
      kind: 'dynamic-adacos',
      capAngleRad: draws.real(RANGES.capAngleRad),
      guard: draws.pick(['clamp', 'paper-exact']),
      firstStep: draws.pick(['paper', 'reference']),
    },
  ]);
}

function randomOptimiser(draws: Draws): OptimiserConfig {
  const clipNorm = draws.pick([{}, { clipNorm: draws.real(RANGES.clipNorm) }]);
  return draws.pick<OptimiserConfig>([
    {
      kind: 'sgd',
      momentum: draws.real(RANGES.momentum),
      weightDecay: draws.real(RANGES.weightDecay),
      ...clipNorm,
    },
    {
      kind: 'adamw',
      beta1: draws.real(RANGES.beta1),
      beta2: draws.real(RANGES.beta2),
      epsilon: draws.real(RANGES.epsilon),
      weightDecay: draws.real(RANGES.weightDecay),
      ...clipNorm,
    },
  ]);
}

function randomSchedule(draws: Draws): ScheduleConfig {
  const warmupSteps = draws.whole(RANGES.warmupSteps);
  return draws.pick<ScheduleConfig>([
    { kind: 'constant', warmupSteps },
    { kind: 'cosine', warmupSteps, totalSteps: draws.whole(RANGES.totalSteps) },
    {
      kind: 'step',
      warmupSteps,
      everySteps: draws.whole(RANGES.everySteps),
      factor: draws.real(RANGES.factor),
    },
  ]);
}

function randomStage(draws: Draws): Stage {
  const sized = { channels: draws.whole(RANGES.channels), stride: draws.pick([1, 2] as const) };
  return draws.pick<Stage>([
    { kind: 'conv', ...sized },
    { kind: 'residual', ...sized },
    { kind: 'depthwise', ...sized },
    { kind: 'pool', pool: draws.pick(['max', 'average']) },
  ]);
}

function randomConfig(seed: number): ExperimentConfig {
  const draws = new Draws(seed);
  const cropSize = draws.whole(RANGES.cropSize);
  return {
    seed: draws.whole(RANGES.seed),
    engine: draws.pick(['auto', ...ENGINE_NAMES]),
    data: draws.pick<ExperimentConfig['data']>([
      {
        kind: 'synthetic',
        settings: {
          seed: draws.whole(SYNTHETIC_RANGES.seed),
          identities: draws.whole([2, 200]),
          imagesPerIdentity: draws.whole([2, 100]),
          cropSize,
          difficulty: draws.real(SYNTHETIC_RANGES.difficulty),
          labelNoise: draws.real(SYNTHETIC_RANGES.labelNoise),
        },
      },
      {
        kind: 'files',
        cropSize,
        minImagesPerIdentity: draws.whole(RANGES.minImagesPerIdentity),
      },
    ]),
    model: {
      ...withInputSize(draws.pick(Object.values(PRESETS)), cropSize),
      ...draws.pick([{}, { stages: [randomStage(draws), randomStage(draws)] }]),
      activation: draws.pick(['relu', 'prelu']),
      pooling: draws.pick(['flatten', 'average']),
      dropout: draws.real(RANGES.dropout),
      embeddingSize: draws.whole(RANGES.embeddingSize),
    },
    batchSize: draws.whole(RANGES.batchSize),
    augmentation: {
      flip: draws.pick([true, false]),
      shift: draws.whole(RANGES.shift),
      ...draws.pick([{}, { erase: draws.real(RANGES.erase) }]),
    },
    validationShare: draws.real(RANGES.validationShare),
    evaluateEvery: draws.whole(RANGES.evaluateEvery),
    arms: ARM_IDS.slice(0, draws.whole([1, 4])).map((id) => ({
      id,
      loss: randomLoss(draws),
      optimiser: randomOptimiser(draws),
      learningRate: draws.real(RANGES.learningRate),
      schedule: randomSchedule(draws),
    })),
  };
}

/** The hash of any JSON text, by Node's own zlib: not by the code under test. */
async function hashOf(text: string, version = 'v1'): Promise<string> {
  const { deflateRawSync } = await import('node:zlib');
  return `#${version}.${deflateRawSync(Buffer.from(text)).toString('base64url')}`;
}

describe('round trip', () => {
  it('keeps the plain address for the defaults', async () => {
    expect(await encodeExperiment(DEFAULT_EXPERIMENT)).toBe('');
    expect(await decodeExperiment('')).toEqual(DEFAULT_EXPERIMENT);
    expect(await decodeExperiment('#')).toEqual(DEFAULT_EXPERIMENT);
  });

  it('returns each of 200 random experiments unchanged', async () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const config = randomConfig(seed);
      const hash = await encodeExperiment(config);
      expect(hash, `case ${seed}`).toMatch(/^#v1\.[A-Za-z0-9_-]+$/);
      expect(await decodeExperiment(hash), `case ${seed}`).toEqual(config);
    }
  });

  it('keeps links short', async () => {
    const changed: ExperimentConfig = { ...DEFAULT_EXPERIMENT, seed: 8, batchSize: 64 };
    expect((await encodeExperiment(changed)).length).toBeLessThan(60);
    const lengths = await Promise.all(
      Array.from(
        { length: 50 },
        async (_, seed) => (await encodeExperiment(randomConfig(seed))).length,
      ),
    );
    expect(Math.max(...lengths)).toBeLessThan(2000);
  });

  it('is raw deflate of the JSON difference in base64url, as the header says', async () => {
    const config = await decodeExperiment(
      await hashOf('{"seed":99,"augmentation":{"flip":false}}'),
    );
    expect(config).toEqual({
      ...DEFAULT_EXPERIMENT,
      seed: 99,
      augmentation: { ...DEFAULT_EXPERIMENT.augmentation, flip: false },
    });
  });
});

describe('what does not get in', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a seed below the range', '{"seed":-1}'],
    ['a seed with a fraction', '{"seed":1.5}'],
    ['a number as text', '{"batchSize":"32"}'],
    ['an embedding too large', '{"model":{"embeddingSize":513}}'],
    ['an unknown key', '{"images":["face.png"]}'],
    ['an unknown key deep inside', '{"model":{"src":"http://example.org"}}'],
    ['an unknown engine', '{"engine":"cuda"}'],
    ['an unknown loss', '{"arms":[{"id":"A","loss":{"kind":"arcface"}}]}'],
    ['no arm', '{"arms":[]}'],
    ['a stage nobody knows', '{"model":{"stages":[{"kind":"attention"}]}}'],
    ['pooling with channels', '{"model":{"stages":[{"kind":"pool","pool":"max","channels":8}]}}'],
    ['more erased than half', '{"augmentation":{"erase":0.6}}'],
    ['null for an object', '{"augmentation":null}'],
    ['a network for other crops', '{"model":{"inputSize":64}}'],
    [
      'more pixels than memory',
      '{"data":{"settings":{"identities":10000,"imagesPerIdentity":1000}}}',
    ],
    ['a polluted prototype', '{"__proto__":{"seed":1},"constructor":{"prototype":{}}}'],
  ];

  it.each(cases)('%s', async (_name, json) => {
    await expect(decodeExperiment(await hashOf(json))).rejects.toMatchObject({
      name: 'UrlStateError',
      code: 'url/invalid',
    });
  });

  it('two arms with one name, five arms', async () => {
    const [arm] = DEFAULT_EXPERIMENT.arms;
    for (const count of [2, 5]) {
      const json = JSON.stringify({ arms: Array.from({ length: count }, () => arm) });
      await expect(decodeExperiment(await hashOf(json))).rejects.toMatchObject({
        code: 'url/invalid',
      });
    }
  });

  it.each(['null', '[]', '7', '"text"', '', '{', '{"seed":1}}'])(
    'JSON that is not an object: %s',
    async (json) => {
      await expect(decodeExperiment(await hashOf(json))).rejects.toMatchObject({
        code: 'url/encoding',
      });
    },
  );

  it('another version', async () => {
    await expect(decodeExperiment(await hashOf('{"seed":1}', 'v2'))).rejects.toMatchObject({
      code: 'url/version',
    });
  });

  it('a small link that inflates to megabytes', async () => {
    const bomb = await hashOf(`{"seed":${' '.repeat(8_000_000)}1}`);
    expect(bomb.length).toBeLessThan(16_384);
    await expect(decodeExperiment(bomb)).rejects.toMatchObject({ code: 'url/encoding' });
  });

  it.each([
    '#section',
    '#v1',
    '#v1.',
    '#v1.%%%',
    '#v1.A',
    '#v1.AAAA',
    '#.abc',
    '#v1.é',
    '#v99999.AA',
  ])('garbage: %s', async (hash) => {
    await expect(decodeExperiment(hash)).rejects.toBeInstanceOf(UrlStateError);
  });

  it('anything invalid, over 600 mutated links', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.#%é ';
    let accepted = 0;
    for (let seed = 1; seed <= 600; seed += 1) {
      const draws = new Draws(10_000 + seed);
      const hash = await encodeExperiment(randomConfig(seed % 20));
      const at = draws.whole([0, hash.length - 1]);
      const letter = draws.pick([...alphabet]);
      const mutated = draws.pick([
        hash.slice(0, at) + letter + hash.slice(at + 1),
        hash.slice(0, at) + letter + hash.slice(at),
        hash.slice(0, at),
        hash.slice(0, at) + hash.slice(at + draws.whole([1, 9])),
        hash + letter,
        hash.slice(at) + hash.slice(0, at),
      ]);
      try {
        const config = await decodeExperiment(mutated);
        accepted += 1;
        expect(v.is(experimentSchema, config), mutated).toBe(true);
      } catch (error) {
        expect(error, mutated).toBeInstanceOf(UrlStateError);
      }
    }
    // A few mutations hit padding bits or a digit and stay valid; most must not.
    expect(accepted).toBeLessThan(200);
  });
});

describe('?engine=', () => {
  it('overrides the engine of the link', async () => {
    const hash = await encodeExperiment({ ...DEFAULT_EXPERIMENT, engine: 'tfjs-cpu', seed: 3 });
    const opened = await openUrl({ hash, search: '?engine=tfjs-wasm' });
    expect(opened).toEqual({
      config: { ...DEFAULT_EXPERIMENT, engine: 'tfjs-wasm', seed: 3 },
      problems: [],
      filesMissing: false,
      onOwnFiles: null,
    });
  });

  it('is null where the address does not ask', () => {
    expect(engineFromQuery('')).toBeNull();
    expect(engineFromQuery('?lesson=1')).toBeNull();
    expect(engineFromQuery('?engine=auto')).toBe('auto');
  });

  it('falls back and tells of an engine that does not exist', async () => {
    const opened = await openUrl({ hash: '', search: '?engine=cuda' });
    expect(opened.config).toEqual(DEFAULT_EXPERIMENT);
    expect(opened.problems.map(({ code }) => code)).toEqual(['url/engine']);
  });
});

describe('openUrl', () => {
  it('stands generated faces in for files, which no link carries', async () => {
    const hash = await encodeExperiment({
      ...DEFAULT_EXPERIMENT,
      data: { kind: 'files', cropSize: 64, minImagesPerIdentity: 5 },
      model: withInputSize(DEFAULT_EXPERIMENT.model, 64),
    });
    const opened = await openUrl({ hash, search: '' });
    expect(opened.filesMissing).toBe(true);
    expect(opened.config.data).toMatchObject({ kind: 'synthetic', settings: { cropSize: 64 } });
    expect(v.is(experimentSchema, opened.config)).toBe(true);
    expect(opened.onOwnFiles?.data).toEqual({
      kind: 'files',
      cropSize: 64,
      minImagesPerIdentity: 5,
    });
  });

  it('falls back to the defaults and says what was wrong', async () => {
    const opened = await openUrl({ hash: '#v7.AAAA', search: '' });
    expect(opened.config).toEqual(DEFAULT_EXPERIMENT);
    expect(opened.problems).toHaveLength(1);
    expect(opened.problems[0]).toMatchObject({ code: 'url/version' });
    expect(opened.problems[0]!.message).toContain('v7');
  });
});
