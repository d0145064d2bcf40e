/**
 * How a byte of a crop becomes a number that a network reads: (byte − mean) / scale, alike in all three
 * channels. The one place that says so: every engine, the batches and what is saved with a network take
 * it from here.
 */
export interface Normalisation {
  /** Levels, 0 … 255: what becomes 0. */
  readonly mean: number;
  /** Levels that become 1. */
  readonly scale: number;
}

/** −0.996 … +0.996; every one of the 256 values has at most eight binary digits. */
export const NORMALISATION: Normalisation = { mean: 127.5, scale: 128 };

/** `[256]`, for every byte. */
export const NORMALISED = Float32Array.from(
  { length: 256 },
  (_, byte) => (byte - NORMALISATION.mean) / NORMALISATION.scale,
);
