/** The label column of a row group as names, and its column of paths packed into one piece of memory. */
import type { ImageColumns } from './columns';
import type { PackedTexts } from './rowGroup';
import type { ParquetValue } from './values';

const UTF8 = new TextDecoder();

/**
 * Names and their places in one list, so that half a million rows share the names they have in common.
 */
export class NameList {
  readonly names: string[] = [];
  readonly #places = new Map<string, number>();

  /** @returns the place of a name, which is added where it is new */
  placeOf(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.names.push(name);
    this.#places.set(name, this.names.length - 1);
    return this.names.length - 1;
  }
}

/** A class name for a number where the file has them; -1 is the hub's word for no label. */
export function nameOf(
  value: ParquetValue | null,
  classNames: readonly string[] | null,
): string | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return UTF8.decode(value).trim();
  if (classNames === null || typeof value === 'boolean') return String(value);
  const name = classNames[Number(value)];
  return name ?? (Number(value) < 0 ? null : String(value));
}

/** @returns `[rows]` places in `list`, -1 for none */
export function labelPlaces(
  values: readonly (ParquetValue | null)[],
  { classNames }: Pick<ImageColumns, 'classNames'>,
  list: NameList,
): Int32Array {
  return Int32Array.from(values, (value) => {
    const name = nameOf(value, classNames);
    return name === null || name === '' ? -1 : list.placeOf(name);
  });
}

/** Values that are no text become empty. */
export function packTexts(values: readonly (ParquetValue | null)[]): PackedTexts {
  const texts = values.map((value) => (value instanceof Uint8Array ? value : null));
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + (text?.length ?? 0), 0));
  const starts = new Uint32Array(texts.length + 1);
  let at = 0;
  for (const [row, text] of texts.entries()) {
    if (text !== null) bytes.set(text, at);
    at += text?.length ?? 0;
    starts[row + 1] = at;
  }
  return { bytes, starts };
}
