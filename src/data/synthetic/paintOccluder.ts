/**
 * Paints what covers a part of the face in one image only: mask, scarf, hat, hand, cup or leaves.
 */
import { mixRgb, type Rgb, scaleRgb } from './colour';
import { clamp01, mix } from './scalar';
import type { Scene } from './scene';
import { ellipse, roundedBox, segment, smoothUnion } from './shapes';

export function paintOccluder(scene: Scene): void {
  switch (scene.how.occluder.kind) {
    case 'mask':
      paintMask(scene);
      return;
    case 'scarf':
      paintNeckScarf(scene);
      return;
    case 'hat':
      paintHat(scene);
      return;
    case 'hand':
      paintHand(scene);
      return;
    case 'cup':
      paintCup(scene);
      return;
    case 'leaf':
      paintLeaf(scene);
      return;
    default:
  }
}

function paintMask(scene: Scene): void {
  const { canvas, who, how, head, ball } = scene;
  const { faceX, faceY } = canvas;
  const colour = mixRgb(how.occluder.colour, [0.85, 0.92, 0.95], 0.6);
  const top = mix(0.16, 0.24, how.occluder.amount);
  canvas.paint({
    box: canvas.planeBox(0, 0.4, 0.66, 0.5),
    distance: (pixel) => {
      const x = faceX[pixel]!;
      const edge = top + 0.25 * x * x - 0.09 * clamp01(1 - Math.abs(x) / 0.14) - faceY[pixel]!;
      const cloth = Math.max(edge, head[pixel]! - 0.018, Math.abs(x) - who.head.jawWidth * 0.97);
      const strap = Math.max(
        Math.abs(faceY[pixel]! - 0.2 + 0.2 * Math.abs(x)) - 0.012,
        head[pixel]!,
      );
      return cloth < strap ? cloth : strap;
    },
    ink: colour,
    tone: (pixel) => {
      const fold = faceY[pixel]! * 9 - Math.floor(faceY[pixel]! * 9);
      return 1 - 0.09 * fold;
    },
    light: (pixel) => ball[pixel]!,
    onFace: true,
  });
}

function paintNeckScarf(scene: Scene): void {
  const { canvas, how, ball } = scene;
  const { planeX, planeY } = canvas;
  const top = mix(0.68, 0.48, how.occluder.amount);
  const stripe = scaleRgb(how.occluder.colour, 0.72);
  const shape = (pixel: number): number =>
    roundedBox(
      planeX[pixel]! - 0.1 * canvas.sinYaw,
      planeY[pixel]! - top - 0.28 + 0.12 * planeX[pixel]! * planeX[pixel]!,
      0.68,
      0.26,
      0.2,
    );
  const box = canvas.planeBox(0, top + 0.26, 0.8, 0.45);
  const light = (pixel: number): number => ball[pixel]! * 1.02;
  canvas.paint({ box, distance: shape, ink: how.occluder.colour, light });
  canvas.paint({
    box,
    distance: (pixel) => {
      const turns = (planeX[pixel]! * 0.9 + planeY[pixel]! * 0.5) * 3;
      return Math.max(shape(pixel), (Math.abs(turns - Math.floor(turns) - 0.5) - 0.16) / 3);
    },
    ink: stripe,
    opacity: 0.8,
  });
}

function paintHat(scene: Scene): void {
  const { canvas, who, how, ball } = scene;
  const { planeX, planeY, faceX, faceY } = canvas;
  const { colour, amount } = how.occluder;
  const width = who.head.width + 0.08;
  const edge = (pixel: number): number =>
    faceY[pixel]! + 0.34 - 0.12 * faceX[pixel]! * faceX[pixel]!;
  const crown = (pixel: number): number =>
    ellipse(planeX[pixel]! + 0.04 * canvas.sinYaw, planeY[pixel]! + 0.16, width, 0.66);
  const box = canvas.planeBox(0, -0.45, width + 0.15, 0.55);
  const light = (pixel: number): number => ball[pixel]!;
  canvas.paint({
    box,
    distance: (pixel) => Math.max(crown(pixel), edge(pixel)),
    ink: colour,
    light,
    tone: (pixel) => (amount < 0.5 ? 1 - 0.1 * Math.abs(((faceX[pixel]! * 8 + 80) % 1) - 0.5) : 1),
  });
  const band = scaleRgb(colour, 0.78);
  if (amount < 0.5) {
    canvas.paint({
      box,
      distance: (pixel) => Math.max(crown(pixel) - 0.025, Math.abs(edge(pixel)) - 0.075),
      ink: band,
      light,
    });
  } else {
    // A cap's peak stands forward, towards where the face looks.
    const [x, y] = canvas.project(0, -0.36, 0.16);
    canvas.paint({
      box: canvas.planeBox(x, y, 0.5, 0.16),
      distance: (pixel) => ellipse(planeX[pixel]! - x, planeY[pixel]! - y, 0.45, 0.1),
      ink: band,
      light,
    });
  }
}

