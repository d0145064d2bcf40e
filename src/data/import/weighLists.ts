/**
 * Whether lists or paths tell who is on the pictures of a set. Lists were made to say it; but a list of a
 * part of the pictures, or one that says something else about them, must not cut the people of whole
 * folders in two. One naming holds for the whole set, and what it does not name is left out.
 */
import { isVagueIdentity } from '../lists/columns';
import type { IdentityList } from '../lists/faceList';
import type { Match } from '../lists/match';
import { baseName } from '../lists/text';
import type { CatalogueEntry } from './catalogue';
import { type ImagePath, readFolders } from './layout';
import { areAttributes, type Compared, compared } from './relation';
import { splitAtEnd } from './splitNames';

/** A list that says who is on pictures that are here. */
export interface PeopleList {
  readonly name: string;
  readonly list: IdentityList;
  /** `[entries]` */
  readonly matches: readonly (Match | null)[];
  /** By entry, the people whom lines that do not agree give it to. */
  readonly several: ReadonlyMap<number, readonly string[]>;
}

export interface Weighed {
  /** `[lists]`, their matches without a word of who it is where they do not decide that. */
  readonly matches: readonly (readonly (Match | null)[])[];
  /** By entry, why it is left out, one sentence. */
  readonly leftOut: ReadonlyMap<number, string>;
  readonly notes: readonly string[];
}

/** From here on a list was meant for all pictures of a set. */
const NEARLY_ALL = 0.9;
/** From here on what surely says who it is was. */
const MOST = 0.5;
/** Up to here a list that may say anything is about a few pictures only. */
const FEW = 0.1;

