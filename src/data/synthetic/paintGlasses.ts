/**
 * Paints the glasses somebody always wears, or the sunglasses of one image.
 */
import { mixRgb, type Rgb } from './colour';
import type { GlassesStyle } from './identity';
import type { Scene } from './scene';
import { arc, ellipse, roundedBox, segment } from './shapes';

interface Frame {
  readonly style: Exclude<GlassesStyle, 'none'>;
  readonly size: number;
  readonly thickness: number;
  readonly colour: Rgb;
  readonly glass: Rgb;
  readonly tint: number;
}

export function paintGlasses(scene: Scene): void {
  const { who, how } = scene;
  if (how.occluder.kind === 'sunglasses') {
    paintFrame(scene, {
      style: how.occluder.amount < 0.5 ? 'wide' : 'round',
      size: 0.185,
      thickness: 0.02,
      colour: [0.09, 0.09, 0.1],
      glass: mixRgb([0.1, 0.1, 0.12], how.occluder.colour, 0.15),
      tint: 0.93,
    });
    return;
  }
  const { style, size, thickness, colour } = who.glasses;
  if (style === 'none') return;
  paintFrame(scene, { style, size, thickness, colour, glass: [0.93, 0.97, 1], tint: 0.13 });
}

function paintFrame(scene: Scene, frame: Frame): void {
  const { canvas, who } = scene;
  const { faceX, faceY } = canvas;
  // Glasses stand in front of the eyes, so they move further when the head turns.
  const out = 0.07;
  const dx = out * canvas.sinYaw;
  const y0 = who.eye.y + 0.012 + out * canvas.sinPitch;
  const { size, thickness } = frame;
  const cx = Math.max(who.eye.spacing, size + 0.035);
  /** Distance to the edge of a lens; x grows outwards, away from the nose. */
  const rim = (x: number, y: number): number => {
    switch (frame.style) {
      case 'round':
        return ellipse(x, y, size, size * 0.95);
      case 'square':
        return roundedBox(x, y, size, size * 0.78, 0.045);
      case 'wide':
        return roundedBox(x, y + 0.2 * x, size * 1.06, size * 0.68, 0.1);
    }
  };
  const stroke = Math.max(thickness, canvas.pixelWidth * 0.42);
  for (const side of [-1, 1]) {
    const box = canvas.faceBox(side * cx, y0, size + 0.14, size + 0.06, out);
    const x = (pixel: number): number => faceX[pixel]! - dx - side * cx;
    const y = (pixel: number): number => faceY[pixel]! - y0;
    canvas.paint({
      box,
      distance: (pixel) => rim(x(pixel) * side, y(pixel)),
      ink: frame.glass,
      opacity: frame.tint,
      onFace: true,
    });
    canvas.paint({
      box,
      distance: (pixel) =>
        Math.max(
          rim(x(pixel) * side, y(pixel)) + 0.03,
          Math.abs(x(pixel) + y(pixel) * 0.7 + 0.05) - 0.022,
        ),
      ink: [1, 1, 1],
      opacity: 0.28,
      soft: 0.02,
      onFace: true,
    });
    canvas.paint({
      box,
      distance: (pixel) => {
        const loop = Math.abs(rim(x(pixel) * side, y(pixel))) - stroke;
        const outward = x(pixel) * side;
        const temple = segment(outward, y(pixel), size, -0.03, size + 0.16, -0.05) - stroke;
        return loop < temple ? loop : temple;
      },
      ink: frame.colour,
      onFace: true,
    });
  }
  canvas.paint({
    box: canvas.faceBox(0, y0, 0.14, 0.08, out),
    distance: (pixel) =>
      arc(faceX[pixel]! - dx, faceY[pixel]! - y0 + 0.045, cx - size + 0.01, 0.025) - stroke,
    ink: frame.colour,
    onFace: true,
  });
}
