/** Faces some of whose crops were cut anew from their pictures, as a person corrected them. */
import { type CropCorrection, placementOf } from '../align/placement';
import type { FaceSet } from '../types';
import type { Edit } from './edit';
import { imageKeys } from './imageKeys';

export interface RecutCrop {
  readonly correction: CropCorrection;
  /** `[cropSize, cropSize, 3]`, RGB. */
  readonly rgb: Uint8Array;
}

/**
 * @param crops by image
 * @param pixels those of `faces`, where they are nobody else's and may be written to
 * @returns `faces` itself where there are none
 */
export function withCrops(
  faces: FaceSet,
  crops: ReadonlyMap<number, RecutCrop>,
  pixels: Uint8Array = faces.pixels.slice(),
): FaceSet {
  if (crops.size === 0) return faces;
  const count = faces.labels.length;
  const placements = faces.placements?.slice() ?? new Array<null>(count).fill(null);
  const facePoints = faces.facePoints?.slice() ?? new Float32Array(10 * count).fill(Number.NaN);
  const none = new Float32Array(10).fill(Number.NaN);
  for (const [image, { correction, rgb }] of crops) {
    pixels.set(rgb, image * rgb.length);
    placements[image] = placementOf(placements[image], correction);
    facePoints.set(correction.kind === 'points' ? correction.points : none, 10 * image);
  }
  return { ...faces, pixels, placements, facePoints };
}

/**
 * A set as it is kept without its pictures: corrected crops in the place of those read, and what was left
 * out for lack of a face removed by a correction like any other, which can be undone.
 */
export function keptAs(
  all: FaceSet,
  edits: readonly Edit[],
  crops: ReadonlyMap<number, RecutCrop>,
): { readonly faces: FaceSet; readonly edits: readonly Edit[] } {
  const faces = withCrops(all, crops);
  const { placements } = faces;
  if (placements === undefined) return { faces, edits };
  const keys = imageKeys(all.names);
  const out = keys.filter((_, image) => all.placements?.[image] === 'left-out');
  return {
    faces: {
      ...faces,
      placements: placements.map((placement) => (placement === 'left-out' ? 'none' : placement)),
    },
    edits: [
      ...(out.length === 0 ? [] : [{ kind: 'remove', images: out } as const]),
      ...edits.map(withoutPicture),
    ],
  };
}

/** What is left of a correction of a crop: that the image takes part. */
export function withoutPicture(edit: Edit): Edit {
  if (edit.kind === 'align') return { kind: 'keep', images: [edit.image] };
  return edit.kind === 'middle' ? { kind: 'keep', images: edit.images } : edit;
}
