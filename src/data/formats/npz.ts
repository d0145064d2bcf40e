/**
 * NumPy archives (`.npz`) and lone arrays (`.npy`) of images with their labels, as `numpy.savez` and
 * `numpy.save` write them. Which array is what is told by names and shapes: see `npzRoles.ts`.
 */
import type { ArchiveIndex, ArchiveMember, IndexOptions, SkippedMember } from './archive';
import { FormatError } from './errors';
import { blobFile, type NpyArray, type NpyFile, readNpyHeader, shapeText } from './npyHeader';
import { imagesOf, noImages } from './npyImages';
import { isColumn, type LabelColumn, labelCount, readLabels, withNames } from './npyLabels';
import { imageLayout } from './npyLayout';
import { readOneHot } from './npyOneHot';
import { npzFiles } from './npzFiles';
import { type NpzPart, type NpzRoles, namesLabels, rolesOf, splitOfName } from './npzRoles';

export interface NamedBlob {
  /** With the folders it is in. */
  readonly name: string;
  readonly blob: Blob;
}

export interface NpyIndex extends ArchiveIndex {
  /** What had to be guessed, or was left aside, one sentence each. */
  readonly notes: readonly string[];
  /** Of these, which images are left out because nothing tells who is on them. */
  readonly whoNotes: readonly string[];
}

/** Arrays in a zip, or beside each other in a folder. */
interface Arrays {
  readonly files: readonly NpyFile[];
  readonly skipped: readonly SkippedMember[];
  readonly problem: FormatError | null;
  /** Before an array's name in the paths of its images. */
  readonly folder: string;
}

/** An array whose header cannot be read. */
interface Unread {
  readonly name: string;
  readonly error: FormatError;
}

interface Read {
  readonly arrays: readonly NpyArray[];
  readonly unread: readonly Unread[];
}

