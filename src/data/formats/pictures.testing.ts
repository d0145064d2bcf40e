/**
 * Pictures that another program wrote (Pillow, by `pictures/make.py`) and what that program reads from
 * them. A few are committed; more can be made where Python and Pillow are there (`pillow.testing.ts`).
 */
import * as v from 'valibot';

const ExpectedPicture = v.strictObject({
  /** As `sniff` calls it. */
  format: v.string(),
  /** Pixels, upright. */
  width: v.number(),
  height: v.number(),
  /** How many levels another decoder may differ by: 0 but for what the format leaves open. */
  tolerance: v.number(),
  /** The square in the middle, RGB over white, in base64. */
  rgb: v.string(),
});
const ExpectedPictures = v.record(v.string(), ExpectedPicture);

export interface WrittenPicture extends Omit<v.InferOutput<typeof ExpectedPicture>, 'rgb'> {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `[side, side, 3]`, the side being the shorter of width and height. */
  readonly rgb: Uint8Array<ArrayBuffer>;
}

export function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** Where the committed ones and what is expected of them lie, beside this file. */
export const PICTURES = { folder: 'pictures', expected: 'expected.json' } as const;

/**
 * @param json what `make.py` wrote beside the pictures
 * @param read a file's content in base64
 */
export async function writtenPictures(
  json: string,
  read: (name: string) => string | Promise<string>,
): Promise<WrittenPicture[]> {
  const expected = v.parse(ExpectedPictures, JSON.parse(json));
  const pictures = Object.entries(expected).map(async ([name, { rgb, ...about }]) => {
    return { ...about, name, bytes: fromBase64(await read(name)), rgb: fromBase64(rgb) };
  });
  return Promise.all(pictures);
}
