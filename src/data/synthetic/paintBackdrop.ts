/**
 * Paints what is behind a person: a soft gradient, and at higher difficulty blurred lights, panels or
 * a horizon. It belongs to the image, never to the person.
 */
import { STREAM, uniform } from '../../math/random';
import { mixRgb } from './colour';
import type { Scene } from './scene';
import { ellipse } from './shapes';

export function paintBackdrop(scene: Scene): void {
  const { canvas, how } = scene;
  const { kind, colour, second, gradient, texture } = how.backdrop;
  const draw = (index: number): number => uniform(texture, STREAM.texture, 1, index);
  const { size } = canvas;
  const level = 0.94;
  canvas.light.fill(level);
  const far = mixRgb(colour, second, gradient);
  const slant = draw(0) - 0.5;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const share = Math.min(1, Math.max(0, (row + slant * (2 * column - size)) / size));
      const at = (row * size + column) * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        const from = colour[channel]!;
        canvas.rgb[at + channel] = from + (far[channel]! - from) * share;
      }
    }
  }
  const box = canvas.fullBox();
  const x = (pixel: number): number => ((pixel % size) + 0.5) / size;
  const y = (pixel: number): number => (Math.floor(pixel / size) + 0.5) / size;
  switch (kind) {
    case 'plain':
      return;
    case 'bokeh':
      for (let light = 0; light < 6; light += 1) {
        const cx = draw(10 + light);
        const cy = draw(20 + light);
        const radius = 0.07 + 0.13 * draw(30 + light);
        canvas.paint({
          box: {
            x0: Math.max(0, Math.floor((cx - radius - 0.06) * size)),
            y0: Math.max(0, Math.floor((cy - radius - 0.06) * size)),
            x1: Math.min(size, Math.ceil((cx + radius + 0.06) * size)),
            y1: Math.min(size, Math.ceil((cy + radius + 0.06) * size)),
          },
          distance: (pixel) => ellipse(x(pixel) - cx, y(pixel) - cy, radius, radius),
          ink: mixRgb(second, [1, 0.97, 0.9], 0.5 * draw(40 + light)),
          opacity: 0.55,
          soft: 0.03,
        });
      }
      return;
    case 'panels':
      for (let panel = 0; panel < 3; panel += 1) {
        const cx = (panel + draw(10 + panel)) / 3;
        const half = 0.04 + 0.1 * draw(20 + panel);
        canvas.paint({
          box,
          distance: (pixel) => Math.abs(x(pixel) - cx + 0.15 * slant * y(pixel)) - half,
          ink: mixRgb(second, colour, 0.3 * panel),
          opacity: 0.75,
          soft: 0.03,
        });
      }
      return;
    case 'horizon': {
      const height = 0.25 + 0.5 * draw(10);
      canvas.paint({
        box,
        distance: (pixel) => height - y(pixel) + 0.4 * slant * x(pixel),
        ink: second,
        soft: 0.05,
      });
      return;
    }
    default:
      kind satisfies never;
  }
}
