/** Who of the people trains, and why the others do not, in words. */
import type { EditedFaces, EditedIdentity } from '../../../data/inspect/edits';
import { formatCount, formatItems } from '../../../ui/format';

/** What a split makes of people who do not train, by name; nobody who does. */
export type SplitParts = ReadonlyMap<string, 'held-out' | 'unused'>;

/** Whose images are whose, by corrections. */
type Owners = Pick<EditedFaces, 'identities' | 'owner'>;

/**
 * The same of people as they are called by corrections that wait: their images tell who they were.
 * Whoever has an image of somebody who trains, does.
 * @param parts by the names `before` them
 */
export function partsOfEdited(parts: SplitParts, before: Owners, edited: Owners): SplitParts {
  const now = new Map<string, 'held-out' | 'unused' | 'in'>();
  for (const [image, place] of edited.owner.entries()) {
    const { name } = edited.identities[place]!;
    const part = parts.get(before.identities[before.owner[image]!]!.name) ?? 'in';
    if (part === 'in' || !now.has(name)) now.set(name, part);
  }
  return new Map(Array.from(now).flatMap(([name, part]) => (part === 'in' ? [] : [[name, part]])));
}

/** What somebody's images are used for, or why they are not: the minimum, a person, or the split. */
export function partOf(
  { name, count, excluded }: EditedIdentity,
  minimum: number,
  split: SplitParts,
) {
  if (excluded) return 'excluded';
  return count >= Math.max(1, minimum) ? (split.get(name) ?? 'in') : 'too-few';
}

/** `1,680 of 5,749 identities train · 4,069 have under 2 images · 3 are excluded` */
export function peopleText(
  identities: readonly EditedIdentity[],
  minimum: number,
  split: SplitParts,
): string {
  const counts = { in: 0, 'too-few': 0, excluded: 0, 'held-out': 0, unused: 0 };
  for (const identity of identities) counts[partOf(identity, minimum, split)] += 1;
  const all = formatItems(identities.length, 'identity', 'identities');
  const verb = identities.length === 1 ? 'trains' : 'train';
  const parts = [`${formatCount(counts.in)} of ${all} ${verb}`];
  if (counts['held-out'] > 0) parts.push(`${formatCount(counts['held-out'])} held out`);
  if (counts.unused > 0) {
    const words = counts.unused === 1 ? 'neither trains nor is' : 'neither train nor are';
    parts.push(`${formatCount(counts.unused)} ${words} held out`);
  }
  const few = counts['too-few'];
  if (few > 0) {
    parts.push(`${formatCount(few)} ${few === 1 ? 'has' : 'have'} ${fewer(minimum)}`);
  }
  if (counts.excluded > 0) {
    parts.push(`${formatCount(counts.excluded)} excluded`);
  }
  return parts.join(' · ');
}

function fewer(minimum: number): string {
  return minimum <= 1 ? 'no image left' : `under ${formatItems(minimum, 'image')}`;
}

/** Under the crop of a person, and in full. */
export function personText(identity: EditedIdentity, minimum: number, split: SplitParts) {
  const { count, removed } = identity;
  const crops = formatItems(count, 'crop');
  const gone = removed > 0 ? ` · ${formatCount(removed)} removed` : '';
  switch (partOf(identity, minimum, split)) {
    case 'excluded':
      return { short: 'excluded', title: `Excluded: ${crops}${gone}` };
    case 'too-few':
      return { short: `${crops}: left out`, title: `Left out: ${fewer(minimum)}${gone}` };
    case 'unused':
      return { short: `${crops}: left out`, title: `Neither trains nor is held out${gone}` };
    case 'held-out':
      return { short: `${crops}: held out`, title: `Held out, never trains: ${crops}${gone}` };
    default:
      return { short: `${crops}${gone}`, title: `${crops}${gone}` };
  }
}
