/**
 * What the columns of a table are by their names: which one names the picture, who is on it, which
 * part of the set it is in, where the face is. Names are compared without case, spaces and quotes.
 */
import { looksLikeImage } from './text';

export interface Columns {
  /** Places in a row. */
  readonly image: number;
  readonly identity: number | null;
  /** Its name, as `columnName` has it. */
  readonly identityName: string | null;
  readonly split: number | null;
  /** Ten columns: x and y of five points. */
  readonly points: readonly number[] | null;
  /** Four columns: x, y, width, height. */
  readonly box: readonly number[] | null;
}

/** Best first. */
const IMAGE_NAMES: readonly string[] = [
  'file_name',
  'filename',
  'path',
  'image_path',
  'img_path',
  'file_path',
  'filepath',
  'image_file',
  'img_file',
  'image_name',
  'img_name',
  'relpath',
  'relative_path',
  'image',
  'img',
  'file',
  'name_id',
  'image_id',
  'img_id',
];

/** Names that may be anything: a picture where the cells look like one. */
const VAGUE_IMAGE_NAMES: readonly string[] = ['name', 'id', 'key', 'images'];

/** People, or how good a picture is, or what is on it. */
const VAGUE_IDENTITY_NAMES: readonly string[] = [
  'label',
  'label_name',
  'labels',
  'class',
  'class_id',
  'class_name',
  'target',
];

/** Best first: what surely means a person goes before what may be a running number. */
const IDENTITY_NAMES: readonly string[] = [
  'identity',
  'identity_id',
  'identity_name',
  'person',
  'person_id',
  'person_name',
  'subject',
  'subject_id',
  'subject_name',
  'celebrity',
  'celebrity_name',
  ...VAGUE_IDENTITY_NAMES,
  'name',
  'pid',
  'id',
];

/** Whether a column of that name may as well hold something else about its pictures than people. */
export function isVagueIdentity(name: string): boolean {
  return VAGUE_IDENTITY_NAMES.includes(name);
}

const SPLIT_NAMES: readonly string[] = ['split', 'partition', 'subset', 'set', 'phase', 'usage'];

const CELEBA_POINTS: readonly string[] = [
  'lefteye_x',
  'lefteye_y',
  'righteye_x',
  'righteye_y',
  'nose_x',
  'nose_y',
  'leftmouth_x',
  'leftmouth_y',
  'rightmouth_x',
  'rightmouth_y',
];

function numbered(name: (point: number, axis: string) => string): readonly string[] {
  return [1, 2, 3, 4, 5].flatMap((point) => ['x', 'y'].map((axis) => name(point, axis)));
}

const POINT_NAMES: readonly (readonly string[])[] = [
  CELEBA_POINTS,
  numbered((point, axis) => `p${point}${axis}`),
  numbered((point, axis) => `${axis}${point}`),
  numbered((point, axis) => `${axis}_${point}`),
];

const BOX_NAMES: readonly (readonly string[])[] = [
  ['x', 'y', 'w', 'h'],
  ['x', 'y', 'width', 'height'],
  ['x_1', 'y_1', 'width', 'height'],
  ['face_x', 'face_y', 'face_width', 'face_height'],
];

/** `" Class ID"` is `class_id`. */
export function columnName(cell: string): string {
  return cell
    .replace(/^\s*#/, '')
    .replace(/["']/g, '')
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

function placesOf(names: readonly string[], wanted: readonly (readonly string[])[]) {
  for (const set of wanted) {
    const places = set.map((name) => names.indexOf(name));
    if (places.every((place) => place >= 0)) return places;
  }
  return null;
}

/** How many of the cells in a column look like pictures. */
function imagesIn(rows: readonly (readonly string[])[], place: number): number {
  return rows.reduce((sum, row) => sum + (looksLikeImage((row[place] ?? '').trim()) ? 1 : 0), 0);
}

function imageColumn(names: readonly string[], sample: readonly (readonly string[])[]) {
  const sure = IMAGE_NAMES.map((name) => names.indexOf(name)).filter((place) => place >= 0);
  const best = sure.toSorted((a, b) => imagesIn(sample, b) - imagesIn(sample, a))[0];
  if (best !== undefined) return best;
  const vague = VAGUE_IMAGE_NAMES.map((name) => names.indexOf(name));
  return vague.find((place) => place >= 0 && 2 * imagesIn(sample, place) > sample.length) ?? null;
}

/** The first column with one of the names, other than `except`; `null` where there is none. */
function firstOf(names: readonly string[], wanted: readonly string[], except: number | null) {
  for (const name of wanted) {
    const place = names.findIndex((own, index) => own === name && index !== except);
    if (place >= 0) return place;
  }
  return null;
}

/**
 * @param header names as `columnName` gives them
 * @param sample some rows, to tell a column of pictures by
 * @returns `null` where no column names pictures
 */
export function columnsOf(
  header: readonly string[],
  sample: readonly (readonly string[])[],
): Columns | null {
  const image = imageColumn(header, sample);
  if (image === null) return null;
  const identity = firstOf(header, IDENTITY_NAMES, image);
  return {
    image,
    identity,
    identityName: identity === null ? null : header[identity]!,
    split: firstOf(header, SPLIT_NAMES, image),
    points: placesOf(header, POINT_NAMES),
    box: placesOf(header, BOX_NAMES),
  };
}

/** The columns of a table that gives names to numbered identities. */
export function nameColumns(
  header: readonly string[],
): { readonly id: number; readonly name: number } | null {
  const id = firstOf(header, ['class_id', 'identity', 'identity_id', 'label', 'id'], null);
  const name = firstOf(header, ['name', 'identity_name', 'person_name', 'class_name'], id);
  return id === null || name === null ? null : { id, name };
}
