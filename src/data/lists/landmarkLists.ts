/**
 * The points that a set's lists have for its pictures. A set can bring several lists of the same names:
 * CelebA has one for its pictures as they were found and one for those it aligned.
 */
import { pointsIn } from '../align/points';
import type { FivePoints } from '../align/similarity';
import type { LandmarkList } from './faceList';

export interface MatchedLandmarks {
  /** Of the list's file. */
  readonly name: string;
  readonly list: LandmarkList;
  /** `[pictures]`, the line that speaks of each; negative for none. */
  readonly lines: Int32Array;
}

/** `list_landmarks_align_celeba.txt`, `img_align_celeba/000001.jpg`. */
const ALIGNED = /align/i;
/** CelebA's pictures as they were found: `img_celeba/000001.jpg`. */
const FOUND = /img_celeba|in[-_ ]?the[-_ ]?wild/i;

function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** Whether the list is the one for pictures that are called so; the aligned ones are what most have. */
function suits(list: string, picture: string): boolean {
  const aligned = ALIGNED.test(picture) || !FOUND.test(picture);
  return ALIGNED.test(fileName(list)) === aligned;
}

/**
 * @param lists those with five points, each matched with all pictures
 * @param picture place of the picture
 * @param name of the picture, with its folders
 * @returns `null` where no list has points for it
 */
export function listedPoints(
  lists: readonly MatchedLandmarks[],
  picture: number,
  name: string,
): FivePoints | null {
  const known = lists.filter(
    ({ list, lines }) => list.points !== null && (lines[picture] ?? -1) >= 0,
  );
  const best = known.find((one) => suits(one.name, name)) ?? known[0];
  if (best === undefined || best.list.points === null) return null;
  return pointsIn(best.list.points, best.lines[picture]!);
}
