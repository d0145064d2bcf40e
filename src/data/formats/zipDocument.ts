/**
 * Documents and programs that are zips inside. Their pictures are figures, covers and icons: faces of
 * nobody that the set is about. Told by files that every one of its kind has, whatever it is called.
 */
import type { OtherFormat } from './otherFormats';
import { LOCAL_HEADER } from './zipEntry';

const OPEN_DOCUMENT = 'an OpenDocument file or an e-book';
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^\[Content_Types\]\.xml$/, 'an Office document (Word, Excel, PowerPoint)'],
  [/^META-INF\/(manifest|container)\.xml$/, OPEN_DOCUMENT],
  [/^Index\/[^/]+\.iwa$/, 'a Pages, Numbers or Keynote document'],
  [/^(META-INF\/(MANIFEST\.MF)?|AndroidManifest\.xml)$/, 'a Java or Android program'],
];
/** Longer than the name of any of these files. */
const LONGEST_NAME = 64;
/** The first file of such a zip; one somewhere else in a zip may be anything. */
const FIRST_OF_OPEN_DOCUMENT = 'mimetype';

/**
 * @param paths of the files in a zip, the first one first; some are enough
 * @returns `null` for a zip of no such kind
 */
export function zipDocument(paths: readonly string[]): OtherFormat | null {
  const what =
    paths[0] === FIRST_OF_OPEN_DOCUMENT
      ? OPEN_DOCUMENT
      : KINDS.find(([name]) => paths.some((path) => name.test(path)))?.[1];
  return what === undefined
    ? null
    : {
        what,
        advice: 'To use its pictures, unpack it as a zip and put them in one folder per person.',
      };
}

/** The same by the first bytes of a zip, which name its first file. */
export function zipDocumentByHead(head: Uint8Array): OtherFormat | null {
  if (head.length < LOCAL_HEADER.length) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint32(0, true) !== LOCAL_HEADER.signature) return null;
  const name = head.subarray(LOCAL_HEADER.length, LOCAL_HEADER.length + view.getUint16(26, true));
  return zipDocument([String.fromCharCode(...name.subarray(0, LONGEST_NAME))]);
}
