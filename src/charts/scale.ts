/** Value to pixel and back, linear or logarithmic: the same mapping as the chart's axes use. */

export interface PixelScale {
  /** Pixel of a value; `null` where the axis has no place for it (log of ≤ 0, not finite). */
  toPixel(value: number): number | null;
  /** Value under a pixel. */
  toValue(pixel: number): number;
}

export interface ScaleOptions {
  readonly kind: 'linear' | 'log';
  readonly domain: readonly [number, number];
  /** Pixels of the domain's ends; the second may be the smaller (y axes). */
  readonly range: readonly [number, number];
}

export function createScale({ kind, domain, range }: ScaleOptions): PixelScale {
  const forward = kind === 'log' ? Math.log : (value: number) => value;
  const backward = kind === 'log' ? Math.exp : (value: number) => value;
  const start = forward(domain[0]);
  const span = forward(domain[1]) - start;
  const width = range[1] - range[0];
  return {
    toPixel(value) {
      const position = forward(value);
      if (!Number.isFinite(position) || span === 0) return null;
      return range[0] + ((position - start) / span) * width;
    },
    toValue(pixel) {
      return backward(start + ((pixel - range[0]) / width) * span);
    },
  };
}
