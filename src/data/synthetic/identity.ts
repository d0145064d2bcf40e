/**
 * Who a generated person is: the vector of everything that stays the same in all their images. It
 * depends on the seed and the person's number only, not on difficulty or on how many people there are.
 *
 * Lengths are in units in which the head is about 1 wide and 1.35 high; y grows downwards, 0 is the
 * eye line. Left and right are alike except for a parting and a mole, which a flipped image may move.
 */
import { STREAM, uniform } from '../../math/random';
import {
  CLOTH,
  FRAME,
  HAIR,
  IRIS,
  LIPSTICK,
  mixRgb,
  type Rgb,
  scaleRgb,
  skinColour,
} from './colour';
import { Draws } from './draws';
import { clamp01, mix, ramp } from './scalar';

export type HairStyle =
  | 'bald'
  | 'buzz'
  | 'short'
  | 'sidePart'
  | 'quiff'
  | 'fringe'
  | 'curlyShort'
  | 'afro'
  | 'bob'
  | 'long'
  | 'wavy'
  | 'curlyLong'
  | 'bun'
  | 'pigtails'
  | 'headscarf';

export type BeardStyle = 'none' | 'stubble' | 'moustache' | 'goatee' | 'short' | 'full';

export type GlassesStyle = 'none' | 'round' | 'square' | 'wide';

export interface FaceIdentity {
  readonly head: {
    readonly width: number;
    readonly jawWidth: number;
    readonly chinY: number;
    /** 0 oval … 1 square. */
    readonly square: number;
    readonly chinWidth: number;
  };
  readonly skin: Rgb;
  readonly blush: number;
  readonly freckles: number;
  /** Seed of everything that needs many small draws: freckles, curls, strands. */
  readonly texture: number;
  /** Beauty spot `[x, y]` in face coordinates, or null. */
  readonly mole: readonly [number, number] | null;
  /** 0 … 1, how deep folds and lines are. */
  readonly wrinkles: number;
  readonly hair: {
    readonly style: HairStyle;
    readonly colour: Rgb;
    /** Height of the hairline over the forehead; −0.45 is high on the head. */
    readonly line: number;
    /** 0 flat … 1 full. */
    readonly volume: number;
    readonly length: number;
    /** Parting, −1 … 1. */
    readonly part: number;
    /** 0 … 1, how far the temples recede. */
    readonly recede: number;
  };
  readonly brow: {
    readonly y: number;
    readonly thickness: number;
    readonly tilt: number;
    readonly arch: number;
    readonly length: number;
    readonly colour: Rgb;
  };
  readonly eye: {
    readonly spacing: number;
    readonly y: number;
    readonly width: number;
    readonly open: number;
    readonly tilt: number;
    readonly iris: Rgb;
    readonly irisSize: number;
    readonly lash: number;
    readonly crease: number;
  };
  readonly nose: {
    readonly y: number;
    readonly width: number;
    readonly bridge: number;
    readonly tip: number;
    readonly out: number;
  };
  readonly mouth: {
    readonly y: number;
    readonly width: number;
    readonly upper: number;
    readonly lower: number;
    readonly colour: Rgb;
    readonly corner: number;
  };
  readonly ear: { readonly size: number; readonly out: number; readonly ring: boolean };
  readonly beard: { readonly style: BeardStyle; readonly colour: Rgb; readonly length: number };
  readonly glasses: {
    readonly style: GlassesStyle;
    readonly colour: Rgb;
    readonly size: number;
    readonly thickness: number;
  };
}

const GOLDEN = 0.6180339887498949;
const PLASTIC = 0.7548776662466927;

/** Spread evenly over 0 … 1 even among few people: an additive recurrence with a start by the seed. */
function spread(seed: number, person: number, step: number, axis: number): number {
  const value = uniform(seed, STREAM.identity, 0xffff_ffff, axis) + person * step;
  return value - Math.floor(value);
}

