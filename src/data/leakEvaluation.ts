/**
 * Who is in an evaluation set: the people of its lists, else of its pictures, else of a table without
 * pictures. Nothing is decoded: files are listed and indexed, lists are read.
 */
import type { Catalogue, FaceSource, FoundList } from './import/catalogue';
import { ImportError } from './import/importError';
import { identitiesOf } from './import/layout';
import { compareText } from './import/paths';
import { peopleIn } from './import/people';
import { openFaces, type ReadFacesOptions } from './import/readFaces';
import { splitAtEnd } from './import/splitNames';
import { peopleInPairs } from './leak';
import { type FoundNames, namesIn, type UnclearNames } from './leakNames';
import { splitOf } from './lists/columnLists';
import { describeList } from './lists/describe';
import { type FaceList, type PairList, quoted } from './lists/faceList';
import { recognise } from './lists/recognise';
import { looksLikeImage, mostly, textOf } from './lists/text';

/** People that are tested together. */
export interface EvaluationSet {
  /** The list or the set of pictures that says who they are. */
  readonly name: string;
  /** What that is: `6,000 pairs in 10 folds`. */
  readonly about: string;
  /** As they are written, each at least once. */
  readonly people: readonly string[];
  /** `null` where no pairs are compared. */
  readonly pairs: PairList | null;
}

type NamedList = Pick<FoundList, 'name' | 'list'>;

/**
 * Those of pairs and those of people, where their names do not say that they are to train on: pairs
 * first, then by name.
 */
export function evaluationInLists(lists: readonly NamedList[]): EvaluationSet[] {
  const used = lists.filter(({ name, list }) => isOfPeople(list) && !saysTrain(name));
  return withShortNames(used.map(setOf)).sort(
    (a, b) => Number(a.pairs === null) - Number(b.pairs === null) || compareText(a.name, b.name),
  );
}

/** Without their folders, where that leaves no two alike. */
function withShortNames(sets: readonly EvaluationSet[]): EvaluationSet[] {
  const short = sets.map((set) => ({ ...set, name: set.name.replace(/^.*[/\\]/, '') }));
  return new Set(short.map(({ name }) => name)).size === sets.length ? short : [...sets];
}

function isOfPeople({ kind }: FaceList): boolean {
  return kind === 'pairs' || kind === 'people';
}

/** `pairsDevTrain.txt` */
function saysTrain(name: string): boolean {
  const stem = name.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '');
  return splitAtEnd(stem.replace(/([a-z])([A-Z])/g, '$1 $2')) === 'train';
}

function setOf({ name, list }: NamedList): EvaluationSet {
  const pairs = list.kind === 'pairs' ? list : null;
  return { name, about: describeList(list), people: peopleOf(list), pairs };
}

function peopleOf(list: FaceList): readonly string[] {
  switch (list.kind) {
    case 'pairs':
      return peopleInPairs(list).flat();
    case 'people':
      return list.folds.flat().map(({ name }) => name);
    case 'identities':
      return heldOutOf(list.identities, list.splits);
    case 'partition':
      return heldOutOf(byPath(list.paths), list.splits);
    case 'landmarks':
      return byPath(list.paths);
    case 'names':
      return [...list.names.values()];
  }
}

function byPath(paths: readonly string[]): readonly string[] {
  return identitiesOf(paths.map((path) => ({ archive: null, path })));
}

/** Where a set has a part to train on and others, those are what it is evaluated on. */
function heldOutOf(
  names: readonly string[],
  splits: readonly (string | null)[] | null,
): readonly string[] {
  const parts = new Set(splits);
  const divided = parts.has('train') && parts.size > 1;
  return divided ? names.filter((_, place) => splits?.[place] !== 'train') : names;
}

/**
 * @param sources what a person gave as their evaluation set
 * @param label what to call it
 * @returns one at least
 * @throws ImportError `data/nothing-readable` where it names nobody, or in which column is not clear;
 *   `data/cancelled`
 */
