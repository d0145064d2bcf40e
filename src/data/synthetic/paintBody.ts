/**
 * Paints what carries the face: shoulders and clothes, neck, ears, and the head's skin.
 */
import { mixRgb, scaleRgb } from './colour';
import type { Scene } from './scene';
import { ellipse, roundedBox, segment, smoothUnion } from './shapes';

/** Neck, shoulders, clothes, and the shadow of the chin. */
export function paintBody(scene: Scene): void {
  const { canvas, who, how } = scene;
  const { planeX, planeY } = canvas;
  const neckX = 0.05 * canvas.sinYaw;
  const neckWidth = who.head.jawWidth * 0.62;
  const level = how.light.ambient + how.light.diffuse * 0.6;
  const [lx] = how.light.direction;
  const bodyLight = (pixel: number): number => level * (1 + 0.3 * lx * planeX[pixel]!);

  const shoulders = (pixel: number): number =>
    smoothUnion(
      ellipse(planeX[pixel]!, planeY[pixel]! - 1.38, 1.0, 0.52),
      ellipse(planeX[pixel]! - neckX, planeY[pixel]! - 1.0, neckWidth + 0.1, 0.22),
      0.2,
    );
  const neck = (pixel: number): number =>
    roundedBox(planeX[pixel]! - neckX, planeY[pixel]! - 0.65, neckWidth, 0.5, 0.1);
  const body = canvas.planeBox(0, 1.3, 1.15, 0.7);

  const { collar, colour, trim } = how.clothes;
  canvas.paint({ box: body, distance: shoulders, ink: colour, light: bodyLight });
  // Skin inside the neckline: a V, a round neck, or nothing below a rolled collar.
  const neckline = (pixel: number): number => {
    const x = Math.abs(planeX[pixel]! - neckX);
    const y = planeY[pixel]!;
    if (collar < 0.35) return (y + 1.5 * x - 1.3) / 1.8;
    return ellipse(x, y - 0.78, neckWidth + 0.08, 0.22);
  };
  if (collar < 0.75) {
    canvas.paint({
      box: body,
      distance: (pixel) => Math.max(neckline(pixel), shoulders(pixel)),
      ink: who.skin,
      light: bodyLight,
    });
    canvas.paint({
      box: body,
      distance: (pixel) => Math.max(Math.abs(neckline(pixel)) - 0.022, shoulders(pixel)),
      ink: trim,
    });
  }
  const neckBox = canvas.planeBox(neckX, 0.65, neckWidth + 0.02, 0.52);
  canvas.paint({ box: neckBox, distance: neck, ink: who.skin, light: bodyLight });
  if (collar >= 0.75) {
    canvas.paint({
      box: canvas.planeBox(neckX, 0.95, neckWidth + 0.08, 0.16),
      distance: (pixel) =>
        roundedBox(planeX[pixel]! - neckX, planeY[pixel]! - 0.95, neckWidth + 0.05, 0.13, 0.06),
      ink: scaleRgb(colour, 0.9),
      light: bodyLight,
    });
  }
  canvas.shade({
    box: canvas.planeBox(neckX, 0.72, neckWidth + 0.1, 0.3),
    distance: (pixel) =>
      ellipse(
        planeX[pixel]! - 0.2 * canvas.sinYaw,
        planeY[pixel]! - who.head.chinY - 0.06,
        0.4,
        0.15,
      ),
    clip: (pixel) => Math.min(neck(pixel), shoulders(pixel)),
    factor: 0.68,
    soft: 0.12,
  });
}