function paintHand(scene: Scene): void {
  const { canvas, who, how } = scene;
  const { planeX, planeY } = canvas;
  const { side, amount } = how.occluder;
  const x0 = side * mix(0.5, 0.36, amount);
  const y0 = mix(0.62, 0.45, amount);
  const level = how.light.ambient + how.light.diffuse * 0.75;
  const u = (pixel: number): number => (planeX[pixel]! - x0) * side;
  const v = (pixel: number): number => planeY[pixel]! - y0;
  const box = canvas.planeBox(x0, y0 + 0.2, 0.42, 0.75);
  const fingers = (pixel: number): number => {
    let d = ellipse(u(pixel) - 0.04, v(pixel) - 0.14, 0.18, 0.2);
    for (let finger = 0; finger < 4; finger += 1) {
      const x = -0.12 + 0.085 * finger;
      const tip = -0.2 - 0.035 * (finger === 0 || finger === 3 ? 0 : 1);
      d = Math.min(d, segment(u(pixel), v(pixel), x, 0.05, x * 1.25 - 0.04, tip) - 0.043);
    }
    return smoothUnion(d, segment(u(pixel), v(pixel), 0.08, 0.3, 0.16, 0.8) - 0.12, 0.08);
  };
  canvas.paint({
    box,
    distance: fingers,
    ink: scaleRgb(who.skin, 0.97),
    light: () => level,
  });
  canvas.paint({
    box,
    distance: (pixel) => Math.max(fingers(pixel), -0.016 - fingers(pixel)),
    ink: mixRgb(scaleRgb(who.skin, 0.62), [0.5, 0.16, 0.12], 0.15),
    opacity: 0.6,
  });
}

function paintCup(scene: Scene): void {
  const { canvas, how } = scene;
  const { planeX, planeY } = canvas;
  const { side, amount, colour } = how.occluder;
  const x0 = side * mix(0.3, 0.1, amount);
  const y0 = mix(0.78, 0.66, amount);
  const level = how.light.ambient + how.light.diffuse * 0.7;
  const box = canvas.planeBox(x0 + side * 0.08, y0, 0.42, 0.34);
  const body = (pixel: number): number =>
    roundedBox(planeX[pixel]! - x0, planeY[pixel]! - y0, 0.23, 0.25, 0.06);
  canvas.paint({
    box,
    distance: (pixel) => {
      const ring = ellipse((planeX[pixel]! - x0) * side - 0.24, planeY[pixel]! - y0, 0.12, 0.13);
      return Math.min(body(pixel), Math.abs(ring) - 0.03);
    },
    ink: colour,
    light: (pixel) => level * (1 - 0.5 * (planeX[pixel]! - x0)),
  });
  canvas.paint({
    box,
    distance: (pixel) => Math.max(body(pixel), Math.abs(planeY[pixel]! - y0 + 0.02) - 0.05),
    ink: mixRgb(colour, [1, 1, 1], 0.6),
  });
}

function paintLeaf(scene: Scene): void {
  const { canvas, how, texture } = scene;
  const { planeX, planeY } = canvas;
  const { side, amount } = how.occluder;
  const level = how.light.ambient + how.light.diffuse * 0.6;
  for (let leaf = 0; leaf < 3; leaf += 1) {
    const jitter = texture[leaf + 50]! - 0.5;
    const x0 = side * mix(0.86, 0.58, amount) - side * 0.06 * leaf;
    const y0 = -0.55 + 0.42 * leaf + 0.3 * jitter + 0.4 * (amount - 0.5);
    const tilt = side * (0.5 + 0.4 * jitter);
    const length = 0.36;
    const u = (pixel: number): number => (planeX[pixel]! - x0) * side;
    const v = (pixel: number): number => planeY[pixel]! - y0 + tilt * (planeX[pixel]! - x0);
    const box = canvas.planeBox(x0, y0, length + 0.02, 0.42);
    const green: Rgb = [0.26 + 0.12 * leaf * 0.5, 0.48 + 0.06 * leaf, 0.27];
    canvas.paint({
      box,
      distance: (pixel) => {
        const t = u(pixel) / length;
        const half = 0.13 * (1 - t * t);
        return Math.max(Math.abs(v(pixel)) - half, Math.abs(u(pixel)) - length);
      },
      ink: green,
      light: () => level,
    });
    canvas.paint({
      box,
      distance: (pixel) => Math.max(Math.abs(v(pixel)) - 0.008, Math.abs(u(pixel)) - length * 0.9),
      ink: [0.62, 0.76, 0.5],
      opacity: 0.7,
    });
  }
}
