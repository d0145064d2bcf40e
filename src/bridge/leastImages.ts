/** How a minimum and a maximum of images per identity go together. */
import type { FilesConfig } from '../training/config';

/**
 * How many images an identity needs among those that are loaded: the minimum, or the maximum of one
 * identity where that is less. The minimum then counts images in the whole set.
 */
export function leastImages({ minImagesPerIdentity, maxImagesPerIdentity }: FilesConfig): number {
  return Math.min(minImagesPerIdentity, maxImagesPerIdentity ?? minImagesPerIdentity);
}
