/**
 * Whether reading lost anything without a word: every file that was given, and every member that an
 * archive listed, must be loaded or listed with a reason, and within seconds. For tests that damage files.
 */
import type { FaceSet, RejectedFile } from '../types';
import { cleaned, type FaceSource } from './catalogue';
import { ImportError } from './importError';
import type { DecodeImage } from './intake';
import { peopleIn } from './people';
import { loadFaces, openFaces } from './readFaces';

/** What a person may be kept waiting for a few damaged files. */
const DEADLINE_MS = 5000;

export interface Account {
  /** Names of the pictures that were loaded. */
  readonly loaded: readonly string[];
  readonly rejected: readonly RejectedFile[];
  /** What was said of lists and packed sets as a whole. */
  readonly notes: readonly string[];
}

export interface AccountOptions {
  readonly cropSize: number;
  readonly decode: DecodeImage;
  /** Files that only say something about others, as an index does: they may go without a word. */
  readonly companions?: readonly string[];
}

async function beforeDeadline<Result>(work: Promise<Result>): Promise<Result> {
  const start = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs')), DEADLINE_MS);
  });
  try {
    const result = await Promise.race([work, late]);
    // Work that never pauses keeps the timer from ringing.
    if (performance.now() - start > DEADLINE_MS) throw new Error('it takes too long');
    return result;
  } finally {
    clearTimeout(timer);
  }
}

function checkWhole(set: FaceSet): void {
  const { labels, names, pixels, identities, cropSize } = set;
  const counts = identities.map(() => 0);
  for (const label of labels) counts[label]! += 1;
  const isWhole =
    labels.length > 0 &&
    names.length === labels.length &&
    pixels.length === labels.length * cropSize * cropSize * 3 &&
    identities.every(({ count, name }, place) => count === counts[place] && name !== '');
  if (!isWhole) throw new Error('the set is not whole');
}

async function takeStock(
  sources: readonly FaceSource[],
  options: AccountOptions,
): Promise<Account> {
  const catalogue = await openFaces(sources, {});
  const people = peopleIn(catalogue.entries, catalogue.lists);
  const { entries, notes } = catalogue;
  let loaded: readonly string[] = [];
  let rejected: readonly RejectedFile[];
  try {
    const set = await loadFaces({ catalogue, people, chosen: null }, { ...options, label: 'test' });
    checkWhole(set);
    loaded = set.names;
    rejected = set.rejected;
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    rejected = error.rejected;
  }
  const given = entries.length + catalogue.rejected.length;
  // An archive under the name of a picture counts as one file until it is opened.
  if (loaded.length + rejected.length < given) {
    throw new Error(`of ${given} files ${loaded.length + rejected.length} are told of`);
  }
  return { loaded, rejected, notes };
}

/**
 * @throws an Error where a file is lost without a word, the set is not whole or it takes too long, and
 *   whatever else than an ImportError reading throws
 */
export async function accountOf(
  sources: readonly FaceSource[],
  options: AccountOptions,
): Promise<Account> {
  const account = await beforeDeadline(takeStock(sources, options));
  const { loaded, rejected, notes } = account;
  const isTold = rejected.every(({ name, reason }) => name !== '' && /^\S.*\.$/su.test(reason));
  if (!isTold) throw new Error(`no sentence: ${JSON.stringify(rejected)}`);
  const told = [...loaded, ...rejected.map(({ name }) => name), ...notes];
  for (const { path } of sources) {
    if (options.companions?.includes(path)) continue;
    const name = cleaned(path);
    const isOfIt = (text: string) => text.startsWith(name);
    if (!told.some(isOfIt)) throw new Error(`nothing is said of ${name}`);
  }
  return account;
}

/**
 * Whether an archive of so many pictures has them all told of, or is told of as a whole: as damaged, or as
 * the one picture that is left where what made it an archive is gone.
 */
export function isArchiveTold(
  { loaded, rejected }: Account,
  path: string,
  members: number,
): boolean {
  const isInside = (name: string) => name.startsWith(`${path}/`);
  const told =
    loaded.filter(isInside).length + rejected.filter(({ name }) => isInside(name)).length;
  return told >= members || [...loaded, ...rejected.map(({ name }) => name)].includes(path);
}
