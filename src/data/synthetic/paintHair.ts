/**
 * Paints hair in two layers: what hangs behind the head before it, what lies on the head after it.
 */
import type { Box } from './canvas';
import {
  isMane,
  lumps,
  makeCap,
  makeHairline,
  makeMane,
  STYLES,
  type StyleNumbers,
  strandsOf,
  strandTone,
} from './hairShape';
import { mix } from './scalar';
import type { Scene } from './scene';
import { ellipse, smoothUnion } from './shapes';

/** Hair behind the head and shoulders' front: everything that may hang below the ears. */
export function paintBackHair(scene: Scene): void {
  const { canvas, who, ball } = scene;
  const { planeX, planeY } = canvas;
  const { style, colour, volume, length } = who.hair;
  const shift = -0.14 * canvas.sinYaw;
  const width = who.head.width;
  const dim = (pixel: number): number => ball[pixel]! * 0.72;
  const paint = (box: Box, distance: (pixel: number) => number): void => {
    canvas.paint({
      box,
      distance,
      ink: colour,
      light: dim,
      tone: strandTone(scene, strandsOf(style)),
    });
  };
  switch (style) {
    case 'bob':
    case 'long':
    case 'wavy':
      paint(canvas.planeBox(0, 0.3, 1.0, 1.3), makeMane(scene, STYLES[style]));
      return;
    case 'curlyLong': {
      const hx = width + 0.14 + 0.14 * volume;
      const end = mix(0.55, 0.85, length);
      paint(canvas.planeBox(shift, 0.1, hx + 0.1, 0.9), (pixel) => {
        const x = planeX[pixel]! - shift;
        const y = planeY[pixel]!;
        return ellipse(x, y - end + 0.65, hx + 0.03, 0.72) + 0.05 * lumps(x, y);
      });
      return;
    }
    case 'bun': {
      if (scene.how.occluder.kind === 'hat') return;
      const radius = mix(0.17, 0.25, volume);
      const [x, y] = canvas.turn(0, -0.68 - radius * 0.6, -0.1);
      paint(canvas.planeBox(x, y, radius, radius), (pixel) =>
        ellipse(planeX[pixel]! - x, planeY[pixel]! - y, radius * 1.1, radius),
      );
      return;
    }
    case 'pigtails': {
      for (const side of [-1, 1]) {
        const [x, y] = canvas.turn(side * (width + 0.12), mix(0.2, 0.34, length), -0.1);
        const ry = mix(0.24, 0.36, length);
        paint(canvas.planeBox(x, y, 0.2, ry + 0.05), (pixel) =>
          ellipse(
            planeX[pixel]! - x - side * 0.12 * (planeY[pixel]! - y),
            planeY[pixel]! - y,
            mix(0.11, 0.17, volume),
            ry,
          ),
        );
      }
      return;
    }
    case 'headscarf': {
      paint(canvas.planeBox(0, 0.4, 0.9, 1.1), (pixel) => {
        const x = planeX[pixel]! - shift * 0.5;
        const y = planeY[pixel]!;
        return smoothUnion(
          ellipse(x, y + 0.08, width + 0.13, 0.72),
          ellipse(x, y - 0.98, width + 0.2, 0.42),
          0.35,
        );
      });
      return;
    }
    default:
  }
}

/** Hair on the head, in front of the face, with its shadow on the forehead. */
export function paintFrontHair(scene: Scene): void {
  const { who } = scene;
  const { style } = who.hair;
  if (style === 'bald') {
    paintBaldCrown(scene);
    return;
  }
  if (style === 'headscarf') {
    paintScarf(scene);
    return;
  }
  const numbers = STYLES[style];
  const hairline = makeHairline(scene, numbers);
  const cap = isMane(style) ? makeMane(scene, numbers) : makeCap(scene, numbers);
  paintHairOn(scene, numbers, hairline, cap);
}

function paintHairOn(
  scene: Scene,
  numbers: StyleNumbers,
  hairline: (pixel: number) => number,
  cap: (pixel: number) => number,
): void {
  const { canvas, who, head, ball } = scene;
  const { style, colour } = who.hair;
  const box = isMane(style)
    ? canvas.planeBox(0, 0.3, 1.0, 1.3)
    : canvas.planeBox(0, -0.25, 0.98, 0.95);
  canvas.shade({
    box,
    distance: (pixel) => hairline(pixel) - 0.045,
    clip: (pixel) => head[pixel]!,
    factor: 0.82,
    soft: 0.08,
    onFace: true,
  });
  const buzz = style === 'buzz';
  canvas.paint({
    box,
    distance: (pixel) => {
      const outline = cap(pixel);
      if (outline > 0.1) return outline;
      const front = hairline(pixel);
      return outline > front ? outline : front;
    },
    ink: colour,
    tone: strandTone(scene, numbers.strands),
    light: (pixel) => ball[pixel]! * 1.02,
    opacity: buzz ? 0.82 : 1,
    soft: buzz ? 0.05 : 0,
    onFace: true,
  });
}

/** A bald head shines; the old keep hair over the ears. */
function paintBaldCrown(scene: Scene): void {
  const { canvas, who, how, ball, head } = scene;
  const { faceX, faceY, planeX, planeY } = canvas;
  const lx = how.light.direction[0];
  canvas.paint({
    box: canvas.planeBox(0.2 * lx, -0.48, 0.25, 0.16),
    distance: (pixel) => ellipse(planeX[pixel]! - 0.25 * lx, planeY[pixel]! + 0.5, 0.15, 0.06),
    ink: [1, 0.97, 0.92],
    soft: 0.1,
    opacity: 0.28,
  });
  if (who.hair.recede < 0.45) return;
  const width = who.head.width;
  canvas.paint({
    box: canvas.planeBox(0, -0.1, width + 0.1, 0.35),
    distance: (pixel) => {
      const tuft = ellipse(Math.abs(faceX[pixel]!) - width, faceY[pixel]! + 0.12, 0.12, 0.22);
      return Math.max(tuft, head[pixel]! - 0.03);
    },
    ink: who.hair.colour,
    light: (pixel) => ball[pixel]!,
    tone: strandTone(scene, 'curls'),
    soft: 0.05,
  });
}

function paintScarf(scene: Scene): void {
  const { canvas, who, head, ball } = scene;
  const { faceX, faceY, planeX, planeY } = canvas;
  const width = who.head.width;
  const opening = (pixel: number): number =>
    -ellipse(
      faceX[pixel]!,
      faceY[pixel]! - 0.1,
      width * 0.84,
      mix(0.5, 0.56, who.hair.volume) + who.head.chinY - 0.65,
    );
  const box = canvas.planeBox(0, 0.1, 0.85, 1.0);
  canvas.shade({
    box,
    distance: (pixel) => opening(pixel) - 0.04,
    clip: (pixel) => head[pixel]!,
    factor: 0.8,
    soft: 0.08,
  });
  canvas.paint({
    box,
    distance: (pixel) =>
      Math.max(
        opening(pixel),
        smoothUnion(
          ellipse(planeX[pixel]!, planeY[pixel]! + 0.06, width + 0.09, 0.7),
          ellipse(planeX[pixel]! - 0.1 * canvas.sinYaw, planeY[pixel]! - 0.62, 0.42, 0.3),
          0.2,
        ),
      ),
    ink: who.hair.colour,
    light: (pixel) => ball[pixel]!,
    tone: strandTone(scene, 'cloth'),
    onFace: true,
  });
}
