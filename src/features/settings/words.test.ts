import { describe, expect, it } from 'vitest';
import { splitFaces } from '../../data/split';
import { PRESETS, withInputSize } from '../../models/presets';
import { costOf, heldOutHint, presetChoices, presetOf, withErase } from './words';

describe('presetOf', () => {
  it('knows a preset by its layers, at any size', () => {
    expect(presetOf(PRESETS.small)).toBe('small');
    expect(presetOf({ ...withInputSize(PRESETS.res, 64), embeddingSize: 2 })).toBe('res');
  });

  it('does not call other layers by a preset’s name', () => {
    const own = { ...PRESETS.tiny, stages: PRESETS.tiny.stages.slice(1) };
    expect(presetOf(own)).toBe('own');
    expect(presetChoices(own).map(({ value }) => value)).toEqual([
      'tiny',
      'small',
      'res',
      'mobile',
      'own',
    ]);
    expect(presetChoices(PRESETS.tiny).map(({ value }) => value)).toEqual(Object.keys(PRESETS));
  });
});

describe('presetChoices', () => {
  it('gives the chosen preset the size it has', () => {
    const labels = presetChoices(withInputSize(PRESETS.tiny, 64)).map(({ label }) => label);
    expect(labels[0]).toBe('tiny, 64×64');
    expect(labels[1]).toBe(`small, ${PRESETS.small.inputSize}×${PRESETS.small.inputSize}`);
  });
});

describe('heldOutHint', () => {
  it.each([0.5, 0.2, 0.1, 0.05])('names the fewest images of which %d holds one out', (share) => {
    const named = Number(
      /takes (\d+) images/.exec(heldOutHint(share, { validationImages: 0 })!)![1],
    );
    const held = (images: number) =>
      splitFaces(new Int32Array(images), 1, share, 7).validation.length;
    expect(held(named)).toBeGreaterThan(0);
    expect(held(named - 1)).toBe(0);
  });

  it('is silent where something is held out, nothing is asked for, or it is not known', () => {
    expect(heldOutHint(0.2, { validationImages: 1 })).toBeNull();
    expect(heldOutHint(0, { validationImages: 0 })).toBeNull();
    expect(heldOutHint(0.2, null)).toBeNull();
  });
});

describe('withErase', () => {
  it('leaves the field out where nothing is erased, as in every older link', () => {
    const plain = { flip: true, shift: 2 };
    expect(withErase(plain, 0.25)).toEqual({ ...plain, erase: 0.25 });
    expect(withErase({ ...plain, erase: 0.25 }, 0)).toStrictEqual(plain);
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
