/**
 * Which columns of a Parquet file hold the pictures, who is on them, and what they are called: by the
 * features that the Hugging Face hub writes into it, else by the names in use.
 */
import { FormatError } from '../errors';
import type { ParquetFooter } from './footer';
import type { LeafColumn } from './schema';

export interface ImageColumns {
  readonly image: LeafColumn;
  readonly label: LeafColumn | null;
  /** What the numbers in `label` mean, or `null`. */
  readonly classNames: readonly string[] | null;
  /** The label may be a number or name of the row: it is one only where it repeats. */
  readonly isWeakLabel: boolean;
  readonly path: LeafColumn | null;
}

const IMAGE_NAMES: readonly string[] = [
  'image',
  'img',
  'face',
  'image_bytes',
  'img_bytes',
  'jpg',
  'jpeg',
  'png',
  'webp',
  'photo',
  'picture',
  'crop',
  'image_data',
  'bytes',
  'content',
  'data',
];

/** In the order in which they are believed. */
const LABEL_NAMES: readonly string[] = [
  'identity',
  'identity_id',
  'identity_name',
  'person',
  'person_id',
  'person_name',
  'subject',
  'subject_id',
  'celebrity',
  'celebrity_name',
  'celeb',
  'celeb_id',
  'label',
  'labels',
  'class',
  'cls',
  'class_id',
  'class_name',
  'class_label',
  'label_id',
  'label_name',
  'target',
];
const WEAK_LABEL_NAMES: readonly string[] = ['name', 'id'];

const PATH_NAMES: readonly string[] = [
  '__key__',
  'file_name',
  'filename',
  'image_path',
  'file_path',
  'path',
  'file',
];

/** A feature as the hub describes it; nothing in it is sure to be there. */
interface Feature {
  readonly kind: string | null;
  readonly names: readonly string[] | null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function featureOf(value: unknown): Feature {
  if (!isObject(value)) return { kind: null, names: null };
  const { _type: kind, names } = value;
  return {
    kind: typeof kind === 'string' ? kind : null,
    names: isObject(names) ? Object.values(names).map(String) : null,
  };
}

/** `info.features` of the hub's JSON, by column. */
function featuresOf(json: string | undefined): ReadonlyMap<string, Feature> {
  let value: unknown = null;
  try {
    value = JSON.parse(json ?? 'null');
  } catch {
    // The file is as good without it: numbers stay numbers.
  }
  const info = isObject(value) ? value.info : null;
  const features = isObject(info) ? info.features : null;
  if (!isObject(features)) return new Map();
  return new Map(Object.entries(features).map(([name, feature]) => [name, featureOf(feature)]));
}

/** The first column whose name comes first in the list; upper and lower case are one. */
function byName(leaves: readonly LeafColumn[], names: readonly string[]): LeafColumn | null {
  for (const name of names) {
    const leaf = leaves.find(({ path }) => path[0]?.toLowerCase() === name);
    if (leaf !== undefined) return leaf;
  }
  return null;
}

function isStruct({ path }: LeafColumn, field: string): boolean {
  return path.length === 2 && path[1] === field;
}

function findImage(
  leaves: readonly LeafColumn[],
  features: ReadonlyMap<string, Feature>,
): LeafColumn | null {
  const binary = leaves.filter(({ type, isText, isRepeated }) => {
    return type === 'bytes' && !isText && !isRepeated;
  });
  const structs = binary.filter((leaf) => isStruct(leaf, 'bytes'));
  const images = structs.filter(({ path }) => features.get(path[0] ?? '')?.kind === 'Image');
  const plain = binary.filter(({ path }) => path.length === 1);
  return (
    byName(images, IMAGE_NAMES) ??
    images[0] ??
    byName(structs, IMAGE_NAMES) ??
    structs[0] ??
    byName(plain, IMAGE_NAMES) ??
    (plain.length === 1 ? (plain[0] ?? null) : null)
  );
}

type LabelColumns = Pick<ImageColumns, 'label' | 'classNames' | 'isWeakLabel'>;

/** Who is on the pictures, among the columns that are not theirs. */
function findLabel(
  flat: readonly LeafColumn[],
  features: ReadonlyMap<string, Feature>,
): LabelColumns {
  const classes = flat.filter(({ path }) => features.get(path[0] ?? '')?.kind === 'ClassLabel');
  const sure = byName(flat, LABEL_NAMES) ?? classes[0] ?? null;
  const label = sure ?? byName(flat, WEAK_LABEL_NAMES);
  const classNames = features.get(label?.path[0] ?? '')?.names ?? null;
  return { label, classNames, isWeakLabel: sure === null };
}

/** Columns that are no part of a list or a structure, but for one. */
function flatBut(but: LeafColumn, leaves: readonly LeafColumn[]): LeafColumn[] {
  return leaves.filter((leaf) => {
    return leaf !== but && leaf.path.length === 1 && !leaf.isRepeated && leaf.type !== 'other';
  });
}

function isTextColumn({ type, isText, isRepeated }: LeafColumn): boolean {
  return type === 'bytes' && isText && !isRepeated;
}

/** @throws FormatError `archive/unsupported` when there is no column of pictures */
export function chooseColumns({ leaves, keyValues }: ParquetFooter): ImageColumns {
  const features = featuresOf(keyValues.get('huggingface'));
  const image = findImage(leaves, features);
  if (image === null) {
    const names = [...new Set(leaves.map(({ path }) => path[0]))].slice(0, 12).join(', ');
    throw new FormatError(
      'archive/unsupported',
      `The Parquet file has no column of images, one a row (its columns: ${names}).`,
      'Give one with the bytes of an image in each row, as the Hugging Face hub writes them.',
    );
  }
  const flat = flatBut(image, leaves);
  const texts = flat.filter(isTextColumn);
  const inStruct = leaves.find((leaf) => leaf.path[0] === image.path[0] && isStruct(leaf, 'path'));
  return {
    image,
    ...findLabel(flat, features),
    path: inStruct?.type === 'bytes' ? inStruct : byName(texts, PATH_NAMES),
  };
}

export interface PathColumns extends LabelColumns {
  readonly path: LeafColumn;
}

/** The columns of a file that names its pictures without holding them; `null` where it does neither. */
export function choosePaths({ leaves, keyValues }: ParquetFooter): PathColumns | null {
  const features = featuresOf(keyValues.get('huggingface'));
  const texts = leaves.filter(isTextColumn);
  const structs = texts.filter((leaf) => isStruct(leaf, 'path'));
  const plain = texts.filter(({ path }) => path.length === 1);
  const path =
    byName(structs, IMAGE_NAMES) ?? structs[0] ?? byName(plain, [...PATH_NAMES, ...IMAGE_NAMES]);
  return path === null ? null : { path, ...findLabel(flatBut(path, leaves), features) };
}
