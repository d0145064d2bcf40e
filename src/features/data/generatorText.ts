/** What the generator's settings would make, in words. */
import type { SyntheticCounts } from '../../data/synthetic/counts';
import type { SyntheticSettings } from '../../data/synthetic/settings';
import { MAX_SYNTHETIC_BYTES } from '../../state/ranges';
import { formatBytes, formatCount, formatItems } from '../../ui/format';

/** `99 crops of 30 people, 2 to 20 each; 30 of them labelled as somebody else.` */
export function countsText({ identities, images, fewest, most, wrong }: SyntheticCounts): string {
  const each =
    fewest === most ? formatCount(most) : `${formatCount(fewest)} to ${formatCount(most)}`;
  const noise = wrong === 0 ? '' : `; ${formatCount(wrong)} of them labelled as somebody else`;
  return `${formatItems(images, 'crop')} of ${formatItems(identities, 'person', 'people')}, ${each} each${noise}.`;
}

/** The limit is on what the settings make without an imbalance. */
export function tooMuchText({ imbalance = 0 }: SyntheticSettings, bytes: number): string {
  const what = imbalance === 0 ? 'That would be' : 'Without the imbalance that would be';
  return `${what} ${formatBytes(bytes)} of pixels; ${formatBytes(MAX_SYNTHETIC_BYTES)} is the most. Choose fewer identities, fewer images or smaller crops.`;
}
