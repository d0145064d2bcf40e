/**
 * A face set as it is kept between visits: an index (JSON) and the packed pixels, byte for byte. What
 * is read back is checked against itself, so that a half-written or foreign file is refused, not shown.
 */
import * as v from 'valibot';
import { isPlacement, type Placement } from '../align/placement';
import type { FaceSet, RejectedFile } from '../types';

const VERSION = 1;

/** One test for a whole list: a set has tens of thousands of names. */
const listOf = <Item>(is: (item: unknown) => item is Item) =>
  v.custom<Item[]>((value) => Array.isArray(value) && value.every(is));
const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);
const isPlacementOrNull = (value: unknown): value is Placement | null =>
  value === null || isPlacement(value);
const isNatural = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

/** Milliseconds since 1970 that a calendar reaches. */
const isDate = (value: number): boolean => !Number.isNaN(new Date(value).getTime());

const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Pages of another version may keep more with it, which is not read here. */
const indexSchema = v.object({
  version: v.literal(VERSION),
  name: v.string(),
  savedAt: v.number(),
  label: v.string(),
  cropSize: v.pipe(natural, v.minValue(1)),
  /** How it was read, and corrected: the business of whoever kept it. */
  config: v.unknown(),
  identities: v.array(v.object({ name: v.string(), count: natural })),
  /** Images in the order of the identities, so that the counts are all the labels there are. */
  names: listOf(isText),
  /** Those with which nothing was wrong come after `NOT_USED`. */
  rejected: v.array(
    v.object({
      name: v.string(),
      reason: v.string(),
      /** Written for a while in place of `NOT_USED`. */
      unused: v.exactOptional(v.literal(true)),
    }),
  ),
  sourceSizes: v.nullable(listOf(isNatural)),
  formats: v.nullable(listOf(isText)),
  splits: v.nullable(listOf(isTextOrNull)),
  /** Absent where no face was looked for, and in sets kept before this was known. */
  placements: v.exactOptional(listOf(isPlacementOrNull)),
});

/**
 * What tells an index that cannot be read from a file that is none, and what may be told of it: every
 * version has to keep to it, or else a page of another takes its sets for remains and clears them away.
 */
const anyIndexSchema = v.object({
  version: v.number(),
  name: v.fallback(v.nullable(v.pipe(v.string(), v.trim(), v.nonEmpty())), null),
  savedAt: v.fallback(v.nullable(v.pipe(v.number(), v.check(isDate))), null),
});

/**
 * Stands in the list of rejected files before those of no use. Not a key of theirs: a page of before, still
 * open in another tab, takes an index with a key that it does not know for damaged and deletes the set.
 */
const NOT_USED: RejectedFile = { name: '', reason: 'The files after this one were not used.' };

export type KeptIndex = v.InferOutput<typeof indexSchema>;

/** What opening a set gives. */
export interface KeptCounts {
  readonly images: number;
  readonly identities: number;
}

/** What a list of kept sets shows. */
export interface KeptSetInfo extends KeptCounts {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly cropSize: number;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
}

/** A set that was kept and cannot be opened here: what its index tells of it all the same. */
export interface UnreadableIndex {
  readonly name: string | null;
  /** Milliseconds since 1970. */
  readonly savedAt: number | null;
  /** `contents`: of this version by its number, and yet not as this version writes it. */
  readonly because: 'version' | 'contents';
}

export interface UnreadableSet extends UnreadableIndex {
  readonly id: string;
  /** Of all its files. */
  readonly bytes: number;
}

/** @throws RangeError where the images do not stand in the order of their identities */
export function indexOf(
  faces: FaceSet,
  about: { readonly name: string; readonly savedAt: number; readonly config: unknown },
): KeptIndex {
  requireOrder(faces);
  const { cropSize, identities, names, rejected, sourceSizes, formats, splits, placements } = faces;
  return {
    version: VERSION,
    ...about,
    label: faces.origin.kind === 'files' ? faces.origin.label : 'generated',
    cropSize,
    identities: identities.map(({ name, count }) => ({ name, count })),
    names: [...names],
    rejected: withoutKeys(rejected),
    sourceSizes: sourceSizes === undefined ? null : [...sourceSizes],
    formats: formats === undefined ? null : [...formats],
    splits: splits === undefined ? null : [...splits],
    ...(placements === undefined ? {} : { placements: [...placements] }),
  };
}

