/** How a minimum and a maximum of images per identity go together. */
import { leastKept } from '../data/inspect/select';
import type { FilesConfig } from './config';

/** How many images an identity needs among those that are loaded. @see leastKept */
export function leastImages({ minImagesPerIdentity, maxImagesPerIdentity }: FilesConfig): number {
  return leastKept(minImagesPerIdentity, maxImagesPerIdentity ?? null);
}
