/** Some of a set's images, with everything that is known of each. */
import type { FaceSet } from './types';

/**
 * @param images `[kept]`, indices into the set, in the order they are wanted
 * @returns the set with those images; `identities` are still all of them, with their counts as before
 */
export function pickImages(all: FaceSet, images: Uint32Array): FaceSet {
  const { sourceSizes, formats, splits, placements, facePoints } = all;
  const sizes = new Uint32Array(2 * images.length);
  if (sourceSizes !== undefined) {
    for (const [at, image] of images.entries()) {
      sizes.set(sourceSizes.subarray(2 * image, 2 * image + 2), 2 * at);
    }
  }
  return {
    ...all,
    pixels: pickPixels(all, images),
    labels: Int32Array.from(images, (image) => all.labels[image]!),
    names: Array.from(images, (image) => all.names[image]!),
    ...(sourceSizes === undefined ? {} : { sourceSizes: sizes }),
    ...(formats === undefined ? {} : { formats: Array.from(images, (image) => formats[image]!) }),
    ...(splits === undefined ? {} : { splits: Array.from(images, (image) => splits[image]!) }),
    ...(placements === undefined
      ? {}
      : { placements: Array.from(images, (image) => placements[image]!) }),
    ...(facePoints === undefined ? {} : { facePoints: pickPoints(facePoints, images) }),
  };
}

function pickPoints(facePoints: Float32Array, images: Uint32Array): Float32Array {
  const picked = new Float32Array(10 * images.length);
  for (const [at, image] of images.entries()) {
    picked.set(facePoints.subarray(10 * image, 10 * image + 10), 10 * at);
  }
  return picked;
}

/** Neighbours are copied together; a set that is told of without its pixels stays without. */
function pickPixels({ cropSize, pixels }: FaceSet, images: Uint32Array): Uint8Array {
  if (pixels.length === 0) return pixels;
  const bytes = cropSize * cropSize * 3;
  const picked = new Uint8Array(images.length * bytes);
  for (let at = 0; at < images.length; ) {
    let end = at + 1;
    while (end < images.length && images[end] === images[end - 1]! + 1) end += 1;
    const first = images[at]! * bytes;
    picked.set(pixels.subarray(first, first + (end - at) * bytes), at * bytes);
    at = end;
  }
  return picked;
}