function hairColour(draws: Draws, tone: number, age: number): Rgb {
  const fair = 1 - ramp(0.25, 0.6, tone);
  const base = draws.weighted<Rgb>([
    [HAIR.black, 1.2 + 3 * tone],
    [HAIR.darkBrown, 2],
    [HAIR.brown, 0.6 + fair],
    [HAIR.chestnut, 0.3 + fair],
    [HAIR.auburn, 0.2 + 0.8 * fair],
    [HAIR.ginger, 0.1 + 0.9 * fair],
    [HAIR.darkBlonde, 0.1 + fair],
    [HAIR.blonde, 0.15 + 1.2 * fair],
    [HAIR.platinum, 0.08 + 0.5 * fair],
    [HAIR.pink, 0.14],
    [HAIR.blue, 0.14],
    [HAIR.teal, 0.12],
    [HAIR.violet, 0.14],
  ]);
  const grey = ramp(0.55, 0.95, age + 0.12 * draws.bell());
  const aged = mixRgb(base, draws.chance(0.5) ? HAIR.grey : HAIR.white, grey);
  return scaleRgb(aged, 1 + 0.07 * draws.bell());
}

function hairStyle(draws: Draws, feminine: number, age: number, tone: number): HairStyle {
  const m = 1 - feminine;
  const f = feminine;
  const curl = 0.4 + ramp(0.4, 0.8, tone) * 1.4;
  return draws.weighted<HairStyle>([
    ['bald', m * m * (0.3 + 1.4 * ramp(0.4, 0.9, age))],
    ['buzz', m * 0.9],
    ['short', 0.15 + 1.2 * m],
    ['sidePart', 0.15 + 1.2 * m],
    ['quiff', 0.1 + 0.9 * m * (1 - age)],
    ['fringe', 0.4 + 0.4 * f],
    ['curlyShort', (0.25 + 0.5 * m) * curl],
    ['afro', 0.8 * (curl - 0.25)],
    ['bob', 0.05 + 1.3 * f],
    ['long', 0.1 + 1.2 * f],
    ['wavy', 0.08 + 1.2 * f],
    ['curlyLong', (0.04 + 0.7 * f) * curl],
    ['bun', 0.06 + 0.9 * f],
    ['pigtails', 0.9 * f * (1 - ramp(0.2, 0.6, age))],
    ['headscarf', 0.8 * f],
  ]);
}

