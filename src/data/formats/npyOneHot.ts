/** Labels as Keras writes them (`to_categorical`): a row for each image, with a single 1 in the column of its class. */
import { FormatError } from './errors';
import { decodeNumbers } from './npyDtype';
import { checkWhole, type NpyArray, shapeText } from './npyHeader';
import type { LabelColumn } from './npyLabels';
import { toCOrder } from './npyLayout';

const WINDOW = 1 << 20;
/** A row is read at once; more classes than this are something else. */
const MOST_CLASSES = 1 << 20;

function noLabels({ file, header }: NpyArray, why: string): FormatError {
  return new FormatError(
    'archive/unsupported',
    `The array ${file.name} is ${shapeText(header.shape)}, and ${why}.`,
    'Give one number or name for each image.',
  );
}

/** The place of the only 1 in a row of zeros, or `null`. */
function onlyOne(row: Float64Array): number | null {
  const place = row.indexOf(1);
  const isAlone = place >= 0 && row.every((value, at) => at === place || value === 0);
  return isAlone ? place : null;
}

/**
 * The class of each row, by the number of its column.
 *
 * @param array `[images, classes]`, numbers
 * @throws FormatError where a row is no such label, `archive/truncated` where rows are missing
 */
export async function readOneHot(array: NpyArray, signal?: AbortSignal): Promise<LabelColumn> {
  checkWhole(array);
  const { file, header } = array;
  const { dtype } = header;
  const [count = 0, classes = 0] = header.shape;
  if (classes > MOST_CLASSES) throw noLabels(array, `${MOST_CLASSES} classes are the most`);
  const turned = header.fortranOrder ? await toCOrder(array, signal) : null;
  const blob = turned ?? (await file.open());
  const start = turned === null ? header.dataOffset : 0;
  const rowBytes = classes * dtype.itemSize;
  const atOnce = Math.max(1, Math.floor(WINDOW / Math.max(rowBytes, 1)));
  const codes = new Uint32Array(count);
  for (let first = 0; first < count; first += atOnce) {
    signal?.throwIfAborted();
    const rows = Math.min(atOnce, count - first);
    const part = blob.slice(start + first * rowBytes, start + (first + rows) * rowBytes);
    const values = decodeNumbers(new Uint8Array(await part.arrayBuffer()), dtype);
    for (let row = 0; row < rows; row += 1) {
      const code = onlyOne(values.subarray(row * classes, (row + 1) * classes));
      if (code === null) {
        throw noLabels(array, `row ${first + row + 1} does not have a single 1 among zeros`);
      }
      codes[first + row] = code;
    }
  }
  return { codes, names: Array.from({ length: classes }, (_, code) => String(code)) };
}
