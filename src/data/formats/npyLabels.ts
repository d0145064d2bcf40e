/** Labels and names from NumPy arrays: one text per element, each distinct text kept once. */
import { elementText } from './npyDtype';
import { checkWhole, type NpyArray } from './npyHeader';

/** Who is on image i: `names[codes[i]]`. */
export interface LabelColumn {
  /** `[images]` */
  readonly codes: Uint32Array;
  readonly names: readonly string[];
}

const WINDOW = 1 << 20;

/** `[N]`, `[N,1]` or `[1,N]`: a column of N elements. */
export function isColumn(shape: readonly number[]): boolean {
  return shape.length >= 1 && shape.filter((size) => size !== 1).length <= 1;
}

/** How many labels an array holds, in a column or as rows of a table; `null` for other shapes. */
export function labelCount(shape: readonly number[]): number | null {
  if (isColumn(shape)) return shape.reduce((product, size) => product * size, 1);
  return shape.length === 2 ? shape[0]! : null;
}

/** The elements of a column as text. @throws FormatError `archive/truncated` */
export async function readLabels(
  { file, header }: NpyArray,
  signal?: AbortSignal,
): Promise<LabelColumn> {
  checkWhole({ file, header });
  const { count, dtype } = header;
  const codes = new Uint32Array(count);
  const numbers = new Map<string, number>();
  const blob = await file.open();
  const atOnce = Math.max(1, Math.floor(WINDOW / Math.max(dtype.itemSize, 1)));
  for (let first = 0; first < count; first += atOnce) {
    signal?.throwIfAborted();
    const start = header.dataOffset + first * dtype.itemSize;
    const end = start + Math.min(atOnce, count - first) * dtype.itemSize;
    const part = new Uint8Array(await blob.slice(start, end).arrayBuffer());
    for (let index = first; index < Math.min(first + atOnce, count); index += 1) {
      const at = (index - first) * dtype.itemSize;
      const text = elementText(part.subarray(at, at + dtype.itemSize), dtype);
      const code = numbers.get(text) ?? numbers.size;
      if (code === numbers.size) numbers.set(text, code);
      codes[index] = code;
    }
  }
  return { codes, names: [...numbers.keys()] };
}

/**
 * Labels that are numbers of names become the names.
 *
 * @param names the text for label 0, 1 …
 */
export function withNames(labels: LabelColumn, names: LabelColumn): LabelColumn {
  const nameOf = (label: string) => {
    const code = /^\d{1,9}$/.test(label) ? names.codes[Number(label)] : undefined;
    return code === undefined ? label : names.names[code]!;
  };
  return { codes: labels.codes, names: labels.names.map(nameOf) };
}
