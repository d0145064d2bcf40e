import { describe, expect, it } from 'vitest';
import { normal } from '../../math/random';
import { judgeQuality, measureQuality, QUALITY_THRESHOLDS, type QualityScores } from './quality';

const SIZE = 32;

type Shade = (x: number, y: number) => number;

function crops(...shades: readonly Shade[]) {
  const pixels = new Uint8Array(shades.length * SIZE * SIZE * 3);
  for (const [image, shade] of shades.entries()) {
    for (let pixel = 0; pixel < SIZE * SIZE; pixel += 1) {
      const level = Math.round(shade(pixel % SIZE, Math.floor(pixel / SIZE)));
      pixels.fill(level, 3 * (image * SIZE * SIZE + pixel), 3 * (image * SIZE * SIZE + pixel + 1));
    }
  }
  return { cropSize: SIZE, pixels };
}

/** A step from dark to light, smoothed over `sigma` pixels. */
function edge(sigma: number): Shade {
  return (x) => 128 + 100 * Math.tanh((x - SIZE / 2 + 0.5) / (sigma * 1.2));
}

describe('the scores', () => {
  it('are mean and standard deviation of the brightness, in grey levels', async () => {
    const stripes: Shade = (x) => (x % 2 === 0 ? 50 : 90);
    const { brightness, contrast } = await measureQuality(crops(stripes, () => 200));
    expect(brightness[0]).toBeCloseTo(70, 3);
    expect(contrast[0]).toBeCloseTo(20, 3);
    expect(brightness[1]).toBeCloseTo(200, 3);
    expect(contrast[1]).toBeCloseTo(0, 3);
  });

  it('weigh colours as eyes do', async () => {
    const pixels = new Uint8Array(3 * 3);
    pixels.set([255, 0, 0, 0, 255, 0, 0, 0, 255]);
    const { brightness } = await measureQuality({ cropSize: 1, pixels });
    for (const [image, weight] of [0.299, 0.587, 0.114].entries()) {
      expect(brightness[image]).toBeCloseTo(255 * weight, 3);
    }
  });

  it('give the width of an edge in pixels, whatever its contrast', async () => {
    const soft = [1, 2, 3].map(edge);
    const pale = soft.map(
      (shade): Shade =>
        (x, y) =>
          64 + shade(x, y) / 2,
    );
    const { edgeWidth } = await measureQuality(crops(...soft, ...pale));
    for (let k = 0; k < 2; k += 1) expect(edgeWidth[k + 1]).toBeGreaterThan(edgeWidth[k]! + 0.5);
    for (let k = 0; k < 3; k += 1) {
      // But for rounding to whole grey levels.
      expect(Math.abs(edgeWidth[k + 3]! / edgeWidth[k]! - 1)).toBeLessThan(0.2);
    }
  });

  it('of a wave are cot(ω / 2) / 2, by finite differences', async () => {
    // Two whole waves between the borders.
    const side = 34;
    const omega = (2 * Math.PI) / 16;
    const pixels = Uint8Array.from({ length: side * side * 3 }, (_, at) =>
      Math.round(128 + 120 * Math.sin(omega * (Math.floor(at / 3) % side))),
    );
    const { edgeWidth } = await measureQuality({ cropSize: side, pixels });
    expect(edgeWidth[0]! * 2 * Math.tan(omega / 2)).toBeCloseTo(1, 2);
  });

  it('know no width where there is no edge', async () => {
    const { edgeWidth } = await measureQuality(crops(() => 7));
    expect(edgeWidth[0]).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the judgement', () => {
  const grain = (x: number, y: number) => 20 * normal(6, 907, x, y);
  const everyone = (count: number) => new Int32Array(count);

  it('names what is blank, dark, bright and blurred, and leaves good images alone', async () => {
    const shades: Shade[] = [
      (x, y) => Math.min(255, Math.max(0, 120 + 2 * grain(x, y))),
      () => 3,
      (x, y) => Math.max(0, 25 + grain(x, y)),
      (x, y) => Math.min(255, 240 + grain(x, y)),
      edge(4),
    ];
    const scores = await measureQuality(crops(...shades));
    const report = judgeQuality(scores, { cropSize: SIZE, imageIdentity: everyone(5) });
    expect(
      Object.fromEntries(Object.entries(report).map(([kind, found]) => [kind, [...found]])),
    ).toEqual({ blank: [1], tiny: [], dark: [2], bright: [3], blurred: [4] });
  });

  const scores: QualityScores = {
    brightness: Float32Array.of(30, 10, 20, 100, 100, 100),
    contrast: Float32Array.of(50, 50, 50, 5, 2, 50),
    edgeWidth: Float32Array.of(1, 1, 1, Infinity, Infinity, 2),
  };

  it('puts the worst first and images that take no part nowhere', () => {
    const imageIdentity = Int32Array.of(0, 0, -1, 1, 1, 1);
    const report = judgeQuality(scores, { cropSize: 64, imageIdentity });
    expect([...report.dark]).toEqual([1, 0]);
    expect([...report.blank]).toEqual([4, 3]);
    expect([...report.blurred]).toEqual([5]);
  });

  it('follows its thresholds', () => {
    const thresholds = { ...QUALITY_THRESHOLDS, darkBelow: 15, blurredAbove: 0.5 };
    const report = judgeQuality(scores, { cropSize: 64, imageIdentity: everyone(6), thresholds });
    expect([...report.dark]).toEqual([1]);
    expect([...report.blurred]).toEqual([5, 0, 1, 2]);
  });

  it('calls tiny what is known to be smaller than half the crop, by its shorter side', () => {
    const sourceSizes = Uint32Array.of(32, 32, 31, 400, 0, 0, 64, 10, 0, 20, 500, 500);
    const report = judgeQuality(scores, { cropSize: 64, imageIdentity: everyone(6), sourceSizes });
    expect([...report.tiny]).toEqual([3, 1]);
  });
});
