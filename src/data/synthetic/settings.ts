/**
 * The knobs of the built-in faces. The same settings give the same bytes everywhere.
 */
/** What changes from image to image of one person. */
export const NUISANCES = [
  'pose',
  'framing',
  'light',
  'expression',
  'occlusion',
  'backdrop',
  'camera',
] as const;
export type NuisanceName = (typeof NUISANCES)[number];

export interface SyntheticSettings {
  readonly seed: number;
  /** 2 … 10,000 different people. */
  readonly identities: number;
  /** 2 … 1,000 images of each. */
  readonly imagesPerIdentity: number;
  /** 32 … 144 pixels, width and height. */
  readonly cropSize: number;
  /** 0 (passport photos) … 1 (as hard as it gets): strength of pose, light, occlusion, blur, noise. */
  readonly difficulty: number;
  /**
   * 0 … 0.5: the share of images whose label is replaced by another identity's. Every identity keeps an
   * image of its own, and two labels in all where that many are to be had.
   */
  readonly labelNoise: number;
  /**
   * Exponent of Zipf's law, 0 … 2: the person of rank k has imagesPerIdentity / kᵃ images, but two at
   * least. 0 where absent: everybody has as many.
   */
  readonly imbalance?: number;
  /** 0 … 2, factors on what the difficulty makes of each nuisance; 1 where absent. */
  readonly nuisances?: Readonly<Partial<Record<NuisanceName, number>>>;
}

/** The settings that are one number each and always there. */
export type SyntheticKnob = Exclude<keyof SyntheticSettings, 'imbalance' | 'nuisances'>;

export const DEFAULT_SYNTHETIC: SyntheticSettings = {
  seed: 7,
  identities: 40,
  imagesPerIdentity: 24,
  cropSize: 32,
  difficulty: 0.5,
  labelNoise: 0,
};

/** Allowed range of every setting, both ends included. */
export const SYNTHETIC_RANGES = {
  seed: [0, 2 ** 32 - 1],
  identities: [2, 10_000],
  imagesPerIdentity: [2, 1_000],
  cropSize: [32, 144],
  difficulty: [0, 1],
  labelNoise: [0, 0.5],
} as const satisfies Record<SyntheticKnob, readonly [number, number]>;

export const IMBALANCE_RANGE = [0, 2] as const;
export const NUISANCE_RANGE = [0, 2] as const;
