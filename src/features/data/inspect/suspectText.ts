/** In words what a search for wrong labels found, and how far the network is to be believed. */
import type { SuspectReport } from '../../../bridge/protocol';
import { formatCount, formatItems, formatNumber } from '../../../ui/format';

/** Of the images that can be judged; a network that puts fewer with their own person cannot tell people apart. */
const ENOUGH = 0.5;

export interface SuspectText {
  /** What was decided. */
  readonly found: string;
  /** What it rests on; `null` where no image can be judged. */
  readonly grounds: string | null;
}

export function suspectText(report: SuspectReport): SuspectText {
  const { judged, nearestOwn, otherAtLeast } = report;
  if (judged === 0 || otherAtLeast === null) {
    return {
      found: 'No image can be judged: that takes two people, and two images of one of them.',
      grounds: null,
    };
  }
  const grounds = `${nearestOwn === judged ? 'All' : `${formatCount(nearestOwn)} of`} ${formatItems(judged, 'image')} ${nearestOwn === 1 ? 'is' : 'are'} nearest to their own person’s other images`;
  const trusted = nearestOwn >= ENOUGH * judged;
  return {
    found: foundText(report, trusted),
    grounds: trusted ? `${grounds}.` : `Only ${grounds}: train longer, then look again.`,
  };
}

function foundText({ found, judged, nearestOwn, otherAtLeast }: SuspectReport, trusted: boolean) {
  const cosine = formatNumber(Math.max(otherAtLeast ?? 1, -1), 2);
  if (found > 0) {
    const are = formatItems(found, 'image is', 'images are');
    const doubt = trusted
      ? 'A model errs, too: look before you remove.'
      : 'The network has trained too little to say much by that.';
    return `${are} nearer to somebody else, at a cosine of ${cosine} or more to that person, which chance does not give. ${doubt}`;
  }
  if (!trusted) return 'The network has trained too little to judge labels.';
  const nearer = judged - nearestOwn;
  if (nearer === 0) return 'No label looks wrong: no image is nearer to somebody else.';
  const are = formatItems(nearer, 'image is', 'images are');
  // A bound that hardly any two images could pass is no number to show.
  return (otherAtLeast ?? 1) >= 0.995
    ? `No label looks wrong: ${are} nearer to somebody else, none so near that it could not be chance.`
    : `No label looks wrong: ${are} nearer to somebody else, but none at a cosine of ${cosine} or more to that person: less may be chance.`;
}