export async function evaluationIn(
  sources: readonly FaceSource[],
  label: string,
  options: Pick<ReadFacesOptions, 'onProgress' | 'signal'>,
): Promise<EvaluationSet[]> {
  const catalogue = await openFaces(sources, options);
  for (const find of [evaluationInLists(catalogue.lists), onPictures(catalogue, label)]) {
    if (find.length > 0) return find;
  }
  const found = await inTexts(sources, catalogue, options.signal);
  if (found.length > 0) return found;
  throw nobodyNamed(label, catalogue);
}

function onPictures(catalogue: Catalogue, label: string): EvaluationSet[] {
  // A verification pack only says which pictures are of one person: the names are made up.
  const nameless = new Set(catalogue.pairs.flatMap(({ first, second }) => [...first, ...second]));
  const said = peopleIn(catalogue.entries, catalogue.lists).filter((_, at) => !nameless.has(at));
  if (said.length === 0) return [];
  const splits = said.map(({ split }) => split);
  const people = heldOutOf(
    said.map(({ identity }) => identity),
    splits,
  );
  const what = people.length === said.length ? '' : ', without those to train on';
  return [{ name: label, about: amount(people.length, 'image') + what, people, pairs: null }];
}

/** Lists to train on, where they are all there is, and tables whose pictures are not here. */
async function inTexts(
  sources: readonly FaceSource[],
  { lists, rejected }: Catalogue,
  signal: AbortSignal | undefined,
): Promise<EvaluationSet[]> {
  const found = lists.map(setOf);
  const left = new Set(rejected.map(({ name }) => name));
  let doubt: ImportError | null = null;
  for (const { path, file } of sources) {
    signal?.throwIfAborted();
    if (!left.has(path) || file.size > LARGEST_TEXT) continue;
    const text = textOf(new Uint8Array(await file.arrayBuffer()));
    if (text === null) continue;
    const list = recognise(text, path);
    if (list !== null) found.push(setOf({ name: path, list }));
    else {
      const names = namesIn(text);
      if (names?.kind === 'unclear') doubt ??= unclear(path, names);
      else if (names !== null) found.push(ofNames(path, names));
    }
  }
  if (found.length === 0 && doubt !== null) throw doubt;
  return found;
}

const LARGEST_TEXT = 1 << 28;

function ofNames(name: string, { names, splits, about }: FoundNames): EvaluationSet {
  // Each picture on a line of its own: its folder or its name says who is on it.
  const said = mostly(names, looksLikeImage) ? byPath(names) : names;
  const people = heldOutOf(said, splits?.map((split) => splitOf(split)) ?? null);
  const what = people.length === said.length ? '' : ', without those to train on';
  return { name, about: about + what, people, pairs: null };
}

/** Compared by the wrong column, people who train would look like strangers. */
function unclear(name: string, { columns }: UnclearNames): ImportError {
  const cells = columns.slice(0, 4).map(quoted).join(', ');
  return new ImportError(
    'data/nothing-readable',
    columns.length === 0
      ? `${name} has columns of numbers only, and none is headed as people.`
      : `${name} does not say which of its columns has the people: ${cells}.`,
    'Write “name” above the column of the people, or give one name to a line.',
  );
}

function amount(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

function nobodyNamed(label: string, { pairs, rejected }: Catalogue): ImportError {
  const [pack, first] = [pairs[0], rejected[0]];
  const why =
    pack !== undefined
      ? `${pack.name} names nobody: it only says which pictures are of one person.`
      : first !== undefined
        ? `${first.name} names nobody: ${first.reason.slice(0, 1).toLowerCase()}${first.reason.slice(1)}`
        : `${label} names nobody.`;
  return new ImportError(
    'data/nothing-readable',
    why,
    'Give a list of pairs or people, a table with identities, or a folder or an archive with one folder per person.',
    { rejected },
  );
}
