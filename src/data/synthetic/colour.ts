/**
 * Colours of the generated people and their surroundings, as display RGB in 0 … 1, and how to mix them.
 * Skin runs through the whole human range; hair, cloth and walls are muted, as in a printed drawing.
 */
import { clamp01, mix } from './scalar';

/** Red, green, blue, 0 … 1. */
export type Rgb = readonly [number, number, number];

/** `#rrggbb` as a colour. */
export function hex(code: string): Rgb {
  const value = Number.parseInt(code.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

export function mixRgb(from: Rgb, to: Rgb, share: number): Rgb {
  return [mix(from[0], to[0], share), mix(from[1], to[1], share), mix(from[2], to[2], share)];
}

export function scaleRgb(colour: Rgb, factor: number): Rgb {
  return [clamp01(colour[0] * factor), clamp01(colour[1] * factor), clamp01(colour[2] * factor)];
}

/** Skin in shadow: darker and a little redder, never grey. */
export function skinShadow(skin: Rgb, factor: number): Rgb {
  return mixRgb(scaleRgb(skin, factor), [0.45, 0.14, 0.1], 0.14);
}

/** Perceived lightness of a display colour, 0 … 1. */
export function lightness(colour: Rgb): number {
  return 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2];
}

const SKIN: readonly Rgb[] = [
  '#fde3d3',
  '#f8d3b8',
  '#f0c29f',
  '#e2ad83',
  '#cf9467',
  '#b6794c',
  '#975d38',
  '#774629',
  '#5a3420',
  '#45281a',
].map(hex);

/**
 * Skin for a tone in 0 (fairest) … 1 (darkest) and an undertone in −1 (olive) … 1 (rosy).
 */
export function skinColour(tone: number, undertone: number): Rgb {
  const position = clamp01(tone) * (SKIN.length - 1);
  const cell = Math.min(SKIN.length - 2, Math.floor(position));
  const base = mixRgb(SKIN[cell]!, SKIN[cell + 1]!, position - cell);
  const tint: Rgb =
    undertone > 0
      ? [1 + 0.01 * undertone, 1 - 0.05 * undertone, 1 - 0.01 * undertone]
      : [1 + 0.02 * undertone, 1, 1 + 0.1 * undertone];
  return [clamp01(base[0] * tint[0]), clamp01(base[1] * tint[1]), clamp01(base[2] * tint[2])];
}

export const HAIR = {
  black: hex('#1d1918'),
  darkBrown: hex('#3a271d'),
  brown: hex('#5f3d27'),
  chestnut: hex('#7d4a2c'),
  auburn: hex('#8f3d22'),
  ginger: hex('#c8662c'),
  darkBlonde: hex('#a98552'),
  blonde: hex('#dcb976'),
  platinum: hex('#efe2c2'),
  grey: hex('#9b9a98'),
  white: hex('#e6e4e0'),
  pink: hex('#d8749b'),
  blue: hex('#4d7ab5'),
  teal: hex('#31908a'),
  violet: hex('#7f60a8'),
} as const satisfies Record<string, Rgb>;

export const IRIS: readonly (readonly [Rgb, number])[] = [
  [hex('#3b2416'), 4],
  [hex('#5c3a1e'), 3],
  [hex('#7d5a2c'), 2],
  [hex('#6f7f4a'), 1.5],
  [hex('#4f86a8'), 2],
  [hex('#7b919c'), 1.2],
];

export const LIPSTICK: readonly Rgb[] = ['#b3262f', '#c4475d', '#8e2f4f', '#d0705f', '#7a2a2a'].map(
  hex,
);

export const FRAME: readonly Rgb[] = [
  '#23211f',
  '#5a3a22',
  '#8b1f2b',
  '#2b4a6f',
  '#b9984f',
  '#c9ccd0',
  '#3f6b52',
].map(hex);

/** Headscarves, clothes and things held in front of the face. */
export const CLOTH: readonly Rgb[] = [
  '#2f4858',
  '#33658a',
  '#86bbd8',
  '#f6ae2d',
  '#d9622b',
  '#a63d40',
  '#e9b4a6',
  '#90a955',
  '#3f6b52',
  '#6d597a',
  '#b56576',
  '#e5ddd0',
  '#f4f1ea',
  '#4a4e57',
  '#232529',
  '#c8a97e',
].map(hex);

export const WALL: readonly Rgb[] = [
  '#dfe6ea',
  '#e8e2d6',
  '#d7e3d4',
  '#e7d9de',
  '#cdd9e5',
  '#f1ece2',
  '#c5cfc0',
  '#d9c7b0',
  '#9fb3bd',
  '#b59f8c',
  '#7d8f8a',
  '#8a7f98',
  '#5b6b78',
  '#6b5b4e',
  '#4a5d52',
  '#3a4250',
  '#2c2f36',
  '#a3584a',
  '#cf9d5b',
  '#5f86a3',
].map(hex);
