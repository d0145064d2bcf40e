import { describe, expect, it } from 'vitest';
import { checkLoss, LOSS_LIMITS } from './check';
import { LossError } from './errors';
import { LOSS_KINDS, LOSSES } from './registry';

describe('the registry', () => {
  it('lists every loss once', () => {
    expect([...LOSS_KINDS].sort()).toEqual(Object.keys(LOSSES).sort());
  });

  it.each(LOSS_KINDS)('%s: defaults that pass, a parameter for every field', (kind) => {
    const { defaultConfig, hyperParameters } = LOSSES[kind];
    expect(defaultConfig.kind).toBe(kind);
    expect(() => checkLoss(defaultConfig)).not.toThrow();
    const fields = Object.entries(defaultConfig).filter(([key]) => key !== 'kind');
    expect(hyperParameters.map(({ key }) => key).sort()).toEqual(fields.map(([key]) => key).sort());
    for (const [key, value] of fields) {
      const parameter = hyperParameters.find((candidate) => candidate.key === key)!;
      if (parameter.kind === 'number') {
        expect(Number(value)).toBeGreaterThanOrEqual(parameter.minimum);
        expect(Number(value)).toBeLessThanOrEqual(parameter.maximum);
      } else {
        expect(parameter.options.map((option) => option.value)).toContain(value);
      }
    }
  });
});

describe('checkLoss', () => {
  const dynamic = LOSSES['dynamic-adacos'].defaultConfig;

  it.each([0, -1, 513, Number.NaN, Number.POSITIVE_INFINITY])('refuses a scale of %s', (scale) => {
    expect(() => checkLoss({ kind: 'normalised-softmax', scale })).toThrow(`scale ${scale}`);
  });

  it.each([0, Math.PI / 2, -1, Number.NaN])('refuses a cap angle of %s', (capAngleRad) => {
    expect(() => checkLoss({ ...dynamic, capAngleRad })).toThrow(LossError);
  });

  it('takes both ends of its limits', () => {
    for (const capAngleRad of LOSS_LIMITS.capAngleRad) checkLoss({ ...dynamic, capAngleRad });
    for (const scale of LOSS_LIMITS.scale) checkLoss({ kind: 'normalised-softmax', scale });
  });

  it('says what to choose instead', () => {
    try {
      checkLoss({ kind: 'normalised-softmax', scale: 0 });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'config/invalid', remedy: 'Choose s from 0.1 to 512.' });
    }
  });
});
