/** The plot area inside a chart, the same for the Recharts surface and what is laid over it. */
import type { AxisModel } from './axes';
import { createScale, type PixelScale } from './scale';

export const PLOT = { left: 42, right: 8, top: 8, bottom: 20 } as const;

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

export interface ChartScales {
  readonly x: PixelScale;
  readonly y: PixelScale;
}

export function chartScales(x: AxisModel, y: AxisModel, { width, height }: ChartSize): ChartScales {
  return {
    x: createScale({ kind: x.kind, domain: x.domain, range: [PLOT.left, width - PLOT.right] }),
    y: createScale({ kind: y.kind, domain: y.domain, range: [height - PLOT.bottom, PLOT.top] }),
  };
}

/** A calm aspect: wide charts do not grow tall, narrow ones stay legible. */
export function chartHeight(width: number, { small }: { readonly small: boolean }): number {
  return small ? 120 : Math.round(Math.min(230, Math.max(168, width * 0.6)));
}
