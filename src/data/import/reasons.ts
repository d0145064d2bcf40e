/** Why a file is left out, as a sentence for the list of rejected files. */
import { FormatError } from '../formats/errors';
import { isPictureName } from '../formats/imageName';
import type { OtherFormat } from '../formats/otherFormats';
import type { Sniffed } from '../formats/sniff';
import type { RejectedFile } from '../types';

/** A bigger file is no face crop, whatever it is. */
const LARGEST_IMAGE = 1 << 26;

/** What was thrown, as a sentence. */
export function reasonOf(error: unknown): string {
  if (error instanceof FormatError) return error.message;
  const detail = error instanceof Error ? error.message : String(error);
  return `It cannot be read: ${detail.replace(/\.$/, '')}.`;
}

/** The same with what to do about it, where that is known. */
export function reasonAndAdvice(error: unknown): string {
  const reason = reasonOf(error);
  return error instanceof FormatError ? `${reason} ${error.remedy}` : reason;
}

/** The reason for leaving out what is no image, or `null` for an image. */
export function reasonAgainst(found: Sniffed): string | null {
  switch (found.kind) {
    case 'image':
      return null;
    case 'archive':
      return 'It is an archive inside an archive; unpack it first.';
    case 'pack':
      return 'It is a packed data set under the name of an image; give it its own name.';
    case 'text':
      return 'It is text, not an image that can be read.';
    case 'other':
      return reasonAgainstOther(found);
  }
}

export function reasonAgainstOther({ what, advice }: OtherFormat): string {
  return `It is ${what}, not an image that can be read. ${advice}`;
}

/** Archives and packed sets. */
const SET_NAME = /\.(zip|tar|t?gz|rec|np[yz]|parquet|tfrecords?)$/i;

/** Leaves out what is no picture: as damaged where its name promises pictures, else as of no use. */
export function noPicture(name: string, reason: string): RejectedFile {
  const promised = isPictureName(name) || SET_NAME.test(name);
  return promised ? { name, reason } : { name, reason, unused: true };
}

export function tooLarge(size: number): string | null {
  if (size <= LARGEST_IMAGE) return null;
  return `It has ${Math.round(size / 2 ** 20)} MB; files over ${LARGEST_IMAGE / 2 ** 20} MB are not read.`;
}
