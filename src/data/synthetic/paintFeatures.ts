/**
 * Paints nose, mouth and the lines of age, in face coordinates, so that they turn with the head.
 */
import { lightness, mixRgb, scaleRgb, skinShadow } from './colour';
import { clamp01 } from './scalar';
import type { Scene } from './scene';
import { arc, ellipse, lens, segment } from './shapes';

export function paintNose(scene: Scene): void {
  const { canvas, who, how } = scene;
  const { faceX, faceY } = canvas;
  const { nose } = who;
  const tipX = nose.out * canvas.sinYaw;
  const tipY = nose.y + nose.out * canvas.sinPitch * 0.8;
  const box = canvas.faceBox(0, 0.1, 0.24, 0.32);
  const tipBox = canvas.faceBox(0, nose.y, nose.width * 1.2 + 0.03, 0.12, nose.out);
  const shadow = skinShadow(who.skin, 0.68);
  const glow = mixRgb(who.skin, [1, 0.93, 0.85], 0.45);
  // The flank away from the light darkens, as far as the light is from the side.
  const lx = how.light.direction[0];
  for (const side of [-1, 1]) {
    const away = clamp01(0.35 - 0.9 * lx * side + 0.7 * canvas.sinYaw * side);
    canvas.paint({
      box,
      distance: (pixel) =>
        segment(
          faceX[pixel]!,
          faceY[pixel]!,
          side * 0.05,
          -0.1,
          tipX + side * nose.width * 0.85,
          tipY - 0.02,
        ) - 0.018,
      ink: shadow,
      soft: 0.07,
      opacity: 0.85 * away * (0.35 + 0.5 * nose.bridge),
      onFace: true,
    });
  }
  canvas.paint({
    box,
    distance: (pixel) =>
      segment(faceX[pixel]!, faceY[pixel]!, tipX * 0.4, -0.06, tipX, tipY - 0.06) - 0.014,
    ink: glow,
    soft: 0.05,
    opacity: 0.3 + 0.4 * nose.bridge,
    onFace: true,
  });
  canvas.paint({
    box: tipBox,
    distance: (pixel) =>
      ellipse(faceX[pixel]! - tipX, faceY[pixel]! - tipY - 0.035, nose.width, 0.03),
    ink: shadow,
    soft: 0.06,
    opacity: 0.6,
    onFace: true,
  });
  for (const side of [-1, 1]) {
    canvas.paint({
      box: tipBox,
      distance: (pixel) =>
        ellipse(
          faceX[pixel]! - tipX - side * nose.width * 0.74,
          faceY[pixel]! - tipY + 0.012,
          nose.width * 0.36,
          nose.tip * 0.62,
        ),
      ink: mixRgb(who.skin, shadow, 0.4),
      soft: 0.02,
      onFace: true,
    });
  }
  canvas.paint({
    box: tipBox,
    distance: (pixel) =>
      ellipse(faceX[pixel]! - tipX, faceY[pixel]! - tipY + 0.02, nose.width * 0.68, nose.tip),
    ink: mixRgb(who.skin, [0.85, 0.35, 0.28], 0.1),
    soft: 0.03,
    onFace: true,
  });
  canvas.paint({
    box: tipBox,
    distance: (pixel) =>
      ellipse(faceX[pixel]! - tipX - 0.02 * lx, faceY[pixel]! - tipY + 0.04, 0.026, 0.02),
    ink: glow,
    soft: 0.03,
    opacity: 0.75,
    onFace: true,
  });
  for (const side of [-1, 1]) {
    canvas.paint({
      box: tipBox,
      distance: (pixel) =>
        ellipse(
          faceX[pixel]! - tipX - side * nose.width * 0.44,
          faceY[pixel]! - tipY - 0.022,
          nose.width * 0.23,
          0.014,
        ),
      ink: scaleRgb(shadow, 0.5),
      opacity: 0.75,
      onFace: true,
    });
  }
}

