/**
 * Reads the text files that lay among the pictures. Lists are kept and compared with the pictures;
 * everything else is named as text.
 */
import { describeList } from '../lists/describe';
import type { FaceList } from '../lists/faceList';
import { type ListMatch, matchLandmarks, matchList, sharedName } from '../lists/match';
import { recognise } from '../lists/recognise';
import type { RejectedFile } from '../types';
import type { CatalogueEntry, FoundList } from './catalogue';
import { ImportError } from './importError';
import type { WholeFile } from './packs';
import { noPicture, reasonOf } from './reasons';
import { type PeopleList, weighLists } from './weighLists';

const NO_LIST = 'It is text, not an image that can be read.';

export interface FoundLists {
  readonly lists: readonly FoundList[];
  readonly rejected: readonly RejectedFile[];
  readonly notes: readonly string[];
  /** Of these, what lists have to do with who is who. */
  readonly whoNotes: readonly string[];
  /** By entry, why lists leave it out, one sentence. */
  readonly leftOut: ReadonlyMap<number, string>;
}

type PicturesList = Extract<FaceList, { readonly kind: 'identities' | 'partition' }>;

class ListReader {
  readonly lists: FoundList[] = [];
  readonly rejected: RejectedFile[] = [];
  readonly notes: string[] = [];
  readonly whoNotes: string[] = [];
  readonly #people: PeopleList[] = [];
  /** Notes that hold only where the list decides. */
  readonly #saysWho = new Map<FaceList, string>();
  #names: readonly string[] | null = null;

  constructor(private readonly entries: readonly CatalogueEntry[]) {}

  async read(file: WholeFile): Promise<void> {
    const blob = await file.blob();
    const list = recognise(new Uint8Array(await blob.arrayBuffer()), file.name);
    if (list === null) this.rejected.push(noPicture(file.name, NO_LIST));
    else this.take(file.name, list);
  }

  private take(name: string, list: FaceList): void {
    for (const { line, reason } of list.problems.slice(0, 3)) {
      this.notes.push(`${name}, line ${line}: ${reason}`);
    }
    if (list.kind === 'landmarks') {
      this.#names ??= this.entries.map((entry) => entry.name);
      const lines = matchLandmarks(list, this.#names, name);
      const here = lines.reduce((sum, line) => sum + (line >= 0 ? 1 : 0), 0);
      this.lists.push({ name, list, matches: null, lines });
      this.notes.push(
        `${name}: ${describeList(list)}; ${here.toLocaleString('en')} of the images here are in it.`,
      );
      return;
    }
    if (list.kind !== 'identities' && list.kind !== 'partition') {
      this.lists.push({ name, list, matches: null });
      this.notes.push(`${name}: ${describeList(list)}.`);
      return;
    }
    // Made once and only where there is such a list: half a million names are many.
    this.#names ??= this.entries.map((entry) => entry.name);
    const found = matchList(list, this.#names, name);
    if (found.matched === 0) {
      const reason = `It tells ${describeList(list)}; ${this.#noneBecause(list, found)}`;
      this.rejected.push(noPicture(name, reason));
      return;
    }
    const { matches, several } = found;
    if (list.kind === 'identities') this.#people.push({ name, list, matches, several });
    this.lists.push({ name, list, matches });
    this.tell(name, list, found);
  }

  private tell(name: string, list: PicturesList, { matched, missing, ambiguous }: ListMatch): void {
    const images = matched.toLocaleString('en');
    if (list.kind === 'identities') {
      this.#saysWho.set(list, `${name} says who is on ${images} images.`);
      this.notes.push(this.#saysWho.get(list)!);
      if (missing === 0) return;
      const all = new Set(list.paths).size.toLocaleString('en');
      const are = missing === 1 ? 'is' : 'are';
      this.whoNotes.push(
        `${missing.toLocaleString('en')} of the ${all} pictures that ${name} names ${are} not here.`,
      );
      return;
    }
    const parts = [`${name} says the part of ${images} images`];
    if (missing > 0) parts.push(`${missing.toLocaleString('en')} of its lines have no image here`);
    if (ambiguous > 0)
      parts.push(`${ambiguous.toLocaleString('en')} images have lines that disagree`);
    this.notes.push(`${parts.join('; ')}.`);
  }

  /** Why a list speaks of no picture. */
  #noneBecause(list: PicturesList, { ambiguous }: ListMatch): string {
    if (ambiguous > 0) return 'its lines say more than one thing of each picture here.';
    const shared = sharedName(list.paths, this.#names ?? []);
    if (shared === null) return 'none of them is here.';
    const { file, path, pictures } = shared;
    return `but it calls pictures by their file name alone, and ${pictures.toLocaleString('en')} here are called ${file}. Write the folder in front, such as ${path}.`;
  }

  /** Decides between lists and paths, once all lists are read. */
  weigh(): FoundLists {
    const { matches, leftOut, notes } = weighLists(this.entries, this.#people);
    const weighed = new Map(this.#people.map(({ list }, at) => [list as FaceList, matches[at]!]));
    const lists = this.lists.map((found) => ({
      ...found,
      matches: weighed.get(found.list) ?? found.matches,
    }));
    const whoNotes = [...notes, ...this.whoNotes];
    const { rejected } = this;
    const decide = lists.filter(({ matches }) => matches?.some((match) => match?.identity != null));
    const idle = new Set(this.#saysWho.values());
    for (const { list } of decide) idle.delete(this.#saysWho.get(list) ?? '');
    const others = this.notes.filter((note) => !idle.has(note));
    return { lists, rejected, notes: [...others, ...whoNotes], whoNotes, leftOut };
  }
}

/** Why lists alone are nothing to train with. */
export function onlyLists(lists: readonly FoundList[]): ImportError {
  const [first] = lists;
  const what =
    lists.length === 1 && first !== undefined
      ? `${first.name} is a list without pictures: ${describeList(first.list)}.`
      : `${lists.map(({ name }) => name).join(', ')} are lists without pictures.`;
  const forLeaks = lists.some(({ list }) => list.kind === 'pairs' || list.kind === 'people');
  return new ImportError(
    'data/nothing-readable',
    what,
    `Drop ${lists.length === 1 ? 'it' : 'them'} together with the faces named there${forLeaks ? ', or use “check for leaks” to compare them with the faces in use' : ''}.`,
  );
}

/** @throws the signal's reason when it is aborted */
export async function readLists(
  texts: readonly WholeFile[],
  entries: readonly CatalogueEntry[],
  signal: AbortSignal | undefined,
): Promise<FoundLists> {
  const reader = new ListReader(entries);
  for (const text of texts) {
    signal?.throwIfAborted();
    try {
      await reader.read(text);
    } catch (error) {
      reader.rejected.push({ name: text.name, reason: reasonOf(error) });
    }
  }
  return reader.weigh();
}
