import { describe, expect, test } from 'vitest';
import { fivePointsOf, mainFace } from './landmarks';

describe('five of 68 points', () => {
  const landmarks = Array.from({ length: 68 }, (_, index) => ({ x: index, y: index * index }));

  test('corners of the eyes, tip of the nose, corners of the mouth', () => {
    expect(fivePointsOf(landmarks)).toEqual([
      { x: 37.5, y: (36 ** 2 + 39 ** 2) / 2 },
      { x: 43.5, y: (42 ** 2 + 45 ** 2) / 2 },
      { x: 30, y: 900 },
      { x: 48, y: 48 ** 2 },
      { x: 54, y: 54 ** 2 },
    ]);
  });

  test('fewer are refused', () => {
    expect(() => fivePointsOf(landmarks.slice(0, 5))).toThrow(RangeError);
  });
});

describe('the face a picture is of', () => {
  const picture = { width: 400, height: 300 };
  const boxAt = (x: number, y: number, side: number, score = 0.9) => {
    return { left: x - side / 2, top: y - side / 2, width: side, height: side, score };
  };

  test('none, or the only one', () => {
    expect(mainFace([], picture)).toBeNull();
    const only = boxAt(10, 10, 20, 0.3);
    expect(mainFace([only], picture)).toBe(only);
  });

  test('the one in the middle of equals', () => {
    const middle = boxAt(210, 140, 80);
    expect(mainFace([boxAt(60, 60, 80), middle, boxAt(350, 200, 80)], picture)).toBe(middle);
  });

  test('the much larger one at the rim', () => {
    const large = boxAt(300, 180, 160);
    expect(mainFace([boxAt(200, 150, 60), large], picture)).toBe(large);
  });

  test('the surer one', () => {
    const sure = boxAt(120, 150, 80, 0.95);
    expect(mainFace([boxAt(280, 150, 80, 0.5), sure], picture)).toBe(sure);
  });
});
