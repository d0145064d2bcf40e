import { describe, expect, test } from 'vitest';
import { FormatError } from '../formats/errors';
import {
  apply,
  compose,
  estimateSimilarity,
  invert,
  mapPoints,
  type Point,
  type Similarity,
  scaleOf,
} from './similarity';
import { TEMPLATES } from './templates';

const TEMPLATE = TEMPLATES['112x112'].points;

/** Solves a small linear system by Gauss's elimination with pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  const size = rows.length;
  for (let at = 0; at < size; at += 1) {
    const pivot = rows.slice(at).reduce((best, row) => {
      return Math.abs(row[at]!) > Math.abs(best[at]!) ? row : best;
    });
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(at, 0, pivot);
    for (const row of rows.slice(at + 1)) {
      const factor = row[at]! / pivot[at]!;
      for (let column = at; column <= size; column += 1) row[column]! -= factor * pivot[column]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let at = size - 1; at >= 0; at -= 1) {
    const row = rows[at]!;
    const known = solution.reduce(
      (sum, value, index) => sum + (index > at ? row[index]! * value : 0),
      0,
    );
    solution[at] = (row[size]! - known) / row[at]!;
  }
  return solution;
}

/** The same least-squares problem by its normal equations, in the unknowns a, b, tx, ty. */
function byNormalEquations(from: readonly Point[], to: readonly Point[]): Similarity {
  const rows = from.flatMap(({ x, y }) => [
    [x, -y, 1, 0],
    [y, x, 0, 1],
  ]);
  const right = to.flatMap(({ x, y }) => [x, y]);
  const normal = [0, 1, 2, 3].map((i) =>
    [0, 1, 2, 3].map((j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
  const moment = [0, 1, 2, 3].map((i) =>
    rows.reduce((sum, row, at) => sum + row[i]! * right[at]!, 0),
  );
  const [a, b, tx, ty] = solve(normal, moment);
  return { a: a!, b: b!, tx: tx!, ty: ty! };
}

/** Sum of squared distances that are left. */
function residual(similarity: Similarity, from: readonly Point[], to: readonly Point[]): number {
  return from.reduce((sum, point, index) => {
    const { x, y } = apply(similarity, point);
    return sum + (x - to[index]!.x) ** 2 + (y - to[index]!.y) ** 2;
  }, 0);
}

/** Points that no similarity carries exactly to the template: a turned, scaled face with errors. */
function faceAt(angleRad: number, scale: number) {
  const turn = {
    a: scale * Math.cos(angleRad),
    b: scale * Math.sin(angleRad),
    tx: 310.5,
    ty: -42.25,
  };
  let step = 0;
  return mapPoints(TEMPLATE, (point) => {
    step += 1;
    const { x, y } = apply(turn, point);
    return { x: x + 3 * scale * Math.sin(step * 2.1), y: y + 3 * scale * Math.cos(step * 1.3) };
  });
}

describe('the least-squares similarity', () => {
  test.each([
    [0, 1],
    [0.4, 2.5],
    [-1.2, 0.1],
    [Math.PI, 30],
    [3, 0.9],
  ])('solves the normal equations (turned %f, scaled %f)', (angleRad, scale) => {
    const points = faceAt(angleRad, scale);
    const found = estimateSimilarity(points, TEMPLATE);
    const expected = byNormalEquations(points, TEMPLATE);
    expect(found.a).toBeCloseTo(expected.a, 9);
    expect(found.b).toBeCloseTo(expected.b, 9);
    expect(found.tx).toBeCloseTo(expected.tx, 6);
    expect(found.ty).toBeCloseTo(expected.ty, 6);
    expect(scaleOf(found) * scale).toBeGreaterThan(0.9);
  });

  test('is better than every similarity near it', () => {
    const points = faceAt(0.4, 2.5);
    const best = estimateSimilarity(points, TEMPLATE);
    const least = residual(best, points, TEMPLATE);
    for (const change of [
      { ...best, a: best.a + 1e-4 },
      { ...best, b: best.b - 1e-4 },
      { ...best, tx: best.tx + 1e-2 },
      { ...best, ty: best.ty - 1e-2 },
    ]) {
      expect(residual(change, points, TEMPLATE)).toBeGreaterThan(least);
    }
  });

  test('is exact where the points allow it', () => {
    const turn = { a: 1.5, b: -0.5, tx: 7, ty: 11 };
    const found = estimateSimilarity(
      TEMPLATE,
      mapPoints(TEMPLATE, (point) => apply(turn, point)),
    );
    for (const key of ['a', 'b', 'tx', 'ty'] as const)
      expect(found[key]).toBeCloseTo(turn[key], 10);
  });
});

describe('points that are refused', () => {
  const codeOf = (points: readonly Point[]) => {
    try {
      estimateSimilarity(points, TEMPLATE);
    } catch (error) {
      return error instanceof FormatError ? error.code : error;
    }
    return 'accepted';
  };

  test('all in one place', () => {
    expect(codeOf(mapPoints(TEMPLATE, () => ({ x: 80, y: 90 })))).toBe('align/points');
    expect(codeOf(mapPoints(TEMPLATE, () => ({ x: 0, y: 0 })))).toBe('align/points');
  });

  test('not finite', () => {
    const points = mapPoints(TEMPLATE, ({ x, y }) => ({ x, y: y > 90 ? Number.NaN : y }));
    expect(codeOf(points)).toBe('align/points');
  });

  test('left and right swapped: a reflection is never used', () => {
    const [leftEye, rightEye, nose, leftMouth, rightMouth] = TEMPLATE;
    expect(codeOf([rightEye, leftEye, nose, rightMouth, leftMouth])).toBe('align/points');
  });

  test('but not a face seen from the side, nor one upside down', () => {
    expect(codeOf(mapPoints(TEMPLATE, ({ x, y }) => ({ x: x * 0.2, y })))).toBe('accepted');
    expect(codeOf(mapPoints(TEMPLATE, ({ x, y }) => ({ x: -x, y: -y })))).toBe('accepted');
  });
});

test('there and back, one after the other', () => {
  const one = { a: 1.5, b: -0.5, tx: 7, ty: 11 };
  const other = { a: -0.2, b: 0.9, tx: -3, ty: 5 };
  const point = { x: 12.5, y: -8 };
  const twice = apply(other, apply(one, point));
  const composed = apply(compose(other, one), point);
  expect(composed.x).toBeCloseTo(twice.x, 12);
  expect(composed.y).toBeCloseTo(twice.y, 12);
  const back = apply(invert(one), apply(one, point));
  expect(back.x).toBeCloseTo(point.x, 12);
  expect(back.y).toBeCloseTo(point.y, 12);
});
