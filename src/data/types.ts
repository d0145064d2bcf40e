/**
 * What every source of faces becomes, whatever its format: first a lazy list of files, then,
 * once decoded, a `FaceSet`: one packed RGB byte store with one crop size. Identities, splits and
 * batches are index lists over that store.
 */
import type { Placement } from './align/placement';
import type { SyntheticSettings } from './synthetic/settings';

/** Why a file did not become a face crop. */
export interface RejectedFile {
  readonly name: string;
  /** One sentence: what was wrong with it. */
  readonly reason: string;
  /** Nothing went wrong: it is no picture and not called one, or lists do not tell who is on it. */
  readonly unused?: true;
}

export interface Identity {
  readonly name: string;
  /** Number of face crops in the store. */
  readonly count: number;
}

export type FaceSetOrigin =
  | { readonly kind: 'synthetic'; readonly settings: SyntheticSettings }
  | { readonly kind: 'files'; readonly label: string };

/** Decoded faces. Everything about one image sits at one index. */
export interface FaceSet {
  readonly origin: FaceSetOrigin;
  /** Width and height of every crop, pixels. */
  readonly cropSize: number;
  /** `[count, cropSize, cropSize, 3]`, RGB, 0–255. */
  readonly pixels: Uint8Array;
  /** `[count]`, index into `identities`. */
  readonly labels: Int32Array;
  /** `[count]`, path or generated name of each image. */
  readonly names: readonly string[];
  /** Sorted by name; every identity has at least one image. */
  readonly identities: readonly Identity[];
  readonly rejected: readonly RejectedFile[];
  /** `[count, 2]`, width and height of the picture before it was cropped, pixels; 0 is unknown. */
  readonly sourceSizes?: Uint32Array;
  /** `[count]`, what each image was stored as, `jpeg` for example. */
  readonly formats?: readonly string[];
  /** `[count]`, the part of the set each image belongs to, where the set itself says so. */
  readonly splits?: readonly (string | null)[];
  /** `[count]`, how each crop lies on its picture; `null` where no face was looked for. */
  readonly placements?: readonly (Placement | null)[];
  /** `[count, 5, 2]`, the points a crop was aligned by, pixels of the upright picture; NaN for none. */
  readonly facePoints?: Float32Array;
  /** Names of people to train on and to hold out, where lists among the files say so. */
  readonly lists?: { readonly train: readonly string[]; readonly heldOut: readonly string[] };
}

/** How many images each identity has before the minimum is applied, to choose the minimum by. */
export interface IdentityHistogram {
  /** `[k]` = number of identities with at least k images; `[0]` is all of them. */
  readonly identitiesWithAtLeast: readonly number[];
}

/** Which images train and which are held out, as indices into a `FaceSet`. */
export interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}
