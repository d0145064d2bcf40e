/**
 * An edited data set as a `FaceSet` of its own: only what takes part, sorted by identity. Pixels are
 * copied only where images go or change places.
 */
import { pickImages } from '../pick';
import type { FaceSet } from '../types';
import { EditError } from './edit';
import type { EditedFaces } from './edits';
import { type RecutCrop, withCrops } from './recut';

/** Images that take part, by identity and within one in the order they had. */
function orderOf({ identities, imageIdentity, images }: EditedFaces): Uint32Array {
  const next = new Uint32Array(identities.length + 1);
  for (const identity of imageIdentity) if (identity >= 0) next[identity + 1]! += 1;
  for (let identity = 0; identity < identities.length; identity += 1) {
    next[identity + 1]! += next[identity]!;
  }
  const order = new Uint32Array(images);
  for (const [image, identity] of imageIdentity.entries()) {
    if (identity < 0) continue;
    order[next[identity]!] = image;
    next[identity]! += 1;
  }
  return order;
}

function isUnchanged(all: FaceSet, edited: EditedFaces): boolean {
  return (
    edited.images === all.labels.length &&
    edited.identities.length === all.identities.length &&
    edited.identities.every(({ name }, place) => name === all.identities[place]!.name) &&
    edited.imageIdentity.every((identity, image) => identity === all.labels[image])
  );
}

const NO_CROPS: ReadonlyMap<number, RecutCrop> = new Map();

/**
 * @param all the set the edits were applied to
 * @param crops those that were cut anew, by image of `all`
 * @returns `all` itself where the edits changed nothing; its pixels where no image goes or moves and no
 *   crop is another
 * @throws EditError `edit/nothing-left`
 */
export function materialise(
  all: FaceSet,
  edited: EditedFaces,
  crops: ReadonlyMap<number, RecutCrop> = NO_CROPS,
): FaceSet {
  if (edited.images === 0) {
    throw new EditError(
      'edit/nothing-left',
      `None of the ${all.labels.length.toLocaleString('en')} images takes part: all are removed or excluded.`,
      'Undo an edit, or include an identity.',
    );
  }
  if (isUnchanged(all, edited)) return withCrops(all, crops);
  const order = orderOf(edited);
  const inPlace = order.length === all.labels.length && order.every((from, to) => from === to);
  const identities: { name: string; count: number }[] = [];
  const labels = new Int32Array(order.length);
  let last = -1;
  for (const [place, image] of order.entries()) {
    const identity = edited.imageIdentity[image]!;
    if (identity !== last) identities.push({ name: edited.identities[identity]!.name, count: 0 });
    last = identity;
    labels[place] = identities.length - 1;
    identities.at(-1)!.count += 1;
  }
  const picked = inPlace ? all : pickImages(all, order);
  const made = { ...picked, labels, identities };
  if (crops.size === 0) return made;
  const moved = new Map<number, RecutCrop>();
  for (const [place, image] of order.entries()) {
    const crop = crops.get(image);
    if (crop !== undefined) moved.set(place, crop);
  }
  return inPlace ? withCrops(made, moved) : withCrops(made, moved, made.pixels);
}