/** The person `person` (0 …) of a seed. */
export function sampleIdentity(seed: number, person: number): FaceIdentity {
  const draws = new Draws(seed, STREAM.identity, person);
  const tone = spread(seed, person, GOLDEN, 0);
  const feminine = ramp(0.2, 0.8, spread(seed, person, PLASTIC, 1));
  const age = spread(seed, person, GOLDEN * PLASTIC, 2);
  const child = 1 - ramp(0.06, 0.16, age);
  const adult = 1 - child;
  const male = 1 - feminine;

  const skin = skinColour(tone, Math.max(-1, Math.min(1, 0.6 * draws.bell())));
  const dark: Rgb = scaleRgb(skin, 0.55);
  const hair = hairColour(draws, tone, age);
  const style = hairStyle(draws, feminine, age, tone);
  const canBeard = male > 0.6 && adult > 0.5;
  const beard: BeardStyle = canBeard
    ? draws.weighted<BeardStyle>([
        ['none', 1.4],
        ['stubble', 0.9],
        ['moustache', 0.6],
        ['goatee', 0.6],
        ['short', 0.9],
        ['full', 0.8],
      ])
    : 'none';
  const painted = draws.chance(0.4 * feminine * adult);
  const rosy = mixRgb(skin, [0.74, 0.27, 0.3], 0.42 - 0.1 * tone);

  return {
    head: {
      width: 0.53 + 0.03 * draws.bell() + 0.02 * child,
      jawWidth: 0.41 + 0.028 * draws.bell() + 0.035 * male + 0.02 * child,
      chinY: mix(0.67, 0.6, child) + 0.035 * draws.bell() + 0.02 * male,
      square: clamp01(0.15 + 0.5 * male * adult + 0.25 * draws.bell()),
      chinWidth: 0.17 + 0.035 * draws.bell() + 0.03 * male,
    },
    skin,
    blush: clamp01(0.35 + 0.25 * draws.bell() + 0.2 * feminine),
    freckles: draws.chance(0.22 * (1 - tone) + 0.06) ? draws.range(0.4, 1) : 0,
    texture: Math.floor(draws.next() * 2 ** 32),
    mole: draws.chance(0.22)
      ? [
          draws.range(-0.3, 0.3),
          draws.chance(0.5) ? draws.range(0.26, 0.36) : draws.range(0.1, 0.2),
        ]
      : null,
    wrinkles: ramp(0.45, 0.95, age + 0.08 * draws.bell()),
    hair: {
      style,
      colour: style === 'headscarf' ? scaleRgb(draws.pick(CLOTH), 0.95) : hair,
      line: -0.4 + 0.035 * draws.bell() - 0.03 * ramp(0.5, 1, age) * male,
      volume: clamp01(0.5 + 0.28 * draws.bell()),
      length: draws.range(0, 1),
      part: (draws.chance(0.5) ? 1 : -1) * draws.range(0.1, 0.7),
      recede: clamp01(0.25 * male + 0.5 * male * age + 0.2 * draws.bell()),
    },
    brow: {
      y: -0.175 + 0.018 * draws.bell(),
      thickness: 0.03 + 0.008 * draws.bell() + 0.01 * male - 0.006 * child,
      tilt: 0.12 * draws.bell(),
      arch: 0.045 + 0.022 * draws.bell() + 0.015 * feminine,
      length: 0.145 + 0.016 * draws.bell(),
      colour: mixRgb(style === 'headscarf' || lightEnough(hair) ? dark : hair, dark, 0.35),
    },
    eye: {
      spacing: 0.225 + 0.018 * draws.bell(),
      y: 0.01 * draws.bell() + 0.03 * child,
      width: 0.125 + 0.011 * draws.bell() + 0.012 * child,
      open: 0.074 + 0.013 * draws.bell() + 0.014 * child - 0.012 * ramp(0.6, 1, age),
      tilt: 0.1 * draws.bell(),
      iris: draws.weighted<Rgb>(
        IRIS.map(([colour, weight], i) => [colour, i < 2 ? weight + 6 * tone : weight]),
      ),
      irisSize: 0.064 + 0.004 * draws.bell() + 0.006 * child,
      lash: clamp01(0.15 + 0.75 * feminine + 0.15 * draws.bell()),
      crease: draws.next(),
    },
    nose: {
      y: mix(0.235, 0.2, child) + 0.02 * draws.bell(),
      width: 0.088 + 0.014 * draws.bell() + 0.018 * tone + 0.012 * male - 0.012 * child,
      bridge: clamp01(0.5 + 0.3 * draws.bell()),
      tip: 0.055 + 0.01 * draws.bell(),
      out: 0.13 + 0.025 * draws.bell() - 0.04 * child,
    },
    mouth: {
      y: mix(0.415, 0.385, child) + 0.018 * draws.bell(),
      width: 0.175 + 0.022 * draws.bell() - 0.02 * child,
      upper: 0.03 + 0.009 * draws.bell() + 0.008 * feminine,
      lower: 0.045 + 0.011 * draws.bell() + 0.008 * feminine + 0.01 * tone,
      colour: painted ? mixRgb(draws.pick(LIPSTICK), skin, 0.15) : rosy,
      corner: 0.02 * draws.bell(),
    },
    ear: {
      size: 0.115 + 0.014 * draws.bell(),
      out: 0.02 + 0.016 * draws.bell(),
      ring: draws.chance(0.1 + 0.5 * feminine * adult),
    },
    beard: { style: beard, colour: scaleRgb(hair, 0.92), length: draws.next() },
    glasses: {
      style: draws.weighted<GlassesStyle>([
        ['none', 2.1],
        ['round', 0.4],
        ['square', 0.45],
        ['wide', 0.3],
      ]),
      colour: draws.pick(FRAME),
      size: 0.165 + 0.012 * draws.bell(),
      thickness: draws.range(0.012, 0.026),
    },
  };
}

/** Hair so light that brows in its colour would vanish on the skin. */
function lightEnough(hair: Rgb): boolean {
  return hair[0] + hair[1] + hair[2] > 2.1;
}
