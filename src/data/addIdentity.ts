/**
 * More images of one person in a set that is decoded already: a new identity at its place among the
 * names, or more images behind those an identity has. Crops of another size are resized.
 */
import { compareText } from './import/paths';
import { cropAndResize } from './import/resize';
import type { FaceSet } from './types';

/** Square crops of one person. */
export interface IdentityCrops {
  readonly name: string;
  /** Width and height of every crop, pixels. */
  readonly size: number;
  /** `[count, size, size, 3]`, RGB, 0–255. */
  readonly pixels: Uint8Array;
}

/**
 * @param all images sorted by identity
 * @param source where the crops come from: their format, and the first folder of their names, which are
 *   `source/name/0001` and on
 * @returns a set of its own; `all` stays as it is
 * @throws RangeError where the pixels are not one or more whole crops, or memory does not suffice
 */
export function addIdentity(all: FaceSet, crops: IdentityCrops, source: string): FaceSet {
  const count = countOf(crops);
  const { name, size } = crops;
  const { place, known, at } = placeOf(all, name);
  const entry = { name, count: count + (known ? all.identities[place]!.count : 0) };
  const shift = known ? 0 : 1;
  const labels = spread(all.labels, at, new Int32Array(count).fill(place));
  for (let image = at + count; image < labels.length; image += 1) labels[image]! += shift;
  const sizes = all.sourceSizes ?? new Uint32Array(2 * all.labels.length);
  const formats = all.formats ?? new Array<string>(all.labels.length).fill('');
  const added = <Item>(item: Item): Item[] => new Array<Item>(count).fill(item);
  const { splits, placements, facePoints, cropSize } = all;
  const noPoints = new Float32Array(10 * count).fill(Number.NaN);
  return {
    ...all,
    pixels: spread(all.pixels, at * cropSize * cropSize * 3, resized(crops, count, cropSize)),
    labels,
    names: all.names.toSpliced(at, 0, ...freeNames(all.names, `${source}/${name}/`, count)),
    identities: all.identities.toSpliced(place, known ? 1 : 0, entry),
    sourceSizes: spread(sizes, 2 * at, new Uint32Array(2 * count).fill(size)),
    formats: formats.toSpliced(at, 0, ...added(source)),
    ...(splits === undefined ? {} : { splits: splits.toSpliced(at, 0, ...added(null)) }),
    ...(placements === undefined
      ? {}
      : { placements: placements.toSpliced(at, 0, ...added(null)) }),
    ...(facePoints === undefined ? {} : { facePoints: spread(facePoints, 10 * at, noPoints) }),
  };
}

function countOf({ size, pixels }: IdentityCrops): number {
  const count = pixels.length / (size * size * 3);
  if (Number.isInteger(size) && size >= 1 && Number.isInteger(count) && count >= 1) return count;
  throw new RangeError(
    `crops of ${size}×${size} pixels take ${size * size * 3} bytes each, not ${pixels.length} together`,
  );
}

/** The identity's place, whether it is there already, and the index behind its last image. */
function placeOf({ identities }: FaceSet, name: string) {
  const after = identities.findIndex((identity) => compareText(identity.name, name) >= 0);
  const place = after < 0 ? identities.length : after;
  const known = identities[place]?.name === name;
  const before = identities.slice(0, known ? place + 1 : place);
  return { place, known, at: before.reduce((sum, { count }) => sum + count, 0) };
}

/** `items` with `added` in front of the one at index `at`. */
function spread<Items extends Uint8Array | Uint32Array | Int32Array | Float32Array>(
  items: Items,
  at: number,
  added: Items,
): Items {
  // An array's constructor makes arrays of its own kind.
  const Kind = items.constructor as new (length: number) => Items;
  const whole = new Kind(items.length + added.length);
  whole.set(items.subarray(0, at));
  whole.set(added, at);
  whole.set(items.subarray(at), at + added.length);
  return whole;
}

function resized({ size, pixels }: IdentityCrops, count: number, cropSize: number): Uint8Array {
  const own = size * size * 3;
  const wanted = cropSize * cropSize * 3;
  const target = new Uint8Array(count * wanted);
  for (let crop = 0; crop < count; crop += 1) {
    const data = pixels.subarray(crop * own, (crop + 1) * own);
    target.set(
      cropAndResize({ width: size, height: size, channels: 3, data }, cropSize),
      crop * wanted,
    );
  }
  return target;
}

/** Names that no image has: corrections find images by them. */
function freeNames(names: readonly string[], folder: string, count: number): string[] {
  const taken = new Set(names.filter((name) => name.startsWith(folder)));
  const free: string[] = [];
  for (let number = 1; free.length < count; number += 1) {
    const name = `${folder}${String(number).padStart(4, '0')}`;
    if (!taken.has(name)) free.push(name);
  }
  return free;
}
