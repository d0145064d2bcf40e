/**
 * What the camera dialog computes: why there is no picture, the beats of a count-down and its series of
 * crops, the crop of a frame, and crops as they are sent and shown.
 */

import type { IdentityCrops } from '../../data/addIdentity';
import { cropAndResize, middleSquare, type Pixels } from '../../data/import/resize';

/** Width and height of a crop as it is taken, pixels: it can be made as large as common sets are. */
export const CROP_SIDE = 144;
/** The guide's side, as a share of the preview's, which shows the largest square in the middle. */
const GUIDE_SHARE = 0.8;
export const CROPS_RANGE = [1, 60] as const;
export const DEFAULT_CROPS = 12;

/** `null`: nobody is being counted down. */
export type Phase =
  | { readonly kind: 'counting'; readonly left: number }
  | { readonly kind: 'taking'; readonly left: number }
  | null;

export const COUNT_FROM = 3;

/** Milliseconds between two numbers, and between two crops. */
export interface Tempo {
  readonly countMs: number;
  readonly cropMs: number;
}

/** Slow enough to turn the head a little from crop to crop. */
export const TEMPO: Tempo = { countMs: 1000, cropMs: 400 };

/** The phase after a beat: 3, 2, 1, then as many crops as asked for. */
export function nextPhase(phase: NonNullable<Phase>, crops: number): Phase {
  if (phase.left > 1) return { ...phase, left: phase.left - 1 };
  return phase.kind === 'counting' ? { kind: 'taking', left: crops } : null;
}

/**
 * What the guide shows of a frame, not mirrored: that is how others see a person.
 * @returns `[CROP_SIDE, CROP_SIDE, 3]`, RGB
 */
export function cropOfFrame(frame: Pixels): Uint8Array<ArrayBuffer> {
  return cropAndResize(frame, CROP_SIDE, middleSquare(frame, GUIDE_SHARE));
}

/** @param crops `[CROP_SIDE, CROP_SIDE, 3]` each */
export function packCrops(name: string, crops: readonly Uint8Array[]): IdentityCrops {
  const bytes = CROP_SIDE * CROP_SIDE * 3;
  const pixels = new Uint8Array(crops.length * bytes);
  for (const [place, crop] of crops.entries()) pixels.set(crop, place * bytes);
  return { name, size: CROP_SIDE, pixels };
}

/** RGB with an opaque alpha, to be drawn. */
export function toRgba(rgb: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray((rgb.length / 3) * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from]!;
    rgba[to + 1] = rgb[from + 1]!;
    rgba[to + 2] = rgb[from + 2]!;
  }
  return rgba;
}

/** Two sentences on why the camera did not start: what happened and what to do. */
export function cameraProblem(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'The camera was not allowed. Allow it for this page in the address bar or the browser’s settings, then start it again.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'No camera was found. Connect one, then start it again.';
    case 'NotReadableError':
    case 'AbortError':
      return 'The camera could not be opened; another program may be using it. Close that program, then start it again.';
    default:
      return `The camera did not start${name === '' ? '' : ` (${name})`}. Try again, or use another browser.`;
  }
}

export const INSECURE =
  'Browsers give a camera only to pages that come over https or from this computer. Open the page by such an address.';

export const CAMERA_ENDED =
  'The camera stopped: it was unplugged, or its permission was taken back. The crops are still here; start it again for more.';
