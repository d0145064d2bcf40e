import { describe, expect, it } from 'vitest';
import {
  DEFAULT_VIEW,
  parseView,
  serialiseView,
  shownRange,
  toggleHidden,
  visibleArms,
} from './view';

describe('parseView', () => {
  it('restores what serialiseView kept, and not the zoom', () => {
    const view = {
      ...DEFAULT_VIEW,
      smoothing: 0.9,
      logX: true,
      logScale: true,
      lossMode: 'own',
      hiddenArms: ['B'],
      xRange: [3, 9],
    } as const;
    expect(parseView(serialiseView(view))).toEqual({ ...view, xRange: null });
  });

  it.each([
    ['nothing', null],
    ['no JSON', '{"smoothing":'],
    ['another type', '7'],
    ['an empty object', '{}'],
    [
      'nonsense values',
      '{"smoothing":7,"logX":"yes","hiddenArms":["Z"],"accuracy":3,"lossMode":1}',
    ],
    ['no accuracy at all', '{"accuracy":{"training":false,"validation":false}}'],
  ])('falls back to the defaults for %s', (_, text) => {
    expect(parseView(text)).toEqual(DEFAULT_VIEW);
  });
});

describe('arms', () => {
  it('never hides the last visible one', () => {
    expect(toggleHidden([], 'A', ['A', 'B'])).toEqual(['A']);
    expect(toggleHidden(['A'], 'B', ['A', 'B'])).toEqual(['A']);
    expect(toggleHidden(['A'], 'A', ['A', 'B'])).toEqual([]);
  });

  it('begins from all shown where an earlier experiment hid every arm of this one', () => {
    expect(visibleArms(['A', 'B'], ['A', 'B', 'C'])).toEqual(['A', 'B']);
    expect(visibleArms(['A', 'B'], toggleHidden(['A', 'B', 'C'], 'A', ['A', 'B']))).toEqual(['B']);
  });
});

describe('shownRange', () => {
  it('is the whole run without a zoom, fixed when not following, sliding when following', () => {
    expect(shownRange({ xRange: null, followLive: true }, 500)).toBeNull();
    expect(shownRange({ xRange: [10, 60], followLive: false }, 500)).toEqual([10, 60]);
    expect(shownRange({ xRange: [10, 60], followLive: true }, 500)).toEqual([450, 500]);
    expect(shownRange({ xRange: [10, 60], followLive: true }, 20)).toBeNull();
  });
});
