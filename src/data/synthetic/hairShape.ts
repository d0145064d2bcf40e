/**
 * The shapes of hair: a style is a row of numbers that says how far hair stands off the skull, where
 * its hairline runs and how it ends; from them come signed distances for the painter.
 */
import { lightness } from './colour';
import type { HairStyle } from './identity';
import { clamp01, mix, ramp, tableNoise, wave } from './scalar';
import { type Scene, TEXTURE_SIZE } from './scene';
import { ellipse, roundedBox, smoothUnion } from './shapes';

export interface StyleNumbers {
  /** How far the cap stands off the skull at the sides and on top, for volume 0 and 1. */
  readonly sides: readonly [number, number];
  readonly top: readonly [number, number];
  /** Height at which the hair in front of the ears ends. */
  readonly sideEnd: number;
  /** Where the forehead ends and the sides begin, as a share of the head's half width. */
  readonly temple: number;
  readonly front: 'plain' | 'parted' | 'centre' | 'fringe' | 'quiff';
  readonly strands: 'straight' | 'curls' | 'waves' | 'cloth';
}

const short = { sideEnd: 0.02, temple: 0.74, front: 'plain', strands: 'straight' } as const;
const long = { sideEnd: 0.62, temple: 0.7, front: 'centre', strands: 'straight' } as const;

export const STYLES: Record<Exclude<HairStyle, 'bald' | 'headscarf'>, StyleNumbers> = {
  buzz: { ...short, sides: [0.0, 0.015], top: [0.01, 0.03], sideEnd: -0.06 },
  short: { ...short, sides: [0.01, 0.04], top: [0.05, 0.12] },
  sidePart: { ...short, sides: [0.015, 0.05], top: [0.07, 0.14], front: 'parted' },
  quiff: { ...short, sides: [0.0, 0.02], top: [0.06, 0.1], sideEnd: -0.03, front: 'quiff' },
  fringe: { ...short, sides: [0.03, 0.08], top: [0.06, 0.13], sideEnd: 0.12, front: 'fringe' },
  curlyShort: { ...short, sides: [0.03, 0.09], top: [0.09, 0.2], strands: 'curls' },
  afro: { ...short, sides: [0.16, 0.32], top: [0.2, 0.36], sideEnd: 0.06, strands: 'curls' },
  bob: { ...long, sides: [0.06, 0.12], top: [0.06, 0.12], sideEnd: 0.42, front: 'fringe' },
  long: { ...long, sides: [0.04, 0.1], top: [0.05, 0.11] },
  wavy: { ...long, sides: [0.07, 0.14], top: [0.07, 0.14], front: 'parted', strands: 'waves' },
  curlyLong: { ...long, sides: [0.1, 0.2], top: [0.1, 0.2], sideEnd: 0.4, strands: 'curls' },
  bun: { ...short, sides: [0.0, 0.03], top: [0.03, 0.07], sideEnd: 0.04 },
  pigtails: { ...short, sides: [0.02, 0.05], top: [0.04, 0.09], sideEnd: 0.08, front: 'centre' },
};

/** A lumpy field of about ±1 for curls; the warp keeps the lumps out of rank and file. */
export function lumps(x: number, y: number): number {
  const wx = x + 0.11 * wave(y * 1.3 + 0.7 * x);
  const wy = y + 0.11 * wave(x * 1.7 - 0.4 * y + 0.3);
  return 0.65 * wave(wx * 2.9 + 0.21) * wave(wy * 2.9 + 0.4) + 0.35 * wave(wx * 4.3 + wy * 2.7);
}

export function isMane(style: HairStyle): boolean {
  return style === 'bob' || style === 'long' || style === 'wavy';
}

/** Brightness factor of strands at a pixel, and the shine across the top. */
export function strandTone(
  scene: Scene,
  strands: StyleNumbers['strands'],
): (pixel: number) => number {
  const { canvas, texture, who } = scene;
  const { faceX, faceY } = canvas;
  const gloss = 0.34 - 0.27 * lightness(who.hair.colour);
  return (pixel) => {
    const x = faceX[pixel]!;
    const y = faceY[pixel]!;
    if (strands === 'curls') return 1 + 0.16 * lumps(1.7 * x, 1.7 * y);
    if (strands === 'cloth') return 1 + 0.07 * tableNoise(texture, (x * 0.8 + y) * 7 + 9);
    const bend = strands === 'waves' ? 0.05 * wave(y * 2.2) : 0.12 * x * y;
    const streak = 0.11 * tableNoise(texture, (x + bend) * 17 + TEXTURE_SIZE / 2);
    const shine = gloss * ramp(0.13, 0, Math.abs(y + 0.56 - 0.3 * x * x));
    return 1 + streak + shine;
  };
}

/** How the strands of a style run; `bald` never asks. */
export function strandsOf(style: HairStyle): StyleNumbers['strands'] {
  return style === 'bald' || style === 'headscarf' ? 'cloth' : STYLES[style].strands;
}