/** Both ears. Behind the head when it faces us; the near one comes in front as the head turns. */
export function paintEars(scene: Scene, layer: 'behind' | 'front'): void {
  const { canvas, who, ball } = scene;
  const { planeX, planeY } = canvas;
  const { size, out, ring } = who.ear;
  const shell = mixRgb(who.skin, [0.75, 0.3, 0.25], 0.1);
  const hollow = mixRgb(scaleRgb(who.skin, 0.72), [0.6, 0.2, 0.18], 0.12);
  for (const side of [-1, 1]) {
    const [x, y, depth] = canvas.turn(side * (who.head.width + out), 0.06, -0.06);
    if (layer === 'front' && depth < 0.06) continue;
    const opacity = layer === 'front' ? Math.min(1, (depth - 0.06) * 12) : 1;
    const box = canvas.planeBox(x, y, size, size + 0.1);
    const light = (pixel: number): number => ball[pixel]! * 0.96;
    canvas.paint({
      box,
      distance: (pixel) => ellipse(planeX[pixel]! - x, planeY[pixel]! - y, size * 0.62, size),
      ink: shell,
      light,
      opacity,
    });
    canvas.paint({
      box,
      distance: (pixel) =>
        ellipse(planeX[pixel]! - x + side * 0.008, planeY[pixel]! - y, size * 0.34, size * 0.62),
      ink: hollow,
      soft: 0.04,
      opacity: opacity * 0.75,
    });
    if (ring) {
      canvas.paint({
        box,
        distance: (pixel) =>
          segment(planeX[pixel]!, planeY[pixel]!, x, y + size, x, y + size + 0.03) - 0.024,
        ink: [0.95, 0.82, 0.42],
        opacity,
      });
    }
  }
}

/** The skin of the head with its light, rosy cheeks and freckles. */
export function paintSkin(scene: Scene): void {
  const { canvas, who, head, ball, texture } = scene;
  const { faceX, faceY } = canvas;
  const all = canvas.planeBox(0, 0.02, 0.72, 0.85);
  canvas.paint({
    box: all,
    distance: (pixel) => head[pixel]!,
    ink: who.skin,
    light: (pixel) => ball[pixel]!,
  });
  // A soft rim of shadow inside the outline gives the ball its roundness even in flat light.
  canvas.paint({
    box: all,
    distance: (pixel) => -0.02 - head[pixel]!,
    clip: (pixel) => head[pixel]!,
    ink: mixRgb(scaleRgb(who.skin, 0.74), [0.55, 0.2, 0.15], 0.12),
    soft: 0.14,
    opacity: 0.55,
  });
  const rose = mixRgb(who.skin, [0.86, 0.28, 0.26], 0.5);
  for (const side of [-1, 1]) {
    canvas.paint({
      box: canvas.faceBox(side * 0.3, 0.22, 0.16, 0.13),
      distance: (pixel) => ellipse(faceX[pixel]! - side * 0.3, faceY[pixel]! - 0.22, 0.13, 0.1),
      clip: (pixel) => head[pixel]!,
      ink: rose,
      soft: 0.16,
      opacity: 0.5 * who.blush,
      onFace: true,
    });
  }
  if (who.freckles > 0) paintFreckles(scene, texture);
  if (who.mole !== null) {
    const [x, y] = who.mole;
    canvas.paint({
      box: canvas.faceBox(x, y, 0.03, 0.03),
      distance: (pixel) => ellipse(faceX[pixel]! - x, faceY[pixel]! - y, 0.02, 0.02),
      ink: scaleRgb(who.skin, 0.4),
      onFace: true,
    });
  }
}

function paintFreckles(scene: Scene, texture: Float64Array): void {
  const { canvas, who, head } = scene;
  const { faceX, faceY } = canvas;
  const ink = mixRgb(scaleRgb(who.skin, 0.62), [0.55, 0.25, 0.1], 0.3);
  for (let dot = 0; dot < 14; dot += 1) {
    const x = 0.06 + 0.34 * texture[dot]!;
    const y = 0.08 + 0.2 * texture[dot + 14]!;
    const radius = 0.011 + 0.01 * texture[dot + 28]!;
    for (const side of [-1, 1]) {
      canvas.paint({
        box: canvas.faceBox(side * x, y, radius, radius),
        distance: (pixel) => ellipse(faceX[pixel]! - side * x, faceY[pixel]! - y, radius, radius),
        clip: (pixel) => head[pixel]!,
        ink,
        opacity: 0.6 * who.freckles,
        onFace: true,
      });
    }
  }
}
