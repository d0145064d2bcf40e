import { describe, expect, test } from 'vitest';
import type { LearnerState } from '../engine/engine';
import { DEFAULT_EXPERIMENT } from './defaults';
import { inputOf, stateFor } from './networkInput';

const STATE: LearnerState = {
  step: 3,
  parameters: Float32Array.of(1, 2),
  slots: Float32Array.of(0, 0),
  runningStatistics: Float32Array.of(),
  scale: null,
};

describe('what a network reads', () => {
  test('of generated faces', () => {
    expect(inputOf(DEFAULT_EXPERIMENT)).toEqual({
      size: 32,
      channels: 'RGB',
      crop: 'generated',
      mean: 127.5,
      scale: 128,
    });
  });

  test('of files, with the rule that cropped them', () => {
    const files = { kind: 'files', cropSize: 112, minImagesPerIdentity: 2 } as const;
    const model = { ...DEFAULT_EXPERIMENT.model, inputSize: 112 };
    expect(inputOf({ model, data: files })).toMatchObject({ size: 112, crop: 'middle' });
    const aligned = { ...files, crop: 'align-112' } as const;
    expect(inputOf({ model, data: aligned })).toMatchObject({ crop: 'align-112' });
  });
});

describe('a saved state', () => {
  const input = inputOf(DEFAULT_EXPERIMENT);

  test('goes into a network that reads the same, also by way of a file', () => {
    const saved = JSON.parse(JSON.stringify(input)) as unknown;
    expect(stateFor({ input: saved, state: STATE }, input)).toBe(STATE);
  });

  test.each([
    [{ size: 64 }, 'The weights were trained with the crop size 64, not 32.'],
    [
      { crop: 'align-96' },
      'The weights were trained with the way of cropping align-96, not generated.',
    ],
    [{ mean: 0 }, 'The weights were trained with the mean 0, not 127.5.'],
    [{ scale: 255 }, 'The weights were trained with the scale 255, not 128.'],
    [{ channels: 'BGR' }, 'The weights do not say what they read (channels).'],
    [{ crop: 'upside-down' }, 'The weights do not say what they read (crop).'],
    [{ gamma: 2.2 }, 'The weights do not say what they read (gamma).'],
  ])('%j is refused', (change, message) => {
    const saved = { input: { ...input, ...change }, state: STATE };
    expect(() => stateFor(saved, input)).toThrow(message);
  });

  test('without its input is refused', () => {
    const refused = () => stateFor({ input: undefined, state: STATE }, input);
    expect(refused).toThrow(expect.objectContaining({ code: 'config/invalid' }));
  });
});
