import { describe, expect, it } from 'vitest';
import { buildFormula } from './formula';
import { CONSTANT, DYNAMIC, FIXED, SOFTMAX } from './testing';

const DEGREE = Math.PI / 180;

/** A step whose numbers obey the rule with the paper's cap. */
function at(step: number, bAvg: number, degrees: number) {
  const logBAvg = Math.log(bAvg);
  const medianAngleRad = degrees * DEGREE;
  const scale = logBAvg / Math.cos(Math.min(Math.PI / 4, medianAngleRad));
  return { step, scale, unguardedScale: scale, logBAvg, medianAngleRad };
}

describe('buildFormula', () => {
  it('puts the step’s numbers into the dynamic rule', () => {
    const formula = buildFormula(DYNAMIC, at(412, 15.4, 26.1), 16);
    expect(formula).toMatchObject({
      kind: 'dynamic',
      logB: { kind: 'ln-of', text: '15.4' },
      angle: '26.1°',
      result: '3.04',
      note: null,
    });
    expect(formula.text).toBe('s = ln B_avg / cos(min(π/4, θ_med)) = ln 15.4 / cos 26.1° = 3.04');
  });

  it('shows the cap at work', () => {
    expect(buildFormula(DYNAMIC, at(5, 39, 80), 40)).toMatchObject({
      angle: '45.0°',
      result: '5.18',
      note: 'cap: θ_med 80.0° is above 45.0°',
    });
  });

  it('shows the guard at work', () => {
    const numbers = { ...at(9, Math.exp(0.3), 10), unguardedScale: 0.31, scale: 1.29 };
    expect(buildFormula(DYNAMIC, numbers, 40)).toMatchObject({
      result: '0.31',
      note: 'guard: formula gave 0.31, clamped to 1.29',
    });
    const broken = { ...numbers, unguardedScale: Number.NaN };
    expect(buildFormula(DYNAMIC, broken, 40).text).toContain(
      'formula gave not a number, kept at 1.29',
    );
  });

  it('does not take float32 rounding for the guard', () => {
    const numbers = at(9, 15.4, 26.1);
    const rounded = { ...numbers, unguardedScale: Math.fround(numbers.scale) };
    expect(buildFormula(DYNAMIC, rounded, 16)).toMatchObject({ note: null });
  });

  it('shows a B_avg too large to read by its logarithm', () => {
    const numbers = { ...at(9, 2, 30), logBAvg: 40.25, scale: 46.48, unguardedScale: 46.48 };
    expect(buildFormula(DYNAMIC, numbers, 40)).toMatchObject({
      logB: { kind: 'value', text: '40.25' },
    });
  });

  it('uses the paper’s initial rule in step 1, unless told otherwise', () => {
    const first = { ...at(1, 45, 89), scale: 5.181, unguardedScale: 5.181 };
    expect(buildFormula(DYNAMIC, first, 40)).toMatchObject({
      kind: 'fixed',
      first: 'first-step',
      scale: '5.18',
    });
    const reference = { loss: { ...DYNAMIC.loss, firstStep: 'reference' } } as typeof DYNAMIC;
    expect(buildFormula(reference, at(1, 45, 89), 40).kind).toBe('dynamic');
  });

  it('is honest before training', () => {
    expect(buildFormula(DYNAMIC, null, 40)).toMatchObject({ first: 'before', scale: '5.18' });
    expect(buildFormula(DYNAMIC, null, null)).toMatchObject({ scale: '?', others: 'C−1' });
  });

  it('shows what the formula gives for two identities before the guard keeps the scale', () => {
    const before = buildFormula(DYNAMIC, null, 2);
    expect(before).toMatchObject({ others: '1', scale: '0.00' });
    expect(before.text).toMatch(/= 0\.00; before training.*; guard: kept at 0\.25$/);
    const first = { ...at(1, 1, 89), scale: 0.25, unguardedScale: 0 };
    expect(buildFormula(DYNAMIC, first, 2).text).toMatch(/= 0\.00; step 1.*kept at 0\.25$/);
    expect(buildFormula(FIXED, null, 2).text).toBe('s = √2·ln(1) = 0.00');
  });

  it('knows constants and plain softmax', () => {
    expect(buildFormula(FIXED, null, 40)).toMatchObject({ text: 's = √2·ln(39) = 5.18' });
    expect(buildFormula(CONSTANT, null, 40)).toMatchObject({ kind: 'constant', scale: '16.00' });
    expect(buildFormula(SOFTMAX, null, 40).kind).toBe('none');
  });
});