/** The outline of hair on the head, without its hairline. */
export function makeCap(scene: Scene, numbers: StyleNumbers): (pixel: number) => number {
  const { canvas, who, how, head } = scene;
  const { planeX, planeY } = canvas;
  const { volume, style } = who.hair;
  // A hat presses the hair flat.
  const room = how.occluder.kind === 'hat' ? 0.04 : 1;
  const sides = Math.min(room, mix(numbers.sides[0], numbers.sides[1], volume));
  const top = Math.min(room, mix(numbers.top[0], numbers.top[1], volume));
  const shift = -0.07 * canvas.sinYaw;
  const curls = numbers.strands === 'curls' && room === 1 ? 0.03 + 0.02 * volume : 0;
  const quiff = style === 'quiff' && room === 1 ? 0.13 + 0.1 * volume : 0;
  const lean = 0.1 * (who.hair.part > 0 ? 1 : -1);
  const rx = who.head.width + 0.012 + sides;
  const ry = 0.55 + (sides + top) / 2;
  return (pixel) => {
    const x = planeX[pixel]! - shift;
    const y = planeY[pixel]!;
    let d = ellipse(x, y + 0.13 + (top - sides) / 2, rx, ry);
    // Below the skull hair follows the outline of the head instead of closing under the chin.
    if (style === 'curlyLong' && y > -0.1) d = Math.min(d, head[pixel]! - 0.02 - sides * 0.5);
    if (quiff > 0) {
      const tuft = ellipse(x - lean - 0.06 * canvas.sinYaw, y + 0.6, 0.38, 0.1 + quiff);
      d = smoothUnion(d, tuft, 0.12);
    }
    return curls > 0 ? d + curls * lumps(x, y) : d;
  };
}

/** A cap from which hair falls straight down to its end: the outline of bobs and long hair. */
export function makeMane(scene: Scene, numbers: StyleNumbers): (pixel: number) => number {
  const { canvas, who } = scene;
  const { planeX, planeY } = canvas;
  const { volume, length, style } = who.hair;
  const cap = makeCap(scene, numbers);
  const shift = -0.07 * canvas.sinYaw;
  const half = who.head.width + 0.012 + mix(numbers.sides[0], numbers.sides[1], volume);
  const end = style === 'bob' ? mix(0.4, 0.62, length) : mix(0.8, 1.25, length);
  const flare = style === 'bob' ? mix(-0.06, 0.12, volume) : 0.05 + 0.1 * volume;
  const swing = style === 'wavy' ? 0.045 : 0.0;
  const middle = (end - 0.12) / 2;
  return (pixel) => {
    const y = planeY[pixel]!;
    const below = y > -0.12 ? y + 0.12 : 0;
    const bend = swing > 0 ? swing * wave(y * 2.3 + length) * clamp01(4 * below) : 0;
    const x = Math.abs(planeX[pixel]! - shift) + bend - flare * below;
    const fall = roundedBox(x, y - middle, half, (end + 0.12) / 2, 0.12);
    // The upper corners of the fall lie inside the cap's widest part.
    return Math.min(cap(pixel), fall);
  };
}

export function makeHairline(scene: Scene, numbers: StyleNumbers): (pixel: number) => number {
  const { canvas, who, texture } = scene;
  const { faceX, faceY } = canvas;
  const { line, part, recede, length, style } = who.hair;
  const width = who.head.width;
  const foreheadLine = (x: number): number => {
    const u = Math.abs(x) / width;
    switch (numbers.front) {
      case 'fringe':
        return mix(-0.3, -0.2, length) + 0.022 * tableNoise(texture, x * 13 + 20) + 0.08 * u * u;
      case 'parted': {
        const d = x - 0.5 * part * width;
        const swept = d * part > 0 ? 0.34 : 0.2;
        return line - 0.03 + swept * Math.min(0.45, Math.abs(d)) * (1 + Math.abs(d));
      }
      case 'centre':
        return line - 0.06 + 0.5 * Math.abs(x) * (0.35 + u);
      case 'quiff':
        return line + 0.02;
      default:
        return line - 0.16 * recede * ramp(0.12, 0.5, u) + 0.05 * u * u;
    }
  };
  const sideEnd = isMane(style) ? 1.4 : numbers.sideEnd;
  const lineAt = (x: number): number => {
    const u = Math.abs(x) / width;
    const side = ramp(numbers.temple, 1.0, u);
    return mix(foreheadLine(x), sideEnd, side);
  };
  return (pixel) => {
    const x = faceX[pixel]!;
    const slope = (lineAt(x + 0.01) - lineAt(x - 0.01)) * 50;
    const curl = numbers.strands === 'curls' ? 0.03 * lumps(1.6 * x + 0.3, 0.2) : 0;
    return (faceY[pixel]! - lineAt(x) - curl) / Math.sqrt(1 + slope * slope);
  };
}
