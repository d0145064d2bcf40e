/**
 * Which line of a list speaks of which picture. Lists were written elsewhere: their paths begin in
 * other folders, with other slashes, with or without an extension. So a picture belongs to the line
 * whose path ends in the most of the same folders, if there is only one such line.
 */
import { withoutImageExtension } from './text';

/** In the place of a line: no line speaks of the picture. */
export const UNLISTED = -1;
/** In the place of a line: several do, and say different things. */
export const AMBIGUOUS = -2;

/** While matching: only the file name is known, and it is not the only one. Told as `UNLISTED`. */
const SAME_NAME = -3;

/** Deeper folders are not compared. */
const DEEPEST = 16;

/** Slashes forwards, without `.`, `..` resolved, accents in one way. */
function tidied(path: string): string {
  const isTidy = /^[!-.0-~][ -~]*$/.test(path) && !/[\\]|\/\/|(^|\/)\.{1,2}\//.test(path);
  if (isTidy) return path;
  const segments: string[] = [];
  for (const segment of path.normalize('NFC').split(/[/\\]/)) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}

/** Where the last `count` segments begin; −1 where there are fewer. */
function suffixStart(path: string, count: number): number {
  let start = path.length + 1;
  for (let found = 0; found < count; found += 1) {
    if (start <= 0) return -1;
    start = path.lastIndexOf('/', start - 2) + 1;
  }
  return start;
}

/** Paths that end alike in so many segments. */
interface Group {
  /** A line, or `AMBIGUOUS`. */
  line: number;
  lines: number;
  images: number;
}

class Matching {
  readonly #listed: readonly string[];
  readonly #paths: readonly string[];
  readonly #agree: (a: number, b: number) => boolean;
  /** `[paths]`, the line with the longest common end so far. */
  readonly line: Int32Array;
  /** `[paths]`, how many segments it has in common. */
  readonly depth: Uint8Array;

  constructor(
    listed: readonly string[],
    paths: readonly string[],
    agree: (a: number, b: number) => boolean,
  ) {
    this.#listed = listed;
    this.#paths = paths;
    this.#agree = agree;
    this.line = new Int32Array(paths.length).fill(UNLISTED);
    this.depth = new Uint8Array(paths.length);
  }

  run(lines: Uint32Array, images: Uint32Array): void {
    let [left, right] = [lines, images];
    // Only what ends alike in n segments can do so in n + 1, and one line with one picture is settled:
    // nearly everything is compared twice.
    for (let depth = 1; depth <= DEEPEST && left.length > 0 && right.length > 0; depth += 1) {
      [left, right] = this.#compare(left, right, depth);
    }
    this.#preferWhole(lines);
    this.#settle();
  }

  /** @returns the lines and the images that more than one of the other end like, so far */
  #compare(lines: Uint32Array, images: Uint32Array, depth: number): [Uint32Array, Uint32Array] {
    const groups = new Map<string, Group>();
    const ofLine = Array.from(lines, (line) => this.#join(groups, line, depth));
    const ofImage = Array.from(images, (image) => this.#lookUp(groups, image, depth));
    if (depth === 1) this.#keepUnique(ofImage, images);
    const isOpen = (group: Group | undefined) =>
      group !== undefined && group.images > 0 && group.images + group.lines > 2;
    return [
      lines.filter((_, place) => isOpen(ofLine[place])),
      images.filter((_, place) => isOpen(ofImage[place])),
    ];
  }

  #join(groups: Map<string, Group>, line: number, depth: number): Group | undefined {
    const path = this.#listed[line]!;
    const start = suffixStart(path, depth);
    if (start < 0) return undefined;
    const end = path.slice(start);
    const known = groups.get(end);
    if (known === undefined) {
      const group = { line, lines: 1, images: 0 };
      groups.set(end, group);
      return group;
    }
    if (known.line >= 0 && !this.#agree(known.line, line)) known.line = AMBIGUOUS;
    known.lines += 1;
    return known;
  }

  #lookUp(groups: ReadonlyMap<string, Group>, image: number, depth: number): Group | undefined {
    const path = this.#paths[image]!;
    const start = suffixStart(path, depth);
    const group = start < 0 ? undefined : groups.get(path.slice(start));
    if (group === undefined) return undefined;
    group.images += 1;
    this.line[image] = group.line;
    this.depth[image] = depth;
    return group;
  }

  /** A file name alone tells nothing where several pictures, or lines of several people, have it. */
  #keepUnique(groups: readonly (Group | undefined)[], images: Uint32Array): void {
    for (const [place, image] of images.entries()) {
      const group = groups[place];
      if (group === undefined) continue;
      const isShared =
        group.images > 1 || (group.line === AMBIGUOUS && this.#paths[image]!.includes('/'));
      if (isShared) this.line[image] = SAME_NAME;
    }
  }