function amount(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

function listed(names: readonly string[]): string {
  if (names.length > 4)
    return `${names.slice(0, 3).join(', ')} and ${(names.length - 3).toLocaleString('en')} more lists`;
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Whether it may as well be about something else than people. */
function isVague({ name, list }: PeopleList): boolean {
  const saysPeople = /identit|person|people|subject/i.test(baseName(name));
  return !saysPeople && (list.column === null || isVagueIdentity(list.column));
}

/** The part of the set that the name of a list says its pictures are: `val.csv`. */
function partOf({ name, list }: PeopleList): string | null {
  return list.splits === null ? splitAtEnd(baseName(name).replace(/\.[^.]*$/, '')) : null;
}

class Weighing implements Weighed {
  readonly matches: (readonly (Match | null)[])[];
  readonly leftOut = new Map<number, string>();
  readonly notes: string[] = [];
  readonly #entries: readonly CatalogueEntry[];
  readonly #lists: readonly PeopleList[];
  #reader: ReturnType<typeof readFolders> | null = null;

  constructor(entries: readonly CatalogueEntry[], lists: readonly PeopleList[]) {
    this.#entries = entries;
    this.#lists = lists;
    this.matches = lists.map(({ matches }) => matches);
  }

  run(): void {
    this.#nameParts();
    const naming = this.#lists.filter((list) => !(isVague(list) && this.#isAside(list)));
    if (naming.length === 0) return;
    const said = this.#saidBy(naming);
    const unsaid = this.#unsaid(said, naming);
    this.#preferSure(naming);
    if (unsaid.length === 0 || !this.#isAboutPart(naming, said, unsaid)) {
      this.#leaveOut(naming, said, unsaid);
      return;
    }
    for (const list of naming) this.#silence(list);
    this.#letOthersTrain(naming, unsaid);
    const how = this.#isInFolders(unsaid) ? 'folder' : 'file name';
    const images = said.reduce((sum, label) => sum + (label === null ? 0 : 1), 0);
    this.notes.push(
      `${listed(naming.map(({ name }) => name))} ${naming.length === 1 ? 'names' : 'name'} ${images.toLocaleString('en')} of ${amount(images + unsaid.length, 'picture', 'pictures')}; who is who is told by ${how}.`,
    );
  }

  /** Only of sets with a list in doubt: of millions of pictures, most lists name all. */
  get #folders() {
    this.#reader ??= readFolders(
      this.#entries.map(({ container, path }): ImagePath => ({ archive: container, path })),
    );
    return this.#reader;
  }

  /** Takes what the list says of who it is out of it. */
  #silence(list: PeopleList): void {
    const at = this.#lists.indexOf(list);
    this.matches[at] = this.matches[at]!.map((match) =>
      match === null || match.split === null ? null : { ...match, identity: null },
    );
  }

  /** Lists that are named for parts of the set, two parts at least, put their pictures into them. */
  #nameParts(): void {
    const parts = this.#lists.map(partOf);
    if (new Set(parts.filter((part) => part !== null)).size < 2) return;
    for (const [at, part] of parts.entries()) {
      if (part === null) continue;
      this.matches[at] = this.matches[at]!.map((match) => match && { ...match, split: part });
    }
  }

  /** A list of a part that is held out says by its name that the other pictures are to train on. */
  #letOthersTrain(lists: readonly PeopleList[], others: readonly number[]): void {
    const parts = lists.map(partOf);
    const areHeldOut = parts.every((part) => part !== null && part !== 'train');
    if (!areHeldOut || this.#entries.some((_, place) => this.#folders.split(place) !== null))
      return;
    for (const [nth, list] of lists.entries()) {
      const split = parts[nth]!;
      const matches = list.matches.map((match) => match && { identity: null, split });
      if (nth === 0)
        for (const place of others) matches[place] = { identity: null, split: 'train' };
      this.matches[this.#lists.indexOf(list)] = matches;
    }
  }

  /** What surely says who it is goes before what may say something else. */
  #preferSure(lists: readonly PeopleList[]): void {
    const sure = this.#saidBy(lists.filter((list) => !isVague(list)));
    for (const list of lists.filter(isVague)) {
      const at = this.#lists.indexOf(list);
      this.matches[at] = this.matches[at]!.map((match, place) =>
        match === null || sure[place] === null ? match : { ...match, identity: null },
      );
    }
  }

  /** Whether labels that may be anything go across folders that are people's; says so. */
  #isAside(list: PeopleList): boolean {
    const pictures = Array.from(list.matches.entries()).flatMap(([place, match]) => {
      const folder = match === null ? null : this.#folders.folder(place);
      return folder === null || match!.identity === null
        ? []
        : [{ label: match!.identity, folder }];
    });
    if (2 * pictures.length < this.#count(list)) return false;
    const found = compared(pictures);
    if (!areAttributes(found)) return false;
    this.#silence(list);
    const remedy =
      list.list.column === null
        ? 'To go by the list, call it people.txt.'
        : 'To go by the list, call its column “identity”.';
    this.notes.push(
      `${list.name} has ${amount(found.labels.length, 'label', 'labels')} that cut across the ${amount(found.folders.length, 'folder', 'folders')}; who is who is told by folder. ${remedy}`,
    );
    return true;
  }

  #count({ matches }: PeopleList): number {
    return matches.reduce((sum, match) => sum + (match === null ? 0 : 1), 0);
  }

  /** `[entries]`, who it is by the lists. */
  #saidBy(lists: readonly PeopleList[]): readonly (string | null)[] {
    const said = this.#entries.map((): string | null => null);
    for (const { matches } of lists) {
      for (const [place, match] of matches.entries()) said[place] = match?.identity ?? said[place]!;
    }
    return said;
  }

  /** Entries that nothing says of who it is, but for those that a list says too much of. */
  #unsaid(said: readonly (string | null)[], lists: readonly PeopleList[]): number[] {
    const unsaid: number[] = [];
    for (const [place, { identity }] of this.#entries.entries()) {
      const isKnown = identity !== null || said[place] !== null;
      if (!isKnown && !lists.some(({ several }) => several.has(place))) unsaid.push(place);
    }
    return unsaid;
  }

  #isInFolders(places: readonly number[]): boolean {
    const inside = places.filter((place) => this.#folders.folder(place) !== null);
    return 2 * inside.length >= places.length;
  }

  /** Whether the lists are about some pictures of people whom the paths of all tell apart as well. */
  #isAboutPart(
    lists: readonly PeopleList[],
    said: readonly (string | null)[],
    unsaid: readonly number[],
  ): boolean {
    const places = said.flatMap((label, place) => (label === null ? [] : [place]));
    const share = places.length / (places.length + unsaid.length);
    const areVague = lists.every(isVague);
    // The pictures to be judged, `test/`, say nothing of a list of `train/`.
    const parts = new Set(places.map((place) => this.#folders.split(place)));
    const beside = unsaid.filter((place) => parts.has(this.#folders.split(place)));
    if (areVague && places.length / (places.length + beside.length) <= FEW) return true;
    const inFolders = this.#isInFolders(places);
    // Pictures that lie apart from the others are no part of them.
    if (inFolders && !this.#isInFolders(unsaid)) return false;
    const found = this.#compare(places, said);
    // What surely says who it is decides where it was meant for all, whatever it corrects.
    if (found.relation === 'same') return areVague || share < NEARLY_ALL;
    if (!inFolders) return false;
    if (found.relation === 'coarser') return share < (areVague ? NEARLY_ALL : MOST);
    return areVague && areAttributes(found);
  }

  #compare(places: readonly number[], said: readonly (string | null)[]): Compared {
    return compared(
      places.map((place) => ({
        label: said[place]!,
        folder: this.#folders.person(place).identity,
      })),
    );
  }

  /** What lists that decide do not name, or name twice; but folders without any of their pictures stay. */
  #leaveOut(
    lists: readonly PeopleList[],
    said: readonly (string | null)[],
    unsaid: readonly number[],
  ): void {
    const names = lists.map(({ name }) => name);
    const others = unsaid.length === 0 ? new Set<string>() : this.#foldersWithout(said, unsaid);
    const reason =
      names.length === 1 ? `${names[0]} does not name it.` : `None of ${listed(names)} names it.`;
    let apart = 0;
    for (const place of unsaid) {
      const folder = this.#folders.folder(place);
      if (folder === null || !others.has(folder)) this.leftOut.set(place, reason);
      else apart += 1;
    }
    const who = names.length === 1 ? `${names[0]} does` : `${listed(names)} do`;
    if (this.leftOut.size > 0) {
      const left = amount(this.leftOut.size, 'picture', 'pictures');
      const are = this.leftOut.size === 1 ? 'is' : 'are';
      this.notes.push(`${left} that ${who} not name ${are} left out.`);
    }
    if (apart > 0) {
      const lie = apart === 1 ? 'lies' : 'lie';
      const where = others.size === 1 ? 'a folder of their own' : 'folders of their own';
      this.notes.push(
        `${amount(apart, 'picture', 'pictures')} that ${who} not name ${lie} in ${where}; who is on them is told by folder.`,
      );
    }
    for (const list of lists) this.#leaveOutDoubles(list, said);
  }

  /** Folders of people who are in no list. */
  #foldersWithout(said: readonly (string | null)[], unsaid: readonly number[]): Set<string> {
    const others = new Set(unsaid.flatMap((place) => this.#folders.folder(place) ?? []));
    for (const [place, label] of said.entries()) {
      const folder = label === null ? null : this.#folders.folder(place);
      if (folder !== null) others.delete(folder);
    }
    return others;
  }

  #leaveOutDoubles({ name, several }: PeopleList, said: readonly (string | null)[]): void {
    let left = 0;
    for (const [place, people] of several) {
      if (said[place] !== null || this.#entries[place]!.identity !== null) continue;
      left += 1;
      const whom = people.length === 0 ? '' : `: ${people.join(', ')}`;
      const count = people.length === 0 ? 'several' : people.length;
      this.leftOut.set(place, `${name} gives it ${count} people${whom}.`);
    }
    if (left === 0) return;
    const are = left === 1 ? 'is' : 'are';
    this.notes.push(
      `${amount(left, 'picture', 'pictures')} that ${name} gives more than one person ${are} left out.`,
    );
  }
}

/** Nothing where there is no list. */
export function weighLists(
  entries: readonly CatalogueEntry[],
  lists: readonly PeopleList[],
): Weighed {
  const weighing = new Weighing(entries, lists);
  if (lists.length > 0) weighing.run();
  return weighing;
}
