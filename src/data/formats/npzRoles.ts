/**
 * Which arrays of an `.npz` are images, which are their labels, and which part of the set they are: told
 * by their shapes and by the names people give them (`x_train`, `images`, `target` …).
 */
import { type NpyArray, shapeText } from './npyHeader';
import { isColumn, labelCount } from './npyLabels';
import { imageLayout } from './npyLayout';

/** Images with their labels, of one part of the set. */
export interface NpzPart {
  /** `train`, `val`, `test` …; `null` where the name says nothing. */
  readonly split: string | null;
  readonly images: NpyArray;
  readonly labels: NpyArray | null;
}

export interface NpzRoles {
  readonly parts: readonly NpzPart[];
  /** The names of label 0, 1 … */
  readonly names: NpyArray | null;
  /** Arrays that were not used, with the reason. */
  readonly unused: readonly { readonly array: NpyArray; readonly reason: string }[];
}

const SPLITS: Readonly<Record<string, string>> = {
  train: 'train',
  training: 'train',
  tr: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  dev: 'val',
  test: 'test',
  testing: 'test',
  te: 'test',
  eval: 'test',
  gallery: 'gallery',
  probe: 'probe',
  query: 'query',
};

/** The likelier a name is, the earlier it stands. */
const IMAGE_NAMES: readonly string[] = [
  'images',
  'image',
  'imgs',
  'img',
  'faces',
  'face',
  'crops',
  'x',
  'data',
  'pixels',
  '',
  'arr_0',
];
const LABEL_NAMES: readonly string[] = [
  'identities',
  'identity',
  'labels',
  'label',
  'target',
  'targets',
  'y',
  'ids',
  'id',
  'classes',
  'class',
  'people',
  'persons',
  'person',
  'subjects',
  'subject',
  'names',
  'name',
  'onehot',
  'arr_1',
];
/** Names of labels, never labels; `classes` and `names` may be either. */
const NAME_LISTS: readonly string[] = [
  'target_names',
  'class_names',
  'label_names',
  'identity_names',
];
const MAYBE_NAME_LISTS: readonly string[] = [...NAME_LISTS, 'classes', 'names'];

/** `x_train` is `x` of the part `train`. */
export function splitOfName(name: string): {
  readonly base: string;
  readonly split: string | null;
} {
  const file = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  const words = (/^(x|y)(train|test|val|valid)$/.exec(file)?.slice(1) ?? file.split(/[_\-. ]/)) as
    // Both halves are texts: a group of this expression is always there.
    string[];
  const [first = '', last = ''] = [words[0], words.at(-1)];
  if (SPLITS[last] !== undefined)
    return { base: words.slice(0, -1).join('_'), split: SPLITS[last] };
  const split = SPLITS[first];
  if (split !== undefined) return { base: words.slice(1).join('_'), split };
  return { base: file, split: null };
}

/** Of `olivetti_faces` the last word counts, where the whole is not known. */
function rank(names: readonly string[], base: string): number {
  const whole = names.indexOf(base);
  const place = whole < 0 ? names.indexOf(base.slice(base.lastIndexOf('_') + 1)) : whole;
  return place < 0 ? names.length : place;
}

function isKnown(names: readonly string[], base: string): boolean {
  return rank(names, base) < names.length;
}

interface Named {
  readonly array: NpyArray;
  readonly base: string;
  readonly split: string | null;
}

/** Lower is likelier: real images before flattened ones, then by name. */
function imageRank({ array, base }: Named): number {
  const isFlat = imageLayout(array.header.shape)?.isFlat === true;
  return rank(IMAGE_NAMES, base) + (isFlat ? IMAGE_NAMES.length + 1 : 0);
}

function isImages({ array, base }: Named): boolean {
  const layout = imageLayout(array.header.shape);
  if (layout === null || array.header.dtype.kind === 'text') return false;
  // Rows of numbers may be anything; only a name makes images of them.
  return !layout.isFlat || isKnown(IMAGE_NAMES, base);
}

/** Whether an array of this name was meant for the labels of a part. */
export function namesLabels(name: string, split: string | null): boolean {
  const named = splitOfName(name);
  return named.split === split && isKnown(LABEL_NAMES, named.base);
}