export function paintMouth(scene: Scene): void {
  const { canvas, who, how } = scene;
  const { faceX, faceY } = canvas;
  const { mouth } = who;
  const { smile, mouthOpen } = how.expression;
  const half = mouth.width * (1 + 0.16 * smile - 0.12 * mouthOpen);
  const lift = 0.055 * smile + mouth.corner + 0.01;
  const y0 = mouth.y + 0.015 * smile;
  const gap = 0.1 * mouthOpen;
  const box = canvas.faceBox(0, y0, half + 0.05, 0.2);
  /** Height below the curve through the corners of the mouth. */
  const height = (pixel: number): number => {
    const u = faceX[pixel]! / half;
    const square = u * u;
    return faceY[pixel]! - y0 + lift * (square > 1.4 ? 1.4 : square);
  };
  const upper = mouth.upper * (1 - 0.25 * clamp01(smile));
  const lower = mouth.lower * (1 - 0.15 * clamp01(smile)) + gap;
  const lip = mouth.colour;
  const upperLip = (pixel: number): number => {
    const x = Math.abs(faceX[pixel]!);
    // Cupid's bow: a shallow dip in the middle.
    const dip = 0.35 * upper * clamp01(1 - x / 0.045);
    return lens(faceX[pixel]!, height(pixel) - dip, half, upper, 0.012);
  };
  const lowerLip = (pixel: number): number =>
    lens(faceX[pixel]!, height(pixel), half * 0.92, 0.004, lower);
  canvas.paint({
    box,
    distance: (pixel) => ellipse(faceX[pixel]!, height(pixel) - lower - 0.04, half * 0.55, 0.022),
    ink: skinShadow(who.skin, 0.7),
    soft: 0.06,
    opacity: 0.5,
    onFace: true,
  });
  canvas.paint({ box, distance: upperLip, ink: scaleRgb(lip, 0.88), onFace: true });
  canvas.paint({ box, distance: lowerLip, ink: lip, onFace: true });
  canvas.paint({
    box,
    distance: (pixel) =>
      ellipse(faceX[pixel]!, height(pixel) - lower * 0.55 - gap * 0.4, half * 0.3, 0.012),
    ink: mixRgb(lip, [1, 0.9, 0.88], 0.5),
    soft: 0.03,
    opacity: 0.6,
    onFace: true,
  });
  if (gap > 0.012) {
    const hole = (pixel: number): number =>
      lens(faceX[pixel]!, height(pixel), half * 0.84, 0.006, gap);
    canvas.paint({ box, distance: hole, ink: [0.3, 0.09, 0.1], onFace: true });
    canvas.paint({
      box,
      distance: (pixel) => Math.max(hole(pixel), height(pixel) - gap * 0.48),
      ink: [0.97, 0.96, 0.93],
      onFace: true,
    });
  } else {
    canvas.paint({
      box,
      distance: (pixel) => arc(faceX[pixel]!, faceY[pixel]! - y0, half, -lift) - 0.011,
      ink: mixRgb(scaleRgb(lip, 0.42), [0.25, 0.08, 0.07], 0.3),
      opacity: 0.9,
      onFace: true,
    });
  }
}

/** Forehead lines, folds beside the nose and crow's feet; nothing for the young. */
export function paintLines(scene: Scene): void {
  const { canvas, who, how } = scene;
  const { faceX, faceY } = canvas;
  const depth = who.wrinkles;
  const fold = Math.max(depth, 0.35 * clamp01(how.expression.smile));
  if (fold < 0.05) return;
  const ink = skinShadow(who.skin, lightness(who.skin) > 0.45 ? 0.62 : 0.5);
  const stroke = (x: number, y: number, half: number, sag: number, opacity: number): void => {
    canvas.paint({
      box: canvas.faceBox(x, y, half + 0.02, Math.abs(sag) + 0.03),
      distance: (pixel) => arc(faceX[pixel]! - x, faceY[pixel]! - y, half, sag) - 0.006,
      ink,
      soft: 0.022,
      opacity,
      onFace: true,
    });
  };
  if (depth > 0.05) {
    stroke(0, -0.31, 0.2, 0.012, 0.7 * depth);
    stroke(0, -0.26, 0.15, 0.01, 0.6 * depth);
  }
  for (const side of [-1, 1]) {
    canvas.paint({
      box: canvas.faceBox(side * 0.19, 0.31, 0.09, 0.13),
      distance: (pixel) =>
        segment(
          faceX[pixel]! * side,
          faceY[pixel]!,
          who.nose.width + 0.045,
          who.nose.y - 0.01,
          who.mouth.width + 0.05,
          who.mouth.y - 0.03,
        ) - 0.006,
      ink,
      soft: 0.03,
      opacity: 0.75 * fold,
      onFace: true,
    });
  }
}
