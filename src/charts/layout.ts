/** The plot area inside a chart, the same for the Recharts surface and what is laid over it. */
import type { AxisModel } from './axes';
import { createScale, type PixelScale } from './scale';

/** On the right, half a tick label finds room: the last tick may stand at the very end. */
export const PLOT = { left: 42, right: 18, top: 8, bottom: 20 } as const;

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

/** What stands above, between and beneath three rows of charts: bars, captions, gaps. */
const AROUND_ROWS_PX = 250;
const ROWS = 3;

/** Three rows fill the window, each 200 to 320 px: flatter hides the curves, taller scrolls for nothing. */
export function chartHeight(viewportHeight: number): number {
  return Math.min(320, Math.max(200, Math.floor((viewportHeight - AROUND_ROWS_PX) / ROWS)));
}