function withoutKeys(rejected: readonly RejectedFile[]): RejectedFile[] {
  const plain = ({ name, reason }: RejectedFile): RejectedFile => ({ name, reason });
  const unused = rejected.filter((file) => file.unused === true);
  const failed = rejected.filter((file) => file.unused !== true);
  return unused.length === 0
    ? failed.map(plain)
    : [...failed.map(plain), NOT_USED, ...unused.map(plain)];
}

function withKeys(rejected: readonly RejectedFile[]): readonly RejectedFile[] {
  const at = rejected.findIndex(({ name }) => name === NOT_USED.name);
  if (at < 0) return rejected;
  const unused = rejected.slice(at + 1).map((file) => ({ ...file, unused: true }) as const);
  return [...rejected.slice(0, at), ...unused];
}

function requireOrder({ labels }: FaceSet): void {
  for (let image = 1; image < labels.length; image += 1) {
    if (labels[image]! < labels[image - 1]!) {
      throw new RangeError(`image ${image} stands before the images of its identity`);
    }
  }
}

/** @throws Error with what is wrong with it, one sentence */
export function readIndex(text: string): KeptIndex {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('its index is damaged');
  }
  const result = v.safeParse(indexSchema, parsed);
  if (!result.success) throw new Error('its index is of another version or damaged');
  const index = result.output;
  const images = index.identities.reduce((sum, { count }) => sum + count, 0);
  const fits = (length: number | undefined, perImage: number): boolean =>
    length === undefined || length === images * perImage;
  const whole =
    fits(index.names.length, 1) &&
    fits(index.sourceSizes?.length, 2) &&
    fits(index.formats?.length, 1) &&
    fits(index.splits?.length, 1) &&
    fits(index.placements?.length, 1);
  if (!whole) throw new Error('its index does not agree with itself');
  return index;
}

/**
 * An index with another `config`, and all that a page of another version keeps in it.
 * @param text that `readIndex` accepts
 */
export function withConfig(text: string, config: unknown): string {
  const index: unknown = JSON.parse(text);
  return JSON.stringify(Object.assign(Object(index), { config }));
}

/** What an index that `readIndex` refuses tells of its set; `null` where it is none of any version. */
export function glimpse(text: string): UnreadableIndex | null {
  try {
    const { version, name, savedAt } = v.parse(anyIndexSchema, JSON.parse(text));
    return { name, savedAt, because: version === VERSION ? 'contents' : 'version' };
  } catch {
    return null;
  }
}

export function bytesOf({ cropSize, names }: KeptIndex): number {
  return names.length * cropSize * cropSize * 3;
}

/** Everything in it. */
export function countAll({ names, identities }: KeptIndex): KeptCounts {
  return { images: names.length, identities: identities.length };
}

export function infoOf(id: string, index: KeptIndex, counts: KeptCounts): KeptSetInfo {
  const { name, label, cropSize, savedAt } = index;
  return { id, name, label, ...counts, cropSize, bytes: bytesOf(index), savedAt };
}

/** @throws Error where the pixels are not as many as the index says */
export function requireWhole(index: KeptIndex, bytes: number): void {
  if (bytes !== bytesOf(index)) {
    throw new Error(`it has ${bytes} of ${bytesOf(index)} bytes of pixels`);
  }
}

const NO_PIXELS = new Uint8Array(0);

/** What the index tells of the faces: everything but their pixels. */
export function facesOf(index: KeptIndex): FaceSet {
  const labels = new Int32Array(index.names.length);
  let start = 0;
  for (const [label, { count }] of index.identities.entries()) {
    labels.fill(label, start, start + count);
    start += count;
  }
  const { cropSize, names, identities, rejected, sourceSizes, formats, splits, placements } = index;
  return {
    origin: { kind: 'files', label: index.label },
    cropSize,
    pixels: NO_PIXELS,
    labels,
    names,
    identities,
    rejected: withKeys(rejected),
    ...(sourceSizes === null ? {} : { sourceSizes: Uint32Array.from(sourceSizes) }),
    ...(formats === null ? {} : { formats }),
    ...(splits === null ? {} : { splits }),
    ...(placements === undefined ? {} : { placements }),
  };
}
