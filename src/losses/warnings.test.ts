import { describe, expect, it } from 'vitest';
import golden from './golden.json';
import { LOSSES } from './registry';
import type { LossConfig } from './types';
import { experimentWarnings, minimumEmbeddingSize } from './warnings';

const fixed: LossConfig = LOSSES['fixed-adacos'].defaultConfig;
const guarded = LOSSES['dynamic-adacos'].defaultConfig;
const exact: LossConfig = { ...guarded, guard: 'paper-exact' };

function normalised(scale: number): LossConfig {
  return { kind: 'normalised-softmax', scale };
}

function warn(classes: number, embeddingSize: number, ...losses: LossConfig[]): readonly string[] {
  return experimentWarnings({ classes, embeddingSize, losses });
}

describe('experimentWarnings', () => {
  it('is silent for the default experiment', () => {
    expect(warn(40, 128, fixed, guarded)).toEqual([]);
  });

  it('is silent for the losses that AdaCos is compared with, at common scales', () => {
    expect(warn(40, 128, { kind: 'softmax' }, normalised(30))).toEqual([]);
    expect(warn(10575, 512, normalised(64))).toEqual([]);
  });

  it('says that two identities leave fixed AdaCos dead', () => {
    const [sentence, ...rest] = warn(2, 128, fixed);
    expect(sentence).toMatch(/fixed AdaCos scale is √2·ln 1 = 0.*nothing is learned/);
    expect(sentence).toMatch(/Add a third person/);
    expect(rest).toEqual([]);
  });

  it('tells guarded and paper-exact dynamic AdaCos apart with two identities', () => {
    const [dead] = warn(2, 128, exact);
    const [onGuard] = warn(2, 128, guarded);
    expect(dead).toMatch(/starts at scale 0 and stays there/);
    expect(onGuard).toMatch(/on its guard alone, between 0.25 and 4/);
  });

  it('names the ceiling of the probability with few identities, as derived', () => {
    const row = golden.derived.scaleByC.find(({ C }) => C === 10)!;
    const [sentence] = warn(10, 128, fixed);
    expect(sentence).toContain(row.Pmax_fixed_at_theta0_negatives90.toFixed(2));
    expect(sentence).toContain(row.lossFloor_fixed.toFixed(2));
    expect(sentence).toContain(row.sFixed.toFixed(2));
  });

  it('speaks of the same thing once for two arms', () => {
    expect(warn(10, 128, fixed, guarded)).toHaveLength(1);
  });

  const rows = golden.derived.randomInit_dynamicScaleConvergence.rows;
  it.each(rows)(
    'warns of an exploding scale in fewer than $minDimForConvergence dimensions, C = $C',
    ({ C, minDimForConvergence }) => {
      const explosion = warn(C, minDimForConvergence - 1, exact).filter((text) =>
        text.includes('grow without end'),
      );
      expect(explosion).toHaveLength(1);
      expect(explosion[0]).toMatch(/Turn the guard on/);
      expect(warn(C, 64, exact).filter((text) => text.includes('grow without end'))).toEqual([]);
    },
  );

  it.each(rows)('agrees with the Gaussian rule for C = $C', ({ C, gaussRule_4ln }) => {
    expect(minimumEmbeddingSize(C)).toBeCloseTo(gaussRule_4ln, 12);
  });

  it('says where the guard stops the scale in few dimensions', () => {
    const [sentence] = warn(100, 3, guarded);
    // 4·√2·ln 99 = 25.99
    expect(sentence).toMatch(/The guard will stop it at 26\.0.*embedding of 19 or more/);
  });

  it('does not blame the embedding of a loss whose scale does not move', () => {
    expect(warn(1000, 2, fixed, normalised(20), { kind: 'softmax' })).toEqual([]);
  });

  it('names the least scale with which normalised softmax can be sure', () => {
    const [sentence] = warn(100, 128, normalised(5));
    // e^s / (e^s + 99) = 0.9 at s = ln(9 · 99) = 6.79
    expect(sentence).toMatch(/Use 6\.8 or more/);
    expect(warn(100, 128, normalised(6.8))).toEqual([]);
  });

  it('says when a scale is so large that the loss goes flat', () => {
    // ln 39 / cos 86° = 52.5
    expect(warn(40, 128, normalised(52))).toEqual([]);
    const [sentence] = warn(40, 128, normalised(53));
    expect(sentence).toMatch(/Use 52 or less/);
  });

  it('ends every sentence with what to do', () => {
    const all = [
      ...warn(2, 2, fixed, guarded, exact, normalised(1)),
      ...warn(100, 2, guarded, exact, normalised(1), normalised(500)),
      ...warn(5, 2, guarded, exact),
    ];
    expect(all.length).toBeGreaterThanOrEqual(9);
    for (const sentence of all) {
      expect(sentence).toMatch(/(Use|Add|Turn|use an embedding of)[^.]*( |\d\.\d)[^.]*\.$/);
    }
  });

  it('refuses one identity', () => {
    expect(() => warn(1, 128, fixed)).toThrow(/1 identities cannot be told apart/);
  });
});
