/**
 * What a list says of each picture, and how well the two fit: which pictures it knows, which of its
 * lines have no picture.
 */
import type { IdentityList, LandmarkList, PartitionList } from './faceList';
import { AMBIGUOUS, matchPaths } from './pathMatching';

export interface Match {
  /** `null` where the list is about parts only. */
  readonly identity: string | null;
  readonly split: string | null;
}

export interface ListMatch {
  /** `[paths]`, what the list says of each picture; `null` for those it does not know. */
  readonly matches: readonly (Match | null)[];
  /** Pictures the list speaks of. */
  readonly matched: number;
  /** Pictures of which several lines speak that do not agree. */
  readonly ambiguous: number;
  /** Pictures that are in no line. */
  readonly unlisted: number;
  /** Lines for which there is no picture. */
  readonly missing: number;
}

/** A list lies in the folder that its paths begin in, more often than not. */
function fromFolder(listed: readonly string[], listPath: string): readonly string[] {
  const end = Math.max(listPath.lastIndexOf('/'), listPath.lastIndexOf('\\'));
  if (end <= 0) return listed;
  const folder = listPath.slice(0, end);
  return listed.map((path) => `${folder}/${path}`);
}

/** Lines no picture was found for, apart from those that repeat one. */
function missingLines(listed: readonly string[], used: Uint8Array): number {
  if (!used.includes(0)) return 0;
  const known = new Set<string>();
  for (const [line, path] of listed.entries()) if (used[line] === 1) known.add(path);
  return listed.reduce((sum, path, line) => {
    return sum + (used[line] === 0 && !known.has(path) ? 1 : 0);
  }, 0);
}

/**
 * What a list says of each picture.
 *
 * @param paths of the pictures
 * @param listPath where the list itself lay, so that its paths are looked for from there first
 */
export function matchList(
  list: IdentityList | PartitionList,
  paths: readonly string[],
  listPath = '',
): ListMatch {
  const identities = list.kind === 'identities' ? list.identities : null;
  const { splits } = list;
  const agree = (a: number, b: number) =>
    identities?.[a] === identities?.[b] && splits?.[a] === splits?.[b];
  const found = matchPaths(fromFolder(list.paths, listPath), paths, agree);
  const used = new Uint8Array(list.paths.length);
  let [matched, ambiguous] = [0, 0];
  const matches = Array.from(found, (line): Match | null => {
    if (line === AMBIGUOUS) ambiguous += 1;
    if (line < 0) return null;
    matched += 1;
    used[line] = 1;
    return { identity: identities?.[line] ?? null, split: splits?.[line] ?? null };
  });
  const missing = missingLines(list.paths, used);
  return { matches, matched, ambiguous, unlisted: paths.length - matched - ambiguous, missing };
}

/**
 * The line of a list that has the landmarks of each picture.
 *
 * @returns `[paths]`; negative where no line has them, or several do that differ
 */
export function matchLandmarks(
  { paths: listed, points, boxes }: LandmarkList,
  paths: readonly string[],
  listPath = '',
): Int32Array {
  const agree = (a: number, b: number) => sameRow(points, 10, a, b) && sameRow(boxes, 4, a, b);
  return matchPaths(fromFolder(listed, listPath), paths, agree);
}

function sameRow(rows: Float64Array | null, width: number, a: number, b: number): boolean {
  if (rows === null) return true;
  const other = rows.subarray(b * width, (b + 1) * width);
  return rows.subarray(a * width, (a + 1) * width).every((value, at) => value === other[at]);
}
