/**
 * What a text file beside the pictures can say: who is on them, which part of the set they belong to,
 * where the eyes are, which people are kept apart, which pairs are compared. Half a million lines must
 * fit, so lists of pictures are columns.
 */

/** A line that could not be used. */
export interface LineProblem {
  /** Counted from 1; in JSON arrays, the place of the item. */
  readonly line: number;
  /** One sentence. */
  readonly reason: string;
}

interface Parsed {
  /** The first of the lines that could not be used. */
  readonly problems: readonly LineProblem[];
  /** How many there are in all. */
  readonly problemCount: number;
}

/** Who is on each picture. */
export interface IdentityList extends Parsed {
  readonly kind: 'identities';
  /** As they are written in the list, in its order. */
  readonly paths: readonly string[];
  /** `[paths]` */
  readonly identities: readonly string[];
  /** `[paths]`, `train`, `val`, `test` …; `null` where the list has no such column. */
  readonly splits: readonly (string | null)[] | null;
  /** What its header calls the column of `identities`, as `columnName` has it; `null` without one. */
  readonly column: string | null;
}

/** The part of the set each picture belongs to. */
export interface PartitionList extends Parsed {
  readonly kind: 'partition';
  readonly paths: readonly string[];
  /** `[paths]`, `train`, `val`, `test` … */
  readonly splits: readonly string[];
}

/** Names for the identities of a set that numbers its people. */
export interface NameList extends Parsed {
  readonly kind: 'names';
  readonly names: ReadonlyMap<string, string>;
}

/** Where the face is on each picture, pixels of the picture as the set has it. */
export interface LandmarkList extends Parsed {
  readonly kind: 'landmarks';
  /** As they are written in the list, often without an extension. */
  readonly paths: readonly string[];
  /**
   * `[paths, 5, 2]`, x and y: the eye on the left of the picture, the other eye, the nose, the corner
   * of the mouth on the left, the other corner. `null` where the list has boxes only.
   */
  readonly points: Float64Array | null;
  /** `[paths, 4]`, x and y of the upper left corner, width, height; `null` where there are none. */
  readonly boxes: Float64Array | null;
}

export interface ListedPerson {
  readonly name: string;
  /** How many images the set has of them; `null` where the list does not say. */
  readonly images: number | null;
}

/** People, in folds that share nobody. */
export interface PeopleList extends Parsed {
  readonly kind: 'people';
  /** What the file's name says the people are for; `null` where it says nothing. */
  readonly role: 'train' | 'test' | null;
  readonly folds: readonly (readonly ListedPerson[])[];
}

/** One of the two pictures of a pair: the n-th of a person, or a path. */
export type PairSide =
  | { readonly kind: 'numbered'; readonly identity: string; readonly image: number }
  | { readonly kind: 'path'; readonly path: string };

export interface FacePair {
  readonly first: PairSide;
  readonly second: PairSide;
  readonly same: boolean;
  /** 0 … folds − 1, from the place in the file; 0 where the list has no folds. */
  readonly fold: number;
}

/** Pairs of pictures, of one person or of two. */
export interface PairList extends Parsed {
  readonly kind: 'pairs';
  /** `null` where the list does not say how many. */
  readonly folds: number | null;
  readonly pairs: readonly FacePair[];
}

export type FaceList =
  | IdentityList
  | PartitionList
  | NameList
  | LandmarkList
  | PeopleList
  | PairList;

/** More than this many lines that could not be used are counted, not kept. */
const MOST_PROBLEMS = 20;

/** Collects the lines that could not be used. */
export class LineProblems {
  readonly #kept: LineProblem[] = [];
  #count = 0;

  add(line: number, reason: string): void {
    this.#count += 1;
    if (this.#kept.length < MOST_PROBLEMS) this.#kept.push({ line, reason });
  }

  get count(): number {
    return this.#count;
  }

  get parsed(): Parsed {
    return {
      problems: this.#kept.toSorted((a, b) => a.line - b.line),
      problemCount: this.#count,
    };
  }
}

/** Text of a list for a sentence, cut where it is long. */
export function quoted(text: string): string {
  const shown = text.trim();
  return shown.length > 60 ? `“${shown.slice(0, 60)}…”` : `“${shown}”`;
}