  /** Of several lines with the same end, the one that is the picture's whole path. */
  #preferWhole(lines: Uint32Array): void {
    if (!this.line.includes(AMBIGUOUS) && !this.line.includes(SAME_NAME)) return;
    const whole = new Map<string, number>();
    for (const line of lines) {
      const path = this.#listed[line]!;
      const other = whole.get(path);
      const isClear = other === undefined || (other >= 0 && this.#agree(other, line));
      whole.set(path, isClear ? (other ?? line) : AMBIGUOUS);
    }
    for (const [image, line] of this.line.entries()) {
      const path = this.#paths[image]!;
      if ((line !== AMBIGUOUS && line !== SAME_NAME) || !whole.has(path)) continue;
      this.line[image] = whole.get(path)!;
      this.depth[image] = DEEPEST;
    }
  }

  /** A line speaks of the pictures nearest to it, not of others that share less of its path. */
  #settle(): void {
    const nearest = new Uint8Array(this.#listed.length);
    for (const [image, line] of this.line.entries()) {
      if (line >= 0) nearest[line] = Math.max(nearest[line]!, this.depth[image]!);
    }
    for (const [image, line] of this.line.entries()) {
      if (line >= 0 && this.depth[image]! < nearest[line]!) this.line[image] = UNLISTED;
    }
  }
}

/** In how many segments two paths end alike. */
function sharedSegments(path: string, other: string): number {
  let depth = 0;
  while (depth < DEEPEST) {
    const [start, from] = [suffixStart(path, depth + 1), suffixStart(other, depth + 1)];
    if (start < 0 || from < 0 || path.slice(start) !== other.slice(from)) break;
    depth += 1;
  }
  return depth;
}

/** Pictures that are looked at, and lines with the name of each: more take long, and tell no more. */
const MOST_COMPARED = 1000;

/**
 * The lines that end like a picture's path in the most of the same segments, for pictures that several
 * lines speak of.
 *
 * @param images places in `paths`
 * @returns `[images]`, places in `listed`; none where it would take too long
 */
export function linesAbout(
  listed: readonly string[],
  paths: readonly string[],
  images: readonly number[],
): number[][] {
  const bare = (path: string) => withoutImageExtension(tidied(path));
  const fileOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  if (images.length === 0) return [];
  const wanted = images.map((image) => bare(paths[image]!));
  const named = new Map(wanted.map((path) => [fileOf(path), [] as [number, string][]]));
  for (const [line, path] of listed.entries()) {
    const listedPath = bare(path);
    named.get(fileOf(listedPath))?.push([line, listedPath]);
  }
  return wanted.map((path, at) => {
    const lines = named.get(fileOf(path))!;
    if (at >= MOST_COMPARED || lines.length > MOST_COMPARED) return [];
    const depths = lines.map(([, other]) => sharedSegments(path, other));
    const deepest = depths.reduce((most, depth) => Math.max(most, depth), 0);
    return lines.flatMap(([line], place) => (depths[place] === deepest ? [line] : []));
  });
}

function all(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index);
}

/**
 * @param listed paths as a list has them
 * @param paths of the pictures
 * @param agree whether two lines say the same, so that it does not matter which one is meant
 * @returns `[paths]`, places in `listed`, or `UNLISTED`, or `AMBIGUOUS`
 */
export function matchPaths(
  listed: readonly string[],
  paths: readonly string[],
  agree: (a: number, b: number) => boolean = (a, b) => a === b,
): Int32Array {
  const lines = listed.map(tidied);
  const images = paths.map(tidied);
  const exact = new Matching(lines, images, agree);
  exact.run(all(lines.length), all(images.length));
  const used = new Uint8Array(lines.length);
  for (const line of exact.line) if (line >= 0) used[line] = 1;
  const otherLines = all(lines.length).filter((line) => used[line] === 0);
  const otherImages = all(images.length).filter((image) => exact.line[image] === UNLISTED);
  const told = (line: number) => (line === SAME_NAME ? UNLISTED : line);
  if (otherLines.length === 0 || otherImages.length === 0) return exact.line.map(told);
  // What is left may differ in the extension: converted pictures, lists without any.
  const bare = new Matching(
    lines.map(withoutImageExtension),
    images.map(withoutImageExtension),
    agree,
  );
  bare.run(otherLines, otherImages);
  return exact.line.map((line, image) => told(line === UNLISTED ? bare.line[image]! : line));
}
