import { describe, expect, it } from 'vitest';
import { PRESETS, withInputSize } from '../../models/presets';
import { costOf, presetChoices, presetOf } from './words';

describe('presetOf', () => {
  it('knows a preset by its layers, at any size', () => {
    expect(presetOf(PRESETS.small)).toBe('small');
    expect(presetOf({ ...withInputSize(PRESETS.res, 64), embeddingSize: 2 })).toBe('res');
  });

  it('does not call other layers by a preset’s name', () => {
    const own = { ...PRESETS.tiny, stages: PRESETS.tiny.stages.slice(1) };
    expect(presetOf(own)).toBe('own');
    expect(presetChoices(own).map(({ value }) => value)).toEqual(['tiny', 'small', 'res', 'own']);
    expect(presetChoices(PRESETS.tiny).map(({ value }) => value)).toEqual(['tiny', 'small', 'res']);
  });
});

describe('costOf', () => {
  it('grows by one row of the class-centre matrix with every identity', () => {
    const model = { ...PRESETS.tiny, embeddingSize: 7 };
    const [few, more] = [costOf(model, 10), costOf(model, 13)];
    expect(more!.parameters - few!.parameters).toBe(3 * 7);
    // A row costs a multiply and an add for each of its numbers.
    expect(more!.flopsPerImage - few!.flopsPerImage).toBe(2 * 3 * 7);
  });
});
