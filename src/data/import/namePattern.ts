/**
 * A person's own rule for who is on which picture: a regular expression over the path, whose group
 * `identity`, or else first group, is the person, and whose group `split`, where it has one, the part
 * of the set. Refused with a sentence where it cannot be used, or could take for ever.
 */
import { ImportError } from './importError';
import { NAME_RULES, type NameRule } from './nameRules';
import { splitPath } from './paths';
import { LONGEST_PATH, refuseCatastrophic } from './patternSafety';
import { PatternRefusal } from './patternSyntax';
import { normalised } from './places';
import { splitNamed } from './splitNames';

/** Who a path says is on the picture, and in which part of the set it is. */
export interface PathPerson {
  readonly identity: string;
  /** `train`, `val`, `test`, `gallery` …; `null` where nothing says so. */
  readonly split: string | null;
}

const LONGEST_PATTERN = 200;

function compiled(pattern: string): RegExp | string {
  if (pattern.length > LONGEST_PATTERN) {
    return `The pattern has ${pattern.length} characters; ${LONGEST_PATTERN} are allowed.`;
  }
  const expression = compile(pattern);
  if (typeof expression === 'string') return expression;
  // With an alternative that takes nothing it matches, and tells how many groups there are.
  const groups = new RegExp(`${pattern}|`, expression.flags).exec('')!;
  if (groups.length < 2) {
    return 'The pattern has no group: put round brackets around the part that is the person.';
  }
  try {
    refuseCatastrophic(pattern, expression.flags);
    return expression;
  } catch (error) {
    if (error instanceof PatternRefusal) return `The pattern ${error.message}.`;
    throw error;
  }
}

/** As strict as can be, so that `\p{L}` means letters; else as the pattern allows. */
function compile(pattern: string): RegExp | string {
  let detail = '';
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch (error) {
      detail = error instanceof Error ? error.message.replace(/^.*: /s, '') : String(error);
    }
  }
  return `The pattern is no regular expression: ${detail.replace(/\.$/, '')}.`;
}

/** Why a pattern cannot be used, one sentence, or `null`. */
export function checkPattern(pattern: string): string | null {
  const expression = compiled(pattern);
  return typeof expression === 'string' ? expression : null;
}

function personIn(expression: RegExp, path: string): PathPerson | null {
  if (path.length > LONGEST_PATH) return null;
  const match = expression.exec(path);
  if (match === null) return null;
  const identity = normalised(match.groups?.identity ?? match[1] ?? '');
  if (identity === '') return null;
  const split = match.groups?.split;
  return { identity, split: split ? (splitNamed(split) ?? split.toLowerCase()) : null };
}

/** Time that a pattern may take, and a clock in milliseconds. */
export interface PatternBudget {
  readonly limitMs: number;
  readonly now: () => number;
}

const WHOLE_SET: PatternBudget = { limitMs: 20_000, now: () => performance.now() };
const PREVIEW: PatternBudget = { limitMs: 1000, now: () => performance.now() };

const TOO_LONG = 'The pattern takes too long; use [^_/]+ or \\d+ where it says .* or .+.';

function invalid(sentence: string): ImportError {
  return new ImportError(
    'data/invalid-pattern',
    sentence,
    'Change the pattern, or leave it empty to go by folders and file names.',
  );
}

/**
 * @returns what a path says, `null` for one that does not fit
 * @throws ImportError `data/invalid-pattern`; what is returned throws it when time is up
 */
export function patternReader(
  pattern: string,
  budget: PatternBudget = WHOLE_SET,
): (path: string) => PathPerson | null {
  const expression = compiled(pattern);
  if (typeof expression === 'string') throw invalid(expression);
  const end = budget.now() + budget.limitMs;
  return (path) => {
    const person = personIn(expression, path);
    if (budget.now() > end) throw invalid(TOO_LONG);
    return person;
  };
}

export interface PatternExample {
  readonly path: string;
  /** `null` where the path does not fit. */
  readonly person: PathPerson | null;
}

export type PatternPreview =
  | { readonly kind: 'refused'; readonly sentence: string }
  | {
      readonly kind: 'preview';
      /** Paths that were looked at: all, or as many, evenly spread. */
      readonly looked: number;
      readonly people: number;
      /** Paths that do not fit. */
      readonly unmatched: number;
      /** Some of different people. */
      readonly examples: readonly PatternExample[];
      /** Some that do not fit. */
      readonly strays: readonly string[];
    };

const MOST_PATHS = 20_000;
const EXAMPLES = 5;

/** Evenly spread, in their order. */
function some(paths: readonly string[], most: number): readonly string[] {
  if (paths.length <= most) return paths;
  return Array.from({ length: most }, (_, at) => paths[Math.floor((at * paths.length) / most)]!);
}

/** What a pattern would make of the paths. */
export function describePattern(
  pattern: string,
  paths: readonly string[],
  budget: PatternBudget = PREVIEW,
): PatternPreview {
  try {
    return preview(patternReader(pattern, budget), some(paths, MOST_PATHS));
  } catch (error) {
    if (error instanceof ImportError) return { kind: 'refused', sentence: error.message };
    throw error;
  }
}

function preview(
  read: (path: string) => PathPerson | null,
  paths: readonly string[],
): PatternPreview {
  const people = new Set<string>();
  const examples: PatternExample[] = [];
  const strays: string[] = [];
  let unmatched = 0;
  for (const path of paths) {
    const person = read(path);
    if (person === null) {
      unmatched += 1;
      if (strays.length < EXAMPLES) strays.push(path);
    } else if (!people.has(person.identity)) {
      people.add(person.identity);
      if (examples.length < EXAMPLES) examples.push({ path, person });
    }
  }
  const looked = paths.length;
  return { kind: 'preview', looked, people: people.size, unmatched, examples, strays };
}

/**
 * The rule that fits the file names best, to begin with: the one with the most pictures among people
 * of whom there are several. `null` where none fits half of the names.
 */
export function suggestPattern(paths: readonly string[]): NameRule | null {
  const files = some(paths, MOST_PATHS).map((path) => splitPath(path).file);
  let best: { readonly rule: NameRule; readonly score: number } | null = null;
  for (const rule of NAME_RULES) {
    const score = scoreOf(new RegExp(rule.pattern), files);
    if (score > (best?.score ?? 0)) best = { rule, score };
  }
  return best !== null && 2 * best.score >= files.length ? best.rule : null;
}

/** Pictures of people with several; nobody is found where everyone is the same. */
function scoreOf(rule: RegExp, files: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const file of files) {
    const identity = rule.exec(file)?.[1];
    if (identity !== undefined) counts.set(identity, (counts.get(identity) ?? 0) + 1);
  }
  if (counts.size < 2) return 0;
  let score = 0;
  for (const count of counts.values()) if (count > 1) score += count;
  return score;
}
