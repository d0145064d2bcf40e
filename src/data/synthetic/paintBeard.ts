/**
 * Paints stubble, moustaches and beards, between the skin and the mouth.
 */
import { mixRgb } from './colour';
import { mix, ramp, tableNoise } from './scalar';
import type { Scene } from './scene';
import { ellipse, lens, roundedBox } from './shapes';

export function paintBeard(scene: Scene): void {
  const { style, length } = scene.who.beard;
  switch (style) {
    case 'none':
      return;
    case 'stubble':
      paintChinHair(scene, { opacity: 0.3, grow: 0, soft: 0.1 });
      return;
    case 'moustache':
      paintMoustache(scene);
      return;
    case 'goatee':
      paintGoatee(scene);
      if (length > 0.3) paintMoustache(scene);
      return;
    case 'short':
      paintChinHair(scene, { opacity: 0.88, grow: 0.02, soft: 0.05 });
      paintMoustache(scene);
      return;
    case 'full':
      paintChinHair(scene, { opacity: 1, grow: mix(0.06, 0.17, length), soft: 0.03 });
      paintMoustache(scene);
      return;
    default:
      style satisfies never;
  }
}

function paintChinHair(
  scene: Scene,
  how: { readonly opacity: number; readonly grow: number; readonly soft: number },
): void {
  const { canvas, who, head, ball, texture } = scene;
  const { faceX, faceY, planeX, planeY } = canvas;
  const width = who.head.width;
  const { mouth } = who;
  const { grow } = how;
  canvas.paint({
    box: canvas.planeBox(0, 0.45, 0.7, 0.6),
    distance: (pixel) => {
      const x = faceX[pixel]!;
      const u = Math.abs(x) / width;
      // From the sideburns down the cheek to the corners of the mouth.
      const cheek = mix(0.3, 0.0, ramp(0.35, 0.95, u)) - faceY[pixel]!;
      const lips = -ellipse(x, faceY[pixel]! - mouth.y - 0.005, mouth.width * 0.9, 0.085);
      const hang = ellipse(
        planeX[pixel]! - 0.18 * canvas.sinYaw,
        planeY[pixel]! - who.head.chinY + 0.12,
        who.head.jawWidth * 0.9,
        0.16 + grow * 1.3,
      );
      const outline = Math.min(head[pixel]! - grow * 0.4, grow > 0.03 ? hang : 9);
      return Math.max(cheek, lips, outline);
    },
    ink: how.opacity < 0.5 ? mixRgb(who.beard.colour, who.skin, 0.2) : who.beard.colour,
    opacity: how.opacity,
    soft: how.soft,
    tone: (pixel) => 1 + 0.12 * tableNoise(texture, faceX[pixel]! * 19 + 32),
    light: (pixel) => ball[pixel]!,
  });
}

function paintMoustache(scene: Scene): void {
  const { canvas, who, how } = scene;
  const { faceX, faceY } = canvas;
  const half = who.mouth.width * mix(0.95, 1.2, who.beard.length);
  const y0 = who.mouth.y - 0.055;
  const droop = 0.035 - 0.03 * how.expression.smile;
  canvas.paint({
    box: canvas.faceBox(0, y0, half + 0.03, 0.12),
    distance: (pixel) => {
      const u = faceX[pixel]! / half;
      const y = faceY[pixel]! - y0 - droop * Math.min(1.3, u * u);
      return lens(faceX[pixel]!, y, half, mix(0.03, 0.05, who.beard.length), 0.03);
    },
    ink: who.beard.colour,
    soft: 0.02,
    opacity: 0.95,
    onFace: true,
  });
}

function paintGoatee(scene: Scene): void {
  const { canvas, who, ball } = scene;
  const { faceX, faceY } = canvas;
  const y0 = who.head.chinY - 0.07;
  const half = mix(0.09, 0.15, who.beard.length);
  canvas.paint({
    box: canvas.faceBox(0, y0, half + 0.06, 0.22),
    distance: (pixel) =>
      Math.max(
        roundedBox(faceX[pixel]!, faceY[pixel]! - y0, half, 0.11, 0.08),
        who.mouth.y + who.mouth.lower + 0.035 - faceY[pixel]!,
      ),
    ink: who.beard.colour,
    soft: 0.03,
    opacity: 0.95,
    light: (pixel) => ball[pixel]!,
    onFace: true,
  });
}
