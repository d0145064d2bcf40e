/** The landmark lists of what a person gave, as points for its files. */
import type { FivePoints } from '../data/align/similarity';
import type { Catalogue, CatalogueEntry } from '../data/import/catalogue';
import { listedPoints, type MatchedLandmarks } from '../data/lists/landmarkLists';

function landmarksIn({ lists }: Catalogue): readonly MatchedLandmarks[] {
  return lists.flatMap(({ name, list, lines }) =>
    list.kind === 'landmarks' && list.points !== null && lines !== undefined
      ? [{ name, list, lines }]
      : [],
  );
}

/** How many of the pictures a list has five points for. */
export function countListed(catalogue: Catalogue): number {
  const lists = landmarksIn(catalogue);
  if (lists.length === 0) return 0;
  return catalogue.entries.reduce((count, _, place) => {
    return count + (lists.some(({ lines }) => lines[place]! >= 0) ? 1 : 0);
  }, 0);
}

/** Points by file; `null` for files no list speaks of. */
export function pointsFromLists(
  catalogue: Catalogue,
): (entry: CatalogueEntry) => FivePoints | null {
  const lists = landmarksIn(catalogue);
  if (lists.length === 0) return () => null;
  const places = new Map(catalogue.entries.map((entry, place) => [entry, place]));
  return (entry) => {
    const place = places.get(entry);
    return place === undefined ? null : listedPoints(lists, place, entry.name);
  };
}
