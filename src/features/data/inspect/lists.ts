/** What the inspector's pages list, computed from the corrected faces. */
import type { DuplicateGroup } from '../../../data/inspect/duplicates';
import type { EditedFaces } from '../../../data/inspect/edits';

/** Images of each identity, also of those that take no part. */
export function imagesOfEach({ identities, owner }: EditedFaces): readonly (readonly number[])[] {
  const images = identities.map((): number[] => []);
  for (const [image, identity] of owner.entries()) images[identity]!.push(image);
  return images;
}

/** Whether only a person can say whose the images are: the same picture shows one of several people. */
export function isUndecided({ relation }: DuplicateGroup): boolean {
  return relation === 'acrossIdentities';
}

/** The images of all groups of one person but the one to keep of each. */
export function redundant(groups: readonly DuplicateGroup[]): readonly number[] {
  return groups
    .filter((group) => !isUndecided(group))
    .flatMap(({ images, keep }) => images.filter((image) => image !== keep));
}
