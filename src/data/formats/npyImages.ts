/**
 * An array of images as members that are read one by one, each a PGM or PPM made from its slice of the
 * file. Labels and the part of the set are kept once for all of them.
 */
import type { ArchiveMember, IndexOptions } from './archive';
import { FormatError } from './errors';
import type { RangeSource } from './fileWindow';
import { MemberReads } from './memberReads';
import { decodeNumbers } from './npyDtype';
import { cutArray, type NpyArray, shapeText } from './npyHeader';
import type { LabelColumn } from './npyLabels';
import { type ImageLayout, imageLayout, toCOrder } from './npyLayout';
import { chooseScale, needsSample, netpbmSize, type PixelScale, toNetpbm } from './npyPixels';

/** What the members of one array share. */
interface ImageSet {
  /** Before the number of the image; of a single image, all of it. */
  readonly path: string;
  readonly array: NpyArray;
  readonly layout: ImageLayout;
  readonly scale: PixelScale;
  readonly labels: LabelColumn | null;
  readonly split: string | null;
  /** The elements in C's order, from `dataOffset` on. */
  readonly open: () => Promise<RangeSource>;
  readonly dataOffset: number;
}

export interface ArrayOfImages {
  readonly members: readonly ArchiveMember[];
  readonly notes: readonly string[];
  /** The array is cut short; the images before that are there. */
  readonly problem: FormatError | null;
}

/** Images and bytes that are looked at to tell the range of the values. */
const SAMPLE = { images: 16, bytes: 1 << 23 };

function bytesPerImage({ height, width, channels }: ImageLayout, array: NpyArray): number {
  return height * width * channels * array.header.dtype.itemSize;
}

class NpyMember implements ArchiveMember {
  readonly #set: ImageSet;
  readonly #index: number;

  constructor(set: ImageSet, index: number) {
    this.#set = set;
    this.#index = index;
  }

  get path(): string {
    const { path, layout } = this.#set;
    return layout.isSingle ? path : `${path}/${String(this.#index + 1).padStart(6, '0')}`;
  }

  get size(): number {
    return netpbmSize(this.#set.layout);
  }

  get identity(): string | null {
    const { labels } = this.#set;
    return labels === null ? null : labels.names[labels.codes[this.#index]!]!;
  }

  get split(): string | null {
    return this.#set.split;
  }

  async read(): Promise<Uint8Array<ArrayBuffer>> {
    const { array, layout, scale, dataOffset, open } = this.#set;
    const length = bytesPerImage(layout, array);
    const blob = await open();
    const bytes = await blob.read(dataOffset + this.#index * length, length);
    if (bytes.length < length) throw cutArray(array.file.name, bytes.length, length);
    return toNetpbm(bytes, array.header.dtype, layout, scale);
  }
}

/** The part of the file with the array's elements in C's order: where it begins, and how to open it. */
async function elementsOf(array: NpyArray, signal?: AbortSignal) {
  const { file, header } = array;
  if (header.fortranOrder && header.shape.length > 1) {
    const turned = await toCOrder(array, signal);
    const head = async (length: number) => turned.slice(0, length);
    return { dataOffset: 0, open: async () => new MemberReads(turned), head };
  }
  let opened: Promise<RangeSource> | null = null;
  const open = () => {
    opened ??= file.open().then((blob) => new MemberReads(blob));
    return opened;
  };
  const head = async (length: number) => new Blob([await file.head(length)]);
  return { dataOffset: header.dataOffset, open, head };
}

/**
 * The images of an array, in its order.
 *
 * @param where `path` comes before the number of each image; `labels` has one for each image
 * @throws FormatError where the array holds no images, naming its shape
 */
export async function imagesOf(
  array: NpyArray,
  where: {
    readonly path: string;
    readonly labels: LabelColumn | null;
    readonly split: string | null;
  },
  { signal }: IndexOptions = {},
): Promise<ArrayOfImages> {
  const { file, header } = array;
  const layout = imageLayout(header.shape);
  if (layout === null || header.dtype.kind === 'text') throw noImages([array]);
  const length = bytesPerImage(layout, array);
  const there = Math.min(layout.count, Math.floor((file.size - header.dataOffset) / length));
  const { dataOffset, open, head } = await elementsOf(array, signal);
  let sample = new Float64Array(0);
  if (needsSample(header.dtype)) {
    const images = Math.min(SAMPLE.images, Math.max(1, Math.floor(SAMPLE.bytes / length)), there);
    const end = dataOffset + images * length;
    const bytes = new Uint8Array(await (await head(end)).slice(dataOffset, end).arrayBuffer());
    sample = decodeNumbers(bytes, header.dtype);
  }
  const { scale, note } = chooseScale(header.dtype, sample, file.name);
  const notes = note === null ? [] : [note];
  if (layout.isFlat) {
    notes.push(
      `Each row of ${file.name} was read as an image of ${layout.width} × ${layout.height}.`,
    );
  }
  const set: ImageSet = { ...where, array, layout, scale, open, dataOffset };
  const members = Array.from({ length: there }, (_, index) => new NpyMember(set, index));
  const needs = header.dataOffset + layout.count * length;
  const problem = there < layout.count ? cutArray(file.name, file.size, needs) : null;
  return { members, notes, problem };
}

/** @param arrays everything there is, none of it images */
export function noImages(arrays: readonly NpyArray[]): FormatError {
  const shown = arrays.slice(0, 6).map(({ file, header }) => {
    const what = header.dtype.kind === 'text' ? 'text, ' : '';
    return `${file.name} is ${what}${shapeText(header.shape)}`;
  });
  const more = arrays.length > shown.length ? ` and ${arrays.length - shown.length} more` : '';
  return new FormatError(
    'archive/unsupported',
    arrays.length === 0
      ? 'There is no array in it that can be read.'
      : `No array in it is a list of images: ${shown.join(', ')}${more}.`,
    'Give images × height × width, with 1, 3 or 4 channels last or 1 or 3 first.',
  );
}
