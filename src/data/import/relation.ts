/**
 * How two ways of telling people apart go together, compared over the pictures that both speak of: the
 * labels of a list, and the folders (or the names) of its files. Pure functions.
 */

export type Relation =
  /** The same people under other names. */
  | 'same'
  /** A label is on the pictures of several folders, a folder has one label. */
  | 'coarser'
  /** A folder has pictures of several labels, a label lies in one folder. */
  | 'finer'
  /** Both: one of them is not about people. */
  | 'across';

export interface Compared {
  readonly relation: Relation;
  readonly labels: readonly string[];
  readonly folders: readonly string[];
}

/** A few wrong labels, or pictures in the wrong folder, make no other relation. */
const STRAYS = 0.1;

/** For each key, how often which value comes with it. */
class Counts {
  readonly of = new Map<string, Map<string, number>>();

  add(key: string, value: string): void {
    const values = this.of.get(key) ?? new Map<string, number>();
    if (values.size === 0) this.of.set(key, values);
    values.set(value, (values.get(value) ?? 0) + 1);
  }

  /** How many pictures have the value that is most frequent for their key. */
  get fitting(): number {
    let fitting = 0;
    for (const values of this.of.values()) {
      let most = 0;
      for (const count of values.values()) most = Math.max(most, count);
      fitting += most;
    }
    return fitting;
  }

  /** The share of keys with more than one value. */
  get mixed(): number {
    let mixed = 0;
    for (const values of this.of.values()) if (values.size > 1) mixed += 1;
    return mixed / this.of.size;
  }
}

/** @param pictures one at least */
export function compared(
  pictures: readonly { readonly label: string; readonly folder: string }[],
): Compared {
  const [byLabel, byFolder] = [new Counts(), new Counts()];
  for (const { label, folder } of pictures) {
    byLabel.add(label, folder);
    byFolder.add(folder, label);
  }
  const enough = (1 - STRAYS) * pictures.length;
  const isSame = byLabel.fitting >= enough && byFolder.fitting >= enough;
  const relation: Relation = isSame
    ? 'same'
    : byFolder.mixed <= STRAYS
      ? 'coarser'
      : byLabel.mixed <= STRAYS
        ? 'finer'
        : 'across';
  return { relation, labels: [...byLabel.of.keys()], folders: [...byFolder.of.keys()] };
}

/** `7`, `batch_7`, `2019-03-01`: counted rather than called by a name. */
function isCounted(name: string): boolean {
  return /^[a-z]*[\s_-]*\d+(?:[-_.]\d+)*$/i.test(name);
}

const SHARD =
  /^(?:\d{4}[-_.]?\d{2}[-_.]?\d{2}.*|(?:batch|part|shard|chunk|day|session|cam(?:era)?|dir|folder|group|images?|imgs?)[\s_-]*\d+)$/i;

/** Days, batches, the first digits of a hash: pictures were put there, not people. */
function areShards(folders: readonly string[]): boolean {
  if (folders.every((folder) => SHARD.test(folder))) return true;
  return (
    folders.every((folder) => /^[\da-f]{1,3}$/i.test(folder)) &&
    folders.some((folder) => /[a-f]/i.test(folder))
  );
}

/**
 * Whether labels that go across folders are something about the pictures, such as how sharp they are, and
 * the folders are people's: there are fewer labels, or they are numbers while the folders have names.
 */
export function areAttributes({ relation, labels, folders }: Compared): boolean {
  if (relation !== 'across' || folders.length < 2 || areShards(folders)) return false;
  if (labels.length < folders.length) return true;
  return labels.length <= 2 * folders.length && labels.every(isCounted) && !folders.some(isCounted);
}
