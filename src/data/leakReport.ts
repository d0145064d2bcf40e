/** What a check for leaks tells: for every evaluation set, who of it trains and what is left without. */
import { csvField } from './inspect/rejectedCsv';
import { type Leak, leakBetween, leakInPairs, type SharedPerson } from './leak';
import type { EvaluationSet } from './leakEvaluation';
import { foldName } from './lists/foldName';

/** Identities, counted and compared by name. */
export interface LeakSet extends Leak {
  readonly name: string;
  /** What it is: `6,000 pairs in 10 folds`. */
  readonly about: string;
  /** Its identities. */
  readonly evaluation: number;
  /** The first of them as they were read, so that a person can tell a misreading. */
  readonly examples: readonly string[];
  /** How many pairs it has, and how many show nobody who trains; `null` where it has none. */
  readonly pairs: { readonly all: number; readonly left: number } | null;
}

export interface LeakReport {
  /** Identities that train. */
  readonly training: number;
  /** The first of their names. */
  readonly examples: readonly string[];
  readonly sets: readonly LeakSet[];
}

/** Enough to tell names from numbers, and few enough for a line. */
const EXAMPLES = 3;

/** @param training names of the identities that train, each once */
export function leakReport(
  training: readonly string[],
  evaluation: readonly EvaluationSet[],
): LeakReport {
  return {
    training: training.length,
    examples: training.slice(0, EXAMPLES),
    sets: evaluation.map((set) => compared(training, set)),
  };
}

function compared(
  training: readonly string[],
  { name, about, people, pairs }: EvaluationSet,
): LeakSet {
  const evaluated = new Map<string, string>();
  for (const name of people) {
    const folded = foldName(name);
    if (folded !== '' && !evaluated.has(folded)) evaluated.set(folded, name);
  }
  const left = pairs === null ? null : leakInPairs(training, pairs);
  return {
    name,
    about,
    evaluation: evaluated.size,
    examples: [...evaluated.values()].slice(0, EXAMPLES),
    ...leakBetween(training, people),
    pairs: left && { all: left.kept.length + left.leaked, left: left.kept.length },
  };
}

/** One line for each name in training, with a header; to be written as UTF-8. */
export function leakCsv(people: readonly SharedPerson[]): string {
  const lines = people.flatMap(({ name, trained }) =>
    trained.map((own) => `${csvField(own)},${csvField(name)}\r\n`),
  );
  return `training,evaluation\r\n${lines.join('')}`;
}
