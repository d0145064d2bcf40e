import { describe, expect, it } from 'vitest';
import { type NumberRules, nudge, readNumber } from './numberText';

const RATE: NumberRules = { label: 'Learning rate', range: [1e-7, 10], whole: false, unit: null };
const SEED: NumberRules = { label: 'Seed', range: [0, 2 ** 32 - 1], whole: true, unit: null };
const CAP: NumberRules = { label: 'Cap angle', range: [1, 89], whole: false, unit: '°' };

describe('readNumber', () => {
  it.each([
    ['0.05', 0.05],
    [' 5e-4 ', 5e-4],
    ['0,1', 0.1],
    ['10', 10],
    ['1e-7', 1e-7],
  ])('takes %s', (text, value) => {
    expect(readNumber(text, RATE)).toEqual({ kind: 'value', value });
  });

  it.each(['', ' ', 'fast', '-1', '−1', '10.1', 'NaN', 'Infinity', '1e-8', '1 2'])(
    'refuses "%s"',
    (text) => {
      expect(readNumber(text, RATE)).toMatchObject({ kind: 'problem' });
    },
  );

  it('says the field, the kind and the bounds', () => {
    expect(readNumber('1.5', SEED)).toEqual({
      kind: 'problem',
      sentence: 'Seed must be a whole number from 0 to 4,294,967,295.',
    });
    expect(readNumber('90', CAP)).toEqual({
      kind: 'problem',
      sentence: 'Cap angle must be a number from 1 to 89°.',
    });
    expect(readNumber('60', { ...CAP, label: 'Held out', range: [0, 50], unit: '%' })).toEqual({
      kind: 'problem',
      sentence: 'Held out must be a number from 0 to 50%.',
    });
  });
});

describe('nudge', () => {
  it('walks 1, 2, 5, 10 on a logarithmic field', () => {
    const field = { range: [1e-7, 10], step: 'log' } as const;
    const up = [0.01];
    for (let press = 0; press < 4; press += 1) up.push(nudge(up.at(-1)!, 1, field));
    expect(up).toEqual([0.01, 0.02, 0.05, 0.1, 0.2]);
    const down = [0.2];
    for (let press = 0; press < 4; press += 1) down.push(nudge(down.at(-1)!, -1, field));
    expect(down).toEqual([0.2, 0.1, 0.05, 0.02, 0.01]);
    expect(nudge(0.03, 1, field)).toBe(0.05);
    expect(nudge(0.03, -1, field)).toBe(0.02);
  });

  it('stays inside the range and has no rounding dust', () => {
    expect(nudge(10, 1, { range: [1e-7, 10], step: 'log' })).toBe(10);
    expect(nudge(0.2, 1, { range: [0, 1], step: 0.1 })).toBe(0.3);
    expect(nudge(0, -1, { range: [0, 1], step: 0.1 })).toBe(0);
  });

  it('leaves zero on a logarithmic field', () => {
    expect(nudge(0, 1, { range: [0, 1], step: 'log' })).toBeGreaterThan(0);
  });
});