function best(named: readonly Named[], rankOf: (item: Named) => number): Named | null {
  return named.reduce<Named | null>((chosen, item) => {
    return chosen === null || rankOf(item) < rankOf(chosen) ? item : chosen;
  }, null);
}

/** A table may hold one-hot labels, where it is called labels; it may be anything else. */
function mayBeLabels({ array, base }: Named): boolean {
  const { shape, dtype } = array.header;
  if (isColumn(shape)) return !NAME_LISTS.includes(base);
  return labelCount(shape) !== null && dtype.kind !== 'text' && isKnown(LABEL_NAMES, base);
}

/** Labels by name, a column before a table, else the only column with one element for each image. */
function labelsAmong(named: readonly Named[], images: number): Named | null {
  const columns = named.filter(mayBeLabels);
  const fitting = columns.filter(({ array }) => labelCount(array.header.shape) === images);
  const byName = ({ array, base }: Named) => {
    return rank(LABEL_NAMES, base) + (isColumn(array.header.shape) ? 0 : LABEL_NAMES.length);
  };
  const knownAmong = (items: readonly Named[]) => {
    return best(
      items.filter(({ base }) => isKnown(LABEL_NAMES, base)),
      byName,
    );
  };
  // A table that is called labels may be points or attributes: any column goes before it.
  const lone = fitting.filter(({ array }) => isColumn(array.header.shape));
  const known = knownAmong(lone);
  if (known !== null) return known;
  if (lone.length === 1 && lone[0]!.array.header.dtype.kind !== 'float') return lone[0]!;
  const table = knownAmong(fitting);
  if (table !== null) return table;
  // One of the wrong length keeps images that it was meant for from being taken for one person.
  // Unless it may be the people's names: `Ann`, `Bob`, and `names` of the two.
  const meant = columns.filter(
    ({ array, base }) => array.header.dtype.kind !== 'text' || !MAYBE_NAME_LISTS.includes(base),
  );
  return fitting.length === 0 ? knownAmong(meant) : null;
}

function toPart(images: Named, labels: Named | null): NpzPart {
  return { split: images.split, images: images.array, labels: labels?.array ?? null };
}

/** Without labels every array of images counts: there may be one for each person. */
function partsOf(named: readonly Named[]): readonly NpzPart[] {
  const candidates = named.filter(isImages);
  const images = best(candidates, imageRank);
  if (images === null) return [];
  const layout = imageLayout(images.array.header.shape);
  const others = named.filter((item) => !isImages(item));
  const labels = labelsAmong(others, layout?.count ?? 0);
  if (labels !== null || layout?.isFlat === true) return [toPart(images, labels)];
  const pictures = candidates.filter(
    ({ array }) => imageLayout(array.header.shape)?.isFlat === false,
  );
  return pictures.map((item) => toPart(item, null));
}

/** Finds the images of every part, with their labels, and a list of names for all of them. */
export function rolesOf(arrays: readonly NpyArray[]): NpzRoles {
  const named = arrays.map((array): Named => ({ array, ...splitOfName(array.file.name) }));
  const splits = [...new Set(named.map((item) => item.split))];
  const parts = splits.flatMap((split) => partsOf(named.filter((item) => item.split === split)));
  const used = new Set(
    parts.flatMap(({ images, labels }) => (labels ? [images, labels] : [images])),
  );
  const lists = named.filter(({ array, base }) => {
    return (
      !used.has(array) && array.header.dtype.kind === 'text' && MAYBE_NAME_LISTS.includes(base)
    );
  });
  const names = best(lists, ({ base }) => rank(MAYBE_NAME_LISTS, base))?.array ?? null;
  if (names !== null) used.add(names);
  const read = parts.map(({ images }) => images.file.name).join(', ');
  const labels = parts.flatMap((part) => part.labels?.file.name ?? []).join(', ');
  const from = labels === '' ? read : `${read} and their labels from ${labels}`;
  const unused = arrays
    .filter((array) => !used.has(array))
    .map((array) => ({
      array,
      reason: `It is an array of ${shapeText(array.header.shape)}; the images were read from ${from}.`,
    }));
  return { parts, names, unused };
}
