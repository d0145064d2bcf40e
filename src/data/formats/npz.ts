/**
 * NumPy archives (`.npz`) and lone arrays (`.npy`) of images with their labels, as `numpy.savez` and
 * `numpy.save` write them. Which array is what is told by names and shapes: see `npzRoles.ts`.
 */
import type { ArchiveIndex, ArchiveMember, IndexOptions, SkippedMember } from './archive';
import { FormatError } from './errors';
import { blobFile, type NpyArray, type NpyFile, readNpyHeader, shapeText } from './npyHeader';
import { imagesOf, noImages } from './npyImages';
import { isColumn, type LabelColumn, readLabels, withNames } from './npyLabels';
import { imageLayout } from './npyLayout';
import { npzFiles } from './npzFiles';
import { type NpzPart, rolesOf } from './npzRoles';

export interface NamedBlob {
  /** With the folders it is in. */
  readonly name: string;
  readonly blob: Blob;
}

export interface NpyIndex extends ArchiveIndex {
  /** What had to be guessed, or was left aside, one sentence each. */
  readonly notes: readonly string[];
}

/** Arrays in a zip, or beside each other in a folder. */
interface Arrays {
  readonly files: readonly NpyFile[];
  readonly skipped: readonly SkippedMember[];
  readonly problem: FormatError | null;
  /** Before an array's name in the paths of its images. */
  readonly folder: string;
}

/** The arrays whose headers can be read; the others are skipped with the reason. */
async function readHeaders(
  files: readonly NpyFile[],
  skipped: SkippedMember[],
): Promise<NpyArray[]> {
  const arrays: NpyArray[] = [];
  for (const file of files) {
    try {
      arrays.push({ file, header: await readNpyHeader(file) });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      skipped.push({ path: `${file.name}.npy`, reason: error.message });
    }
  }
  return arrays;
}

async function readPartLabels(
  { images, labels }: NpzPart,
  names: NpyArray | null,
  signal: AbortSignal | undefined,
): Promise<LabelColumn | null> {
  if (labels === null) return null;
  const { file, header } = labels;
  const count = imageLayout(images.header.shape)?.count ?? 0;
  if (!isColumn(header.shape) || header.count !== count) {
    throw new FormatError(
      'archive/unsupported',
      `${file.name} is ${shapeText(header.shape)}, for ${count} images.`,
      'Give one label for each image.',
    );
  }
  const column = await readLabels(labels, signal);
  if (names === null || header.dtype.kind === 'text') return column;
  return withNames(column, await readLabels(names, signal));
}

/** Labels that cannot be read leave the images without any, with a note. */
async function tryLabels(
  part: NpzPart,
  names: NpyArray | null,
  notes: string[],
  signal: AbortSignal | undefined,
): Promise<LabelColumn | null> {
  try {
    return await readPartLabels(part, names, signal);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    notes.push(`The labels of ${part.images.file.name} were left aside: ${error.message}`);
    return null;
  }
}

function unlabelledNote(parts: readonly NpzPart[]): string[] {
  const bare = parts.filter(({ images, labels }) => {
    return labels === null && imageLayout(images.header.shape)?.isSingle === false;
  });
  if (bare.length === 0) return [];
  const shown = bare.slice(0, 3).map(({ images }) => images.file.name);
  const more = bare.length > 3 ? ` and ${bare.length - 3} more` : '';
  return [`No array of labels belongs to ${shown.join(', ')}${more}.`];
}

/** Why there are no images at all, by the most telling of what was found. */
function nothingFound(arrays: readonly NpyArray[], skipped: readonly SkippedMember[]): FormatError {
  const [first] = skipped;
  if (arrays.length > 0 || first === undefined) return noImages(arrays);
  return new FormatError(
    'archive/unsupported',
    `${first.path} cannot be read: ${first.reason}`,
    'Save the images as an array of numbers, images × height × width, with numpy.savez.',
  );
}

async function indexArrays(given: Arrays, options: IndexOptions): Promise<NpyIndex> {
  const skipped: SkippedMember[] = [...given.skipped];
  const arrays = await readHeaders(given.files, skipped);
  const { parts, names, unused } = rolesOf(arrays);
  if (parts.length === 0) throw given.problem ?? nothingFound(arrays, skipped);
  for (const { array, reason } of unused) skipped.push({ path: `${array.file.name}.npy`, reason });
  const members: ArchiveMember[] = [];
  const notes = unlabelledNote(parts);
  let { problem } = given;
  for (const part of parts) {
    options.signal?.throwIfAborted();
    const labels = await tryLabels(part, names, notes, options.signal);
    const path = `${given.folder}${part.images.file.name}`;
    const found = await imagesOf(part.images, { path, labels, split: part.split }, options);
    for (const member of found.members) members.push(member);
    notes.push(...found.notes);
    problem ??= found.problem;
  }
  return { members, skipped, problem, notes };
}

/**
 * Lists the images of an `.npz`. The array of images is found by its shape and name (`images` before
 * `data`), labels by name or as the only column of that length, names of labels in `target_names` and
 * the like. `x_train` with `y_train` and `x_test` with `y_test` give `split`. Arrays of images without
 * any labels are all listed, as there may be one for each person.
 *
 * Members are `olivetti.npz/images/000001` and so on, each read as PGM or PPM: from a slice of the file
 * where the array is stored, from a blob made when the first is read where it is deflated. Slices are
 * read without the zip's checksum.
 *
 * @param name the file's name, which the members' paths begin with
 * @throws FormatError `archive/unsupported` where no array holds images, naming the shapes there are
 */
export async function indexNpz(
  blob: Blob,
  name: string,
  options: IndexOptions = {},
): Promise<NpyIndex> {
  const found = await npzFiles(blob, options.signal);
  return indexArrays({ ...found, folder: `${name}/` }, options);
}

/**
 * The same for arrays that are files by themselves, `X.npy` and `y.npy` of one folder: members are
 * `X/000001` and so on. An array that is a single image, height × width × 3 or 4, is `X`.
 */
export async function indexNpy(
  files: readonly NamedBlob[],
  options: IndexOptions = {},
): Promise<NpyIndex> {
  const opened = files.map(({ name, blob }) => blobFile(name.replace(/\.npy$/i, ''), blob));
  return indexArrays({ files: opened, skipped: [], problem: null, folder: '' }, options);
}
