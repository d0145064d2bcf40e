/** How an edit addresses an image: by its name, which stays the same at every crop size. */

interface Addresses {
  readonly keys: readonly string[];
  readonly images: ReadonlyMap<string, number>;
}

/** Worked out once for a set: half a million names take a moment. */
const known = new WeakMap<readonly string[], Addresses>();

function addressesOf(names: readonly string[]): Addresses {
  const before = known.get(names);
  if (before !== undefined) return before;
  const images = new Map<string, number>();
  let keys: string[] | null = null;
  for (const [image, name] of names.entries()) {
    let key = name;
    for (let copy = 2; images.has(key); copy += 1) key = `${name}#${copy}`;
    images.set(key, image);
    if (key === name) continue;
    keys ??= names.slice();
    keys[image] = key;
  }
  const made = { keys: keys ?? names, images };
  known.set(names, made);
  return made;
}

/**
 * The address of every image: its name, and for the second image of the same name `name#2`.
 *
 * @param names `[count]`, as in `FaceSet`; not changed afterwards
 */
export function imageKeys(names: readonly string[]): readonly string[] {
  return addressesOf(names).keys;
}

/** The index of each address. */
export function imagesByKey(names: readonly string[]): ReadonlyMap<string, number> {
  return addressesOf(names).images;
}
