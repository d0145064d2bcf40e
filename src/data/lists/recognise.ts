/**
 * What a text file says about the pictures it lies among, found out from its content: the name only
 * helps where two lists look alike. Pure; a malformed line is told and never fatal.
 */
import type { FaceList } from './faceList';
import { listOfJson, listOfSpacedColumns, listOfTable } from './headed';
import { listOfPairs } from './pairs';
import { listOfPeople } from './people';
import { listWithoutHeader } from './plainList';
import { textOf } from './text';

type Recognise = (text: string, fileName: string) => FaceList | null;

/** Strict forms first: a pair of numbered pictures would also be a name with a number. */
const FORMS: readonly Recognise[] = [
  listOfJson,
  listOfPairs,
  listOfPeople,
  listOfTable,
  listOfSpacedColumns,
  listWithoutHeader,
];

/** How many things the list says. */
export function entryCount(list: FaceList): number {
  switch (list.kind) {
    case 'identities':
    case 'partition':
    case 'landmarks':
      return list.paths.length;
    case 'names':
      return list.names.size;
    case 'people':
      return list.folds.reduce((sum, fold) => sum + fold.length, 0);
    case 'pairs':
      return list.pairs.length;
  }
}

/**
 * @param input the whole file, at most 256 MiB
 * @param fileName with or without folders
 * @returns `null` where it is no list, or not one line of it can be used
 */
export function recognise(input: string | Uint8Array, fileName: string): FaceList | null {
  const text = textOf(input);
  if (text === null) return null;
  for (const form of FORMS) {
    const list = form(text, fileName);
    // More lines that fail than lines that fit: a text that began like a list.
    if (list !== null && entryCount(list) > 0 && list.problemCount <= entryCount(list)) return list;
  }
  return null;
}
