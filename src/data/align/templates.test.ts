import { describe, expect, test } from 'vitest';
import { estimateSimilarity, scaleOf } from './similarity';
import {
  LFW_CENTRE_SHARE,
  LFW_DEEP_FUNNELED,
  placeTemplate,
  TEMPLATES,
  type TemplateId,
} from './templates';

const IDS: readonly TemplateId[] = ['112x112', '96x112', '144x144'];

test('the published points, as two publications have them', () => {
  expect(placeTemplate('112x112', 112).points[0]).toEqual({ x: 38.2946, y: 51.6963 });
  // The literal of SphereFace's 96×112 crops, left eye and right corner of the mouth.
  const [leftEye, , , , rightMouth] = TEMPLATES['96x112'].points;
  expect(leftEye.x).toBeCloseTo(30.2946, 10);
  expect(rightMouth.x).toBeCloseTo(62.7299, 10);
});

describe.each(IDS)('%s in a square', (id) => {
  test.each([32, 112, 144])('of %i is the same face at that size', (size) => {
    const { points } = placeTemplate(id, size);
    for (const [index, { x, y }] of placeTemplate('112x112', 112).points.entries()) {
      expect(points[index]!.x).toBeCloseTo((x * size) / 112, 10);
      expect(points[index]!.y).toBeCloseTo((y * size) / 112, 10);
    }
  });

  test('with a margin shows more around the same middle', () => {
    const tight = placeTemplate(id, 112).points;
    const wide = placeTemplate(id, 112, 0.25).points;
    for (const [index, { x, y }] of tight.entries()) {
      expect(wide[index]!.x - 56).toBeCloseTo((x - 56) / 1.5, 10);
      expect(wide[index]!.y - 56).toBeCloseTo((y - 56) / 1.5, 10);
    }
  });
});

test('96×112 leaves the sides of the square black, the others nothing', () => {
  expect(IDS.map((id) => placeTemplate(id, 112).blackColumns)).toEqual([0, 8, 0]);
  expect(placeTemplate('96x112', 32).blackColumns).toBe(2);
});

test('a margin that leaves no face is refused', () => {
  expect(() => placeTemplate('112x112', 112, -0.5)).toThrow(RangeError);
});

test('one similarity serves deep-funneled LFW: nearly upright, the points within 3 pixels', () => {
  const { points } = placeTemplate('112x112', 112);
  const toCrop = estimateSimilarity(LFW_DEEP_FUNNELED.points, points);
  expect(Math.abs(Math.atan2(toCrop.b, toCrop.a))).toBeLessThan(0.02);
  // The crop shows somewhat more than the middle 114 pixels that the face's box was.
  expect(112 / scaleOf(toCrop)).toBeGreaterThan(250 * LFW_CENTRE_SHARE);
  expect(112 / scaleOf(toCrop)).toBeLessThan(150);
  for (const [index, { x, y }] of LFW_DEEP_FUNNELED.points.entries()) {
    const distance = Math.hypot(
      toCrop.a * x - toCrop.b * y + toCrop.tx - points[index]!.x,
      toCrop.b * x + toCrop.a * y + toCrop.ty - points[index]!.y,
    );
    expect(distance).toBeLessThan(3);
  }
});
