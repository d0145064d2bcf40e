/**
 * What a list says of each picture, and how well the two fit: which pictures it knows, which of its
 * lines have no picture.
 */
import { splitAtEnd, splitNamed } from '../import/splitNames';
import type { IdentityList, LandmarkList, PartitionList } from './faceList';
import { AMBIGUOUS, linesAbout, matchPaths } from './pathMatching';
import { baseName } from './text';

export interface Match {
  /** `null` where the list is about parts only. */
  readonly identity: string | null;
  readonly split: string | null;
}

export interface ListMatch {
  /** `[paths]`, what the list says of each picture; `null` for those it does not know. */
  readonly matches: readonly (Match | null)[];
  /** By picture, the people whom lines that do not agree give it to. Not among `matches`. */
  readonly several: ReadonlyMap<number, readonly string[]>;
  /** Pictures the list speaks of. */
  readonly matched: number;
  /** Pictures of which several lines speak that do not agree. */
  readonly ambiguous: number;
  /** Pictures that are in no line. */
  readonly unlisted: number;
  /** Paths in the list for which there is no picture. */
  readonly missing: number;
}

/** A list lies in the folder that its paths begin in, more often than not. */
function fromFolder(listed: readonly string[], listPath: string): readonly string[] {
  const end = Math.max(listPath.lastIndexOf('/'), listPath.lastIndexOf('\\'));
  if (end <= 0) return listed;
  const folder = listPath.slice(0, end);
  return listed.map((path) => `${folder}/${path}`);
}

/** Listed paths no picture was found for. */
function missingPaths(listed: readonly string[], used: Uint8Array): number {
  if (!used.includes(0)) return 0;
  const known = new Set<string>();
  for (const [line, path] of listed.entries()) if (used[line] === 1) known.add(path);
  const here = known.size;
  for (const path of listed) known.add(path);
  return known.size - here;
}

/** `train.csv` with file names alone speaks of what lies in `train/`, beside `test/` with the same names. */
function ofItsPart(
  listed: readonly string[],
  paths: readonly string[],
  listPath: string,
): readonly string[] {
  const part = splitAtEnd(baseName(listPath).replace(/\.[^.]*$/, ''));
  if (part === null || !listed.every((path) => baseName(path) === path)) return paths;
  const isInPart = (path: string) =>
    path
      .split('/')
      .slice(0, -1)
      .some((folder) => splitNamed(folder) === part);
  return paths.some(isInPart) ? paths.map((path) => (isInPart(path) ? path : '')) : paths;
}

/**
 * What a list says of each picture.
 *
 * @param paths of the pictures
 * @param listPath where the list itself lay, so that its paths are looked for from there first
 */
export function matchList(
  list: IdentityList | PartitionList,
  all: readonly string[],
  listPath = '',
): ListMatch {
  const paths = ofItsPart(list.paths, all, listPath);
  const identities = list.kind === 'identities' ? list.identities : null;
  const { splits } = list;
  const agree = (a: number, b: number) =>
    identities?.[a] === identities?.[b] && splits?.[a] === splits?.[b];
  const listed = fromFolder(list.paths, listPath);
  const found = matchPaths(listed, paths, agree);
  const used = new Uint8Array(list.paths.length);
  const unclear: number[] = [];
  let matched = 0;
  const matches = Array.from(found, (line, image): Match | null => {
    if (line === AMBIGUOUS) unclear.push(image);
    if (line < 0) return null;
    matched += 1;
    used[line] = 1;
    return { identity: identities?.[line] ?? null, split: splits?.[line] ?? null };
  });
  const several = new Map<number, readonly string[]>();
  const near = unclear.length === 0 ? null : matchPaths(listed, paths, () => true);
  const samePerson =
    near === null || identities === null
      ? null
      : matchPaths(listed, paths, (a, b) => identities[a] === identities[b]);
  for (const [at, lines] of linesAbout(listed, paths, unclear).entries()) {
    const image = unclear[at]!;
    const [any, line] = [near![image]!, samePerson?.[image] ?? AMBIGUOUS];
    if (any >= 0) used[any] = 1;
    const people = [...new Set(lines.map((other) => identities?.[other] ?? null))];
    // Only about the part they disagree.
    if (line >= 0) {
      matches[image] = { identity: identities![line]!, split: null };
      matched += 1;
    } else if (identities !== null)
      several.set(
        unclear[at]!,
        people.flatMap((name) => name ?? []),
      );
  }
  const ambiguous = unclear.filter((image) => matches[image] === null).length;
  const missing = missingPaths(list.paths, used);
  const unlisted = paths.length - matched - ambiguous;
  return { matches, several, matched, ambiguous, unlisted, missing };
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

/**
 * A file that a list calls by its name alone while several pictures have it, with the path of one of
 * them, shortened to a folder and the file.
 *
 * @param paths of the pictures
 * @returns `null` where no name is shared
 */
export function sharedName(
  listed: readonly string[],
  paths: readonly string[],
): { readonly file: string; readonly path: string; readonly pictures: number } | null {
  const alone = new Set(listed.filter((path) => baseName(path) === path));
  const counts = new Map<string, number>();
  for (const path of paths) {
    const file = baseName(path);
    if (alone.has(file)) counts.set(file, (counts.get(file) ?? 0) + 1);
  }
  for (const path of paths) {
    const file = baseName(path);
    const pictures = counts.get(file) ?? 0;
    if (pictures > 1) return { file, path: path.split('/').slice(-2).join('/'), pictures };
  }
  return null;
}