async function readHeaders(files: readonly NpyFile[]): Promise<Read> {
  const arrays: NpyArray[] = [];
  const unread: Unread[] = [];
  for (const file of files) {
    try {
      arrays.push({ file, header: await readNpyHeader(file) });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      unread.push({ name: file.name, error });
    }
  }
  return { arrays, unread };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

const LABEL_EACH = 'Give one number or name for each image.';
const SAVE_LABELS = 'Save them as an array of numbers or of text, such as y.astype(str).';

/** @throws FormatError where there is not one label for each image */
async function readPartLabels(
  images: NpyArray,
  labels: NpyArray,
  names: NpyArray | null,
  signal: AbortSignal | undefined,
): Promise<LabelColumn> {
  const { file, header } = labels;
  const count = imageLayout(images.header.shape)?.count ?? 0;
  const given = labelCount(header.shape);
  if (given !== count) {
    throw new FormatError(
      'archive/unsupported',
      given === null
        ? `The array ${file.name} is ${shapeText(header.shape)}, no labels for the ${count} images of ${images.file.name}.`
        : `The array ${file.name} has ${counted(given, 'label')} for the ${counted(count, 'image')} of ${images.file.name}.`,
      LABEL_EACH,
    );
  }
  const column = isColumn(header.shape)
    ? await readLabels(labels, signal)
    : await readOneHot(labels, signal);
  if (names === null || header.dtype.kind === 'text') return column;
  return withNames(column, await readLabels(names, signal));
}

/** Who is on the images of the parts, or why that cannot be told. */
class PartLabels {
  readonly #unread: readonly Unread[];
  readonly #names: NpyArray | null;
  /** Whether images without labels are each array a person of its own. */
  readonly #mayBePeople: boolean;

  constructor({ parts, names }: NpzRoles, unread: readonly Unread[]) {
    this.#unread = unread;
    this.#names = names;
    // `x_train` is no person; `train` may be a part of the person whose file or folder it is in.
    this.#mayBePeople =
      parts.every(({ labels }) => labels === null) &&
      parts.some(
        ({ images, split }) => split === null || splitOfName(images.file.name).base === '',
      );
  }

  /**
   * @returns `null` where the array itself may stand for a person
   * @throws FormatError for images that would be taken for one person without being it
   */
  async of(part: NpzPart, signal: AbortSignal | undefined): Promise<LabelColumn | null> {
    const { images, labels, split } = part;
    if (imageLayout(images.header.shape)?.count === 0) {
      throw new FormatError(
        'archive/empty',
        `The array ${images.file.name} has no images: it is ${shapeText(images.header.shape)}.`,
        'Save it again with images in it.',
      );
    }
    if (labels !== null) return readPartLabels(images, labels, this.#names, signal);
    const lost = this.#unread.find(({ name }) => namesLabels(name, split));
    if (lost !== undefined) {
      const { code, message, remedy } = lost.error;
      const why = message.slice(0, 1).toLowerCase() + message.slice(1);
      throw new FormatError(
        code,
        `The labels of ${images.file.name} are in ${lost.name}.npy; ${why}`,
        code === 'archive/unsupported' ? SAVE_LABELS : remedy,
      );
    }
    if (this.#mayBePeople || imageLayout(images.header.shape)?.isSingle === true) return null;
    throw new FormatError(
      'archive/unsupported',
      `No array of labels belongs to ${images.file.name}.`,
      'Add one, such as y, with one number or name for each image.',
    );
  }
}

function unlabelledNote(parts: readonly NpzPart[]): string[] {
  const bare = parts.filter(({ images }) => !imageLayout(images.header.shape)?.isSingle);
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
  const { arrays, unread } = await readHeaders(given.files);
  const skipped: SkippedMember[] = [...given.skipped];
  for (const { name, error } of unread) {
    skipped.push({ path: `${name}.npy`, reason: error.message });
  }
  const roles = rolesOf(arrays);
  const { parts, unused } = roles;
  if (parts.length === 0) throw given.problem ?? nothingFound(arrays, skipped);
  for (const { array, reason } of unused) {
    skipped.push({ path: `${array.file.name}.npy`, reason, unused: true });
  }
  const partLabels = new PartLabels(roles, unread);
  const members: ArchiveMember[] = [];
  const bare: NpzPart[] = [];
  const notes: string[] = [];
  const refused: FormatError[] = [];
  let { problem } = given;
  for (const part of parts) {
    options.signal?.throwIfAborted();
    const { images, split } = part;
    try {
      const labels = await partLabels.of(part, options.signal);
      const path = `${given.folder}${images.file.name}`;
      const found = await imagesOf(images, { path, labels, split }, options);
      for (const member of found.members) members.push(member);
      notes.push(...found.notes);
      problem ??= found.problem;
      if (labels === null) bare.push(part);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      refused.push(error);
      skipped.push({
        path: `${images.file.name}.npy`,
        reason: `${error.message} ${error.remedy}`,
      });
    }
  }
  const [first] = refused;
  if (first !== undefined && refused.length === parts.length) throw problem ?? first;
  const whoNotes = refused.map(leftOutNote);
  notes.unshift(...unlabelledNote(bare), ...whoNotes);
  return { members, skipped, problem, notes, whoNotes };
}

function leftOutNote({ message }: FormatError): string {
  return `${message} These images are left out.`;
}

/**
 * Lists the images of an `.npz`. The array of images is found by its shape and name (`images` before
 * `data`), labels by name or as the only column of that length, names of labels in `target_names` and
 * the like. `x_train` with `y_train` and `x_test` with `y_test` give `split`. Arrays of images without
 * any labels are all listed, as there may be one for each person; where others have labels, and where
 * the labels do not fit, the images are left out: nothing tells who is on them.
 *
 * Members are `olivetti.npz/images/000001` and so on, each read as PGM or PPM: from a slice of the file
 * where the array is stored, from a blob made when the first is read where it is deflated. Slices are
 * read without the zip's checksum.
 *
 * @param name the file's name, which the members' paths begin with
 * @throws FormatError `archive/unsupported` where no array holds images, naming the shapes there are,
 *   and where none of those that do can be used
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
