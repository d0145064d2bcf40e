/** Takes the pictures that lists leave out of what was found. */
import { MOST_LOOKED_AT } from '../formats/imageName';
import { SNIFF_BYTES, sniff } from '../formats/sniff';
import type { RejectedFile } from '../types';
import type { CatalogueEntry, FoundList } from './catalogue';
import type { FoundLists } from './foundLists';

export interface Kept {
  readonly entries: readonly CatalogueEntry[];
  readonly lists: readonly FoundList[];
  /** Where an entry is now that had that place, and is not left out. */
  readonly placeOf: (before: number) => number;
  /** Those left out: nothing is wrong with them. */
  readonly rejected: readonly RejectedFile[];
}

/** Whether it only is called like a picture: what is in an archive, no list could name. */
async function isArchive({ loose }: CatalogueEntry): Promise<boolean> {
  if (loose === null) return false;
  try {
    const head = await loose.slice(0, SNIFF_BYTES).arrayBuffer();
    return sniff(new Uint8Array(head)).kind === 'archive';
  } catch {
    return false;
  }
}

/** Those that are to be left out as far as their first bytes tell, of the first thousands. */
async function leftOutOf(
  entries: readonly CatalogueEntry[],
  all: ReadonlyMap<number, string>,
): Promise<ReadonlyMap<number, string>> {
  const leftOut = new Map(all);
  const looked = [...all.keys()].slice(0, MOST_LOOKED_AT);
  const archives = await Promise.all(looked.map((place) => isArchive(entries[place]!)));
  for (const [at, place] of looked.entries()) if (archives[at]) leftOut.delete(place);
  return leftOut;
}

export async function withoutLeftOut(
  entries: readonly CatalogueEntry[],
  { lists, leftOut: all }: Pick<FoundLists, 'lists' | 'leftOut'>,
): Promise<Kept> {
  const leftOut = await leftOutOf(entries, all);
  if (leftOut.size === 0) return { entries, lists, placeOf: (place) => place, rejected: [] };
  const isKept = (_: unknown, place: number) => !leftOut.has(place);
  const places = new Uint32Array(entries.length);
  let kept = 0;
  for (const place of places.keys()) {
    places[place] = kept;
    if (!leftOut.has(place)) kept += 1;
  }
  return {
    placeOf: (before) => places[before]!,
    entries: entries.filter(isKept),
    lists: lists.map(({ matches, lines, ...found }) => ({
      ...found,
      matches: matches?.filter(isKept) ?? null,
      ...(lines === undefined ? {} : { lines: lines.filter(isKept) }),
    })),
    rejected: Array.from(leftOut, ([place, reason]) => {
      return { name: entries[place]!.name, reason, unused: true };
    }),
  };
}
