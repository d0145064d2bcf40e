/** Who of the people trains, and why the others do not, in words. */
import type { EditedIdentity } from '../../../data/inspect/edits';
import { formatCount, formatItems } from '../../../ui/format';

/** Whether somebody's images are used: all of them, or none because of the minimum or of a person. */
export function partOf({ count, excluded }: EditedIdentity, minimum: number) {
  if (excluded) return 'excluded';
  return count >= Math.max(1, minimum) ? 'in' : 'too-few';
}

/**
 * `1,680 of 5,749 identities train · 4,069 have under 2 images · 3 are excluded`
 * @param openSet some of those who are used are held out and never train
 */
export function peopleText(
  identities: readonly EditedIdentity[],
  minimum: number,
  openSet: boolean,
): string {
  const counts = { in: 0, 'too-few': 0, excluded: 0 };
  for (const identity of identities) counts[partOf(identity, minimum)] += 1;
  const all = formatItems(identities.length, 'identity', 'identities');
  const verb = identities.length === 1 ? ['trains', 'takes part'] : ['train', 'take part'];
  const parts = [`${formatCount(counts.in)} of ${all} ${verb[openSet ? 1 : 0]}`];
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
export function personText(identity: EditedIdentity, minimum: number) {
  const { count, removed } = identity;
  const crops = formatItems(count, 'crop');
  const gone = removed > 0 ? ` · ${formatCount(removed)} removed` : '';
  switch (partOf(identity, minimum)) {
    case 'excluded':
      return { short: 'excluded', title: `Excluded: ${crops}${gone}` };
    case 'too-few':
      return { short: `${crops}: left out`, title: `Left out: ${fewer(minimum)}${gone}` };
    default:
      return { short: `${crops}${gone}`, title: `${crops}${gone}` };
  }
}
