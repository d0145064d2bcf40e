/** From a chart's rows to pixels: the smoothed line, and the raw curve through every extreme. */
import type { ArmId } from '../training/config';
import type { ChartRow } from './chartModel';
import type { ChartScales } from './layout';

export interface PixelPoint {
  readonly x: number | null;
  /** `null` breaks the line. */
  readonly y: number | null;
}

/** The smoothed line of an arm, a point per row; rows without a value break it. */
export function linePoints(
  rows: readonly ChartRow[],
  arm: ArmId,
  { x, y }: ChartScales,
): PixelPoint[] {
  return rows.map((row) => {
    const value = row[arm];
    return {
      x: x.toPixel(row.x),
      y: typeof value === 'number' ? y.toPixel(value) : null,
    };
  });
}

export function toPoints(
  points: readonly { readonly x: number; readonly value: number }[],
  { x, y }: ChartScales,
): PixelPoint[] {
  return points.map((point) => ({ x: x.toPixel(point.x), y: y.toPixel(point.value) }));
}

/**
 * The raw curve as one SVG path. Each bucket is a vertical stroke from one extreme to the other, entered at the end nearer to where
 * the line comes from, so that steps one by one give the plain polyline and many steps a dense band
 * that hides no peak. A bucket without finite values is a gap.
 */
export function rawPath(rows: readonly ChartRow[], arm: ArmId, { x, y }: ChartScales): string {
  const key = `raw${arm}` as const;
  let path = '';
  let last: number | null = null;
  for (const row of rows) {
    const raw = row[key];
    const at = raw ? x.toPixel(row.x) : null;
    const low = raw ? y.toPixel(raw[0]) : null;
    const high = raw ? y.toPixel(raw[1]) : null;
    if (at === null || low === null || high === null) {
      last = null;
      continue;
    }
    const lowFirst: boolean = last === null || Math.abs(low - last) <= Math.abs(high - last);
    const first: number = lowFirst ? low : high;
    const second: number = lowFirst ? high : low;
    path += `${last === null ? 'M' : 'L'}${at.toFixed(1)} ${first.toFixed(1)}`;
    if (second !== first) path += `V${second.toFixed(1)}`;
    last = second;
  }
  return path;
}
