/**
 * Whether people that are tested were trained on, by their names. Sets share people: whoever trains on
 * a part of LFW must not be scored on pairs that show the same people.
 */
import { identitiesOf } from './import/layout';
import type { PairList, PairSide } from './lists/faceList';
import { foldName } from './lists/foldName';

/** Somebody in both sets. */
export interface SharedPerson {
  /** As the evaluation has the name; the first where it writes it in several ways. */
  readonly name: string;
  /** As the training has it, in each of its ways of writing it. */
  readonly trained: readonly string[];
}

export interface Leak {
  /** Each once, sorted by the evaluation's names. */
  readonly people: readonly SharedPerson[];
  /** How many of them are called by a number, which two sets may share by chance. */
  readonly numbered: number;
}

/** `0012`, `person 0012`, `s12`: a number, with a word in front or none. */
const NUMBERED = /^(\p{L}+ ?)?\d+$/u;

/** People that are in both, each once. */
export function leakBetween(
  trainingNames: Iterable<string>,
  evaluationNames: Iterable<string>,
): Leak {
  const training = new Map<string, string[]>();
  for (const name of new Set(trainingNames)) {
    const folded = foldName(name);
    const known = training.get(folded);
    if (known === undefined) training.set(folded, [name]);
    else known.push(name);
  }
  const found = new Map<string, SharedPerson>();
  for (const name of evaluationNames) {
    const folded = foldName(name);
    const trained = training.get(folded);
    if (folded !== '' && trained !== undefined && !found.has(folded)) {
      found.set(folded, { name, trained });
    }
  }
  const numbered = Array.from(found.keys()).filter((name) => NUMBERED.test(name)).length;
  const people = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { people, numbered };
}

export interface FoldCount {
  /** Pairs of one person. */
  readonly same: number;
  readonly different: number;
}

export interface PairLeak {
  /** People in the pairs that are trained on. */
  readonly people: Leak;
  /** Pairs with at least one of them. */
  readonly leaked: number;
  /** Places in `pairs` of those without, ascending. */
  readonly kept: Uint32Array;
  /** What is left of each fold; one fold where the list has none. */
  readonly folds: readonly FoldCount[];
}

/** Who is on the two pictures of each pair: said, or by the folders and names of all the paths. */
export function peopleInPairs({ pairs }: PairList): readonly (readonly [string, string])[] {
  const sides = pairs.flatMap(({ first, second }) => [first, second]);
  const paths = sides.flatMap((side) => (side.kind === 'path' ? [side.path] : []));
  const byPath = identitiesOf(paths.map((path) => ({ archive: null, path }))).values();
  const personOf = (side: PairSide): string =>
    side.kind === 'numbered' ? side.identity : (byPath.next().value ?? '');
  return pairs.map(({ first, second }) => [personOf(first), personOf(second)]);
}

/** What of a list of pairs is left without the people trained on. */
export function leakInPairs(trainingNames: Iterable<string>, list: PairList): PairLeak {
  const names = [...trainingNames];
  const trained = new Set(names.map(foldName));
  const folds = Array.from({ length: list.folds ?? 1 }, () => ({ same: 0, different: 0 }));
  const seen = new Set<string>();
  const kept: number[] = [];
  const shown = peopleInPairs(list);
  for (const [place, { same, fold }] of list.pairs.entries()) {
    const people = shown[place]!;
    for (const person of people) seen.add(person);
    if (people.some((person) => trained.has(foldName(person)))) continue;
    kept.push(place);
    const count = folds[fold]!;
    if (same) count.same += 1;
    else count.different += 1;
  }
  return {
    people: leakBetween(names, seen),
    leaked: list.pairs.length - kept.length,
    kept: Uint32Array.from(kept),
    folds,
  };
}
