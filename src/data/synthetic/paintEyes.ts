/**
 * Paints eyes and brows in face coordinates: lids, iris and catch light, gaze and blinks.
 */
import { mixRgb, scaleRgb, skinShadow } from './colour';
import { clamp01 } from './scalar';
import type { Scene } from './scene';
import { arc, ellipse, lens, segment } from './shapes';

export function paintEyes(scene: Scene): void {
  for (const side of [-1, 1]) paintEye(scene, side);
}

function paintEye(scene: Scene, side: number): void {
  const { canvas, who, how } = scene;
  const { faceX, faceY } = canvas;
  const { eye } = who;
  const { expression } = how;
  const cx = side * eye.spacing;
  const opening = eye.open * expression.eyeOpen * (1 - 0.22 * clamp01(expression.smile));
  const up = opening;
  const down = opening * 0.62;
  const half = eye.width;
  const outward = (pixel: number): number => (faceX[pixel]! - cx) * side;
  const height = (pixel: number): number => faceY[pixel]! - eye.y + eye.tilt * outward(pixel);
  const slit = (pixel: number): number => lens(outward(pixel), height(pixel), half, up, down);
  const box = canvas.faceBox(cx, eye.y, half + 0.06, 0.16);
  const slitBox = canvas.faceBox(cx, eye.y, half, 0.115);
  const shadow = skinShadow(who.skin, 0.66);
  const line = mixRgb(scaleRgb(who.skin, 0.25), [0.1, 0.06, 0.05], 0.65);

  canvas.paint({
    box,
    distance: (pixel) => ellipse(outward(pixel), height(pixel) + 0.02, half + 0.03, 0.1),
    ink: shadow,
    soft: 0.12,
    opacity: 0.34,
    onFace: true,
  });
  canvas.paint({ box: slitBox, distance: slit, ink: [0.97, 0.955, 0.94], onFace: true });
  const gazeX = side * expression.gaze[0] * 0.05;
  const gazeY = expression.gaze[1] * 0.03;
  const radius = eye.irisSize;
  const iris = (pixel: number, r: number): number => {
    const ball = ellipse(outward(pixel) - gazeX, height(pixel) + 0.1 * up - gazeY, r, r);
    const lid = slit(pixel);
    return ball > lid ? ball : lid;
  };
  canvas.paint({
    box: slitBox,
    distance: (p) => iris(p, radius),
    ink: scaleRgb(eye.iris, 0.62),
    onFace: true,
  });
  canvas.paint({
    box: slitBox,
    distance: (p) => iris(p, radius * 0.8),
    ink: eye.iris,
    onFace: true,
  });
  canvas.paint({
    box: slitBox,
    distance: (p) => iris(p, radius * 0.48),
    ink: [0.06, 0.05, 0.05],
    onFace: true,
  });
  // The catch light sits on the light's side in both eyes; a lid covers it like the iris.
  const catchX = side * (0.02 * how.light.direction[0] * 2 + 0.006);
  canvas.paint({
    box: slitBox,
    distance: (pixel) =>
      Math.max(
        ellipse(outward(pixel) - gazeX - catchX, height(pixel) + 0.024, 0.015, 0.015),
        slit(pixel) + 0.01,
      ),
    ink: [1, 1, 1],
    onFace: true,
    opacity: 0.9,
  });
  canvas.paint({
    box: slitBox,
    distance: (pixel) =>
      Math.max(slit(pixel), -height(pixel) - up - 0.01, height(pixel) + up * 0.45),
    ink: [0.3, 0.22, 0.22],
    opacity: 0.28,
    soft: 0.03,
    onFace: true,
  });
  const lidLine = 0.011 + 0.011 * eye.lash;
  canvas.paint({
    box,
    distance: (pixel) => {
      const x = outward(pixel);
      const lid =
        arc(x, height(pixel) + up, half * 1.04, up) - lidLine * (0.75 + (0.35 * x) / half);
      if (eye.lash < 0.45) return lid;
      const wing = segment(x, height(pixel), half * 0.92, -0.012, half * 1.22, -0.05) - 0.011;
      return lid < wing ? lid : wing;
    },
    ink: line,
    onFace: true,
  });
  canvas.paint({
    box,
    distance: (pixel) => arc(outward(pixel), height(pixel) + up + 0.036, half * 0.95, up) - 0.008,
    ink: shadow,
    opacity: 0.3 + 0.5 * eye.crease,
    onFace: true,
  });
  canvas.paint({
    box,
    distance: (pixel) =>
      arc(outward(pixel), height(pixel) - down - 0.02, half * 0.8, -down) - 0.007,
    ink: shadow,
    opacity: 0.25 + 0.45 * who.wrinkles,
    onFace: true,
  });
}

export function paintBrows(scene: Scene): void {
  const { canvas, who, how } = scene;
  const { faceX, faceY } = canvas;
  const { brow } = who;
  const y0 = brow.y - 0.05 * how.expression.browLift;
  for (const side of [-1, 1]) {
    const cx = side * (who.eye.spacing + 0.012);
    canvas.paint({
      box: canvas.faceBox(cx, y0, brow.length + 0.05, 0.12),
      distance: (pixel) => {
        const x = (faceX[pixel]! - cx) * side;
        const y = faceY[pixel]! - y0 + brow.tilt * 0.5 * x + brow.arch * 0.6;
        const thickness = brow.thickness * (1 - 0.5 * clamp01(x / brow.length + 0.25));
        return arc(x, y, brow.length - brow.thickness * 0.5, brow.arch) - thickness;
      },
      ink: brow.colour,
      opacity: 0.92,
      soft: 0.022,
      onFace: true,
    });
  }
}
