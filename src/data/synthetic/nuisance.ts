/**
 * What changes from image to image of one person: pose, framing, light, expression, things in front of
 * the face, clothes, background, camera. Its strength grows with the difficulty, from passport photos
 * (0) to snapshots (1); clothes and background never say who somebody is.
 */
import { STREAM } from '../../math/random';
import { CLOTH, type Rgb, WALL } from './colour';
import { Draws } from './draws';
import { clamp01, mix } from './scalar';
import type { NuisanceName, SyntheticSettings } from './settings';

export type OccluderKind =
  | 'none'
  | 'sunglasses'
  | 'mask'
  | 'scarf'
  | 'hand'
  | 'cup'
  | 'leaf'
  | 'hat';
export type BackdropKind = 'plain' | 'bokeh' | 'panels' | 'horizon';

export interface Nuisance {
  /** Radians; positive turns the face to the right of the image, or down. */
  readonly yawRad: number;
  readonly pitchRad: number;
  readonly rollRad: number;
  readonly scale: number;
  /** In half image widths. */
  readonly shift: readonly [number, number];
  readonly light: {
    /** Unit vector towards the light; x right, y down, z to the camera. */
    readonly direction: readonly [number, number, number];
    readonly colour: Rgb;
    readonly ambient: number;
    readonly diffuse: number;
    readonly exposure: number;
  };
  readonly expression: {
    /** −1 sad … 1 broad smile. */
    readonly smile: number;
    readonly mouthOpen: number;
    readonly browLift: number;
    /** Factor on how far the eyes are open. */
    readonly eyeOpen: number;
    readonly gaze: readonly [number, number];
  };
  readonly occluder: {
    readonly kind: OccluderKind;
    readonly colour: Rgb;
    /** −1 or 1: from which side it comes. */
    readonly side: number;
    readonly amount: number;
  };
  readonly clothes: { readonly colour: Rgb; readonly collar: number; readonly trim: Rgb };
  readonly backdrop: {
    readonly kind: BackdropKind;
    readonly colour: Rgb;
    readonly second: Rgb;
    /** How far the colour goes over into the second one, 0 … 1. */
    readonly gradient: number;
    readonly texture: number;
  };
  readonly camera: { readonly blur: number; readonly noise: number; readonly contrast: number };
}

/** Image numbers of one person share a step; more than SYNTHETIC_RANGES allows images. */
const IMAGES_PER_STEP = 1024;

/** The counter under which all draws of one image live. */
export function imageStep(person: number, image: number): number {
  return person * IMAGES_PER_STEP + image;
}

/**
 * How strong a nuisance is: `some` even in passport photos, `more` with the difficulty alone, `always`
 * whatever the difficulty. With a factor of 0 there is none of it.
 */
interface Strength {
  readonly some: number;
  readonly more: number;
  readonly always: number;
}

function strengthOf(difficulty: number, factor: number): Strength {
  return {
    some: Math.min(1, factor * (0.12 + 0.88 * difficulty)),
    more: Math.min(1, factor * difficulty),
    always: Math.min(1, factor),
  };
}

/** The circumstances of image `image` of person `person`. */
export function sampleNuisance(
  seed: number,
  person: number,
  image: number,
  { difficulty, nuisances = {} }: Pick<SyntheticSettings, 'difficulty' | 'nuisances'>,
): Nuisance {
  const draws = new Draws(seed, STREAM.nuisance, imageStep(person, image));
  const of = (name: NuisanceName): Strength => strengthOf(difficulty, nuisances[name] ?? 1);
  const [pose, framing, lit] = [of('pose').some, of('framing').some, of('light')];
  const [face, hidden, behind, camera] = [
    of('expression'),
    of('occlusion').more,
    of('backdrop'),
    of('camera'),
  ];
  const yawRad = 0.5 * pose * draws.range(-1, 1);
  const pitchRad = 0.28 * pose * draws.range(-1, 1);
  const rollRad = 0.13 * pose * draws.bell();
  const scale = 1.09 * (1 + 0.09 * framing * draws.bell());
  const right = 0.17 * framing * draws.bell();
  const shift: readonly [number, number] = [right, 0.14 * framing * draws.bell()];

  const lx = 1.5 * lit.some * draws.range(-1, 1);
  const ly = -0.45 + 0.9 * lit.some * draws.range(-1, 1);
  const norm = Math.sqrt(lx * lx + ly * ly + 1);
  const warm = 0.16 * lit.some * draws.bell();
  const green = 0.05 * lit.some * draws.bell();
  const contrastOfLight = clamp01(0.35 + 0.5 * lit.more * draws.range(-0.4, 1));
  const exposure = 1 + 0.3 * lit.some * draws.range(-1.4, 0.9);

  // What hides eyes or hair hides most of who somebody is: rare until it gets hard.
  const covering = hidden * hidden * hidden;
  const occluded = draws.chance((0.04 + 0.46 * hidden) * hidden);
  const clothes = draws.pick(CLOTH);
  return {
    yawRad,
    pitchRad,
    rollRad,
    scale,
    shift,
    light: {
      direction: [lx / norm, ly / norm, 1 / norm],
      colour: [1 + warm, 1 + green, 1 - warm],
      ambient: mix(0.72, 0.38, contrastOfLight),
      diffuse: mix(0.36, 0.8, contrastOfLight),
      exposure,
    },
    expression: {
      smile: Math.max(
        -0.6,
        Math.min(1, 0.25 + 0.55 * (0.35 * face.always + 0.65 * face.more) * draws.bell()),
      ),
      mouthOpen: clamp01(1.6 * draws.next() - 1.15) * clamp01(0.3 * face.always + face.more),
      browLift: 0.3 * (0.3 * face.always + face.more) * draws.bell(),
      eyeOpen: mix(
        1,
        draws.chance(0.05) ? 0.12 : draws.range(0.65, 1.12),
        clamp01(1.6 * face.more),
      ),
      gaze: [0.5 * face.some * draws.bell(), 0.25 * face.some * draws.bell()],
    },
    occluder: {
      kind: occluded
        ? draws.weighted<OccluderKind>([
            ['sunglasses', 1.2 * covering],
            ['mask', 0.8],
            ['scarf', 1],
            ['hand', 1],
            ['cup', 1],
            ['leaf', 1.2],
            ['hat', covering],
          ])
        : 'none',
      colour: draws.pick(CLOTH),
      side: draws.chance(0.5) ? 1 : -1,
      amount: draws.next(),
    },
    clothes: { colour: clothes, collar: draws.next(), trim: draws.pick(CLOTH) },
    backdrop: {
      kind: draws.weighted<BackdropKind>([
        ['plain', 1.6 - behind.more],
        ['bokeh', 1.5 * behind.more],
        ['panels', 1.2 * behind.more],
        ['horizon', 1.2 * behind.more],
      ]),
      colour:
        WALL[Math.floor(draws.next() * WALL.length * (0.35 * behind.always + 0.65 * behind.more))]!,
      second: draws.pick(WALL),
      gradient: 0.22 * behind.always,
      texture: Math.floor(draws.next() * 2 ** 32),
    },
    camera: {
      blur: draws.chance(0.25 + 0.5 * camera.more) ? 0.65 * camera.more * draws.next() : 0,
      noise: 0.004 * camera.always + 0.03 * camera.more * draws.next(),
      contrast: 1 + 0.16 * camera.some * draws.range(-1.4, 0.8),
    },
  };
}
