import { describe, expect, test } from 'vitest';
import { flatPoints, lieOn, movePoint, pointsIn, pointsOfMiddle, viewAround } from './points';
import { estimateSimilarity, mapPoints, scaleOf } from './similarity';
import { placeTemplate } from './templates';

const POINTS = placeTemplate('112x112', 112).points;

describe('ten numbers', () => {
  test('there and back', () => {
    const flat = flatPoints(POINTS);
    expect(flat.slice(0, 4)).toEqual([38.2946, 51.6963, 73.5318, 51.5014]);
    expect(pointsIn(flat)).toEqual(POINTS);
  });

  test('one of several sets; a missing number is no face', () => {
    const moved = mapPoints(POINTS, ({ x, y }) => ({ x: x + 1, y }));
    const both = Float64Array.from([...flatPoints(POINTS), ...flatPoints(moved)]);
    expect(pointsIn(both, 1)).toEqual(moved);
    expect(pointsIn(both, 2)).toBeNull();
    expect(pointsIn(new Float32Array(10).fill(Number.NaN))).toBeNull();
  });
});

test('where nothing is known, the points give the square in the middle', () => {
  const points = pointsOfMiddle({ width: 300, height: 200 });
  const toCrop = estimateSimilarity(points, POINTS);
  expect(scaleOf(toCrop)).toBeCloseTo(112 / 200, 12);
  // The left upper corner of that square is that of the crop.
  expect(toCrop.a * 50 + toCrop.tx).toBeCloseTo(0, 10);
  expect(toCrop.ty).toBeCloseTo(0, 10);
});

describe('a point', () => {
  const size = { width: 100, height: 80 };

  test('moves alone, to a tenth of a pixel', () => {
    const moved = movePoint(POINTS, 2, { x: 50.04, y: 60.06 }, size);
    expect(moved[2]).toEqual({ x: 50, y: 60.1 });
    expect([moved[0], moved[1], moved[3], moved[4]]).toEqual([
      POINTS[0],
      POINTS[1],
      POINTS[3],
      POINTS[4],
    ]);
  });

  test('stays inside the picture', () => {
    expect(movePoint(POINTS, 0, { x: -5, y: 900 }, size)[0]).toEqual({ x: 0, y: 80 });
  });
});

test('points of another picture do not lie on this one', () => {
  expect(lieOn(POINTS, { width: 112, height: 112 })).toBe(true);
  expect(lieOn(POINTS, { width: 50, height: 112 })).toBe(false);
  expect(
    lieOn(
      mapPoints(POINTS, ({ x, y }) => ({ x: x - 60, y })),
      { width: 112, height: 112 },
    ),
  ).toBe(false);
});

describe('the view around points', () => {
  const at = (x: number, y: number) =>
    mapPoints(POINTS, (point) => ({ x: point.x + x, y: point.y + y }));

  test('has the proportions of the picture and the points in its middle', () => {
    const view = viewAround(at(900, 400), { width: 2000, height: 1000 });
    // The points are 35.2 pixels wide and 40.9 high: the height decides.
    expect(view.height).toBeCloseTo(4 * (92.3655 - 51.5014), 6);
    expect(view.width).toBeCloseTo(2 * view.height, 6);
    expect(view.left + view.width / 2).toBeCloseTo(900 + (38.2946 + 73.5318) / 2, 6);
  });

  test('stays inside the picture', () => {
    const view = viewAround(at(-30, 0), { width: 2000, height: 1000 });
    expect(view.left).toBe(0);
    expect(viewAround(POINTS, { width: 112, height: 112 })).toEqual({
      left: 0,
      top: 0,
      width: 112,
      height: 112,
    });
  });
});
