/**
 * Which arrays are lists of images, and how one image lies in them; and the array in the order in which
 * an image is one piece of it.
 */
import { FormatError } from './errors';
import { checkWhole, type NpyArray } from './npyHeader';

export interface ImageLayout {
  /** Images. */
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
  /** Whole planes of a channel behind each other, instead of the channels of a pixel. */
  readonly channelsFirst: boolean;
  /** Each image is a row of height × width values. */
  readonly isFlat: boolean;
  /** The array is one image, not a list. */
  readonly isSingle: boolean;
}

/** Sides of what is taken for a picture, in pixels. */
const SHORTEST_SIDE = 8;
const MOST_PIXELS = 1 << 26;
/** Rows of fewer values than 16 × 16 are features, not pictures. */
const SHORTEST_FLAT_SIDE = 16;
/** Beyond this an array is not turned around in memory. */
const MOST_TURNED_BYTES = 1 << 29;

function layout(
  [count, height, width]: readonly [number, number, number],
  channels: number,
  how: Partial<Pick<ImageLayout, 'channelsFirst' | 'isFlat' | 'isSingle'>> = {},
): ImageLayout | null {
  if (channels !== 1 && channels !== 3 && channels !== 4) return null;
  if (Math.min(height, width) < SHORTEST_SIDE || height * width > MOST_PIXELS) return null;
  const plain = { channelsFirst: false, isFlat: false, isSingle: false };
  return { count, height, width, channels, ...plain, ...how };
}

/**
 * `[N,H,W]`, `[N,H,W,1|3|4]`, `[N,1|3,H,W]`, one image `[H,W,3|4]`, and flattened squares `[N,H·H]`.
 * Where channels may be first or last, last wins. `null`: no images.
 */
export function imageLayout(shape: readonly number[]): ImageLayout | null {
  const [a = 0, b = 0, c = 0, d = 0] = shape;
  if (shape.length === 4) {
    const last = layout([a, b, c], d);
    return last ?? (b === 4 ? null : layout([a, c, d], b, { channelsFirst: true }));
  }
  if (shape.length === 3 && (c === 3 || c === 4)) return layout([1, a, b], c, { isSingle: true });
  if (shape.length === 3) return layout([a, b, c], 1);
  const side = Math.round(Math.sqrt(b));
  if (shape.length !== 2 || side * side !== b || side < SHORTEST_FLAT_SIDE) return null;
  return layout([a, side, side], 1, { isFlat: true });
}

/** For every place of an image in Fortran's order, its place in C's. */
function placeInC(fortranIndex: number, sizes: readonly number[]): number {
  let rest = fortranIndex;
  const digits = sizes.map((size) => {
    const digit = rest % size;
    rest = Math.floor(rest / size);
    return digit;
  });
  return digits.reduce((place, digit, axis) => place * sizes[axis]! + digit, 0);
}

/**
 * The elements of an array in Fortran's order, put in C's: there the pixels of one image are apart, so
 * that the whole array is read once.
 *
 * @throws FormatError `archive/truncated`, or `archive/unsupported` when it is too large for memory
 */
export async function toCOrder(array: NpyArray, signal?: AbortSignal): Promise<Blob> {
  checkWhole(array);
  const { file, header } = array;
  const { itemSize } = header.dtype;
  const bytes = header.count * itemSize;
  if (bytes > MOST_TURNED_BYTES) {
    throw new FormatError(
      'archive/unsupported',
      `The array ${file.name} takes ${bytes} bytes in Fortran’s order, too many to turn around.`,
      'Save it with numpy.ascontiguousarray.',
    );
  }
  const [images = 0, ...sizes] = header.shape;
  const perImage = images === 0 ? 0 : header.count / images;
  const turned = new Uint8Array(bytes);
  const column = images * itemSize;
  const columnsAtOnce = Math.max(1, Math.floor((1 << 20) / Math.max(column, 1)));
  const blob = await file.open();
  for (let first = 0; first < perImage; first += columnsAtOnce) {
    signal?.throwIfAborted();
    const columns = Math.min(columnsAtOnce, perImage - first);
    const start = header.dataOffset + first * column;
    const part = new Uint8Array(await blob.slice(start, start + columns * column).arrayBuffer());
    for (let index = 0; index < columns; index += 1) {
      const place = placeInC(first + index, sizes);
      for (let image = 0; image < images; image += 1) {
        const from = index * column + image * itemSize;
        const to = (image * perImage + place) * itemSize;
        for (let byte = 0; byte < itemSize; byte += 1) turned[to + byte] = part[from + byte]!;
      }
    }
  }
  return new Blob([turned]);
}
