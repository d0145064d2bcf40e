/** In a sentence what was found on the pictures of a set, and what became of those without a face. */
import type { FacesFound } from '../../bridge/protocol';
import type { FilesConfig } from '../../training/config';
import { formatCount, formatItems } from '../../ui/format';

/** Whether crops are placed by the points of a list, not by a detector. */
export function isListed(crop: FilesConfig['crop']): boolean {
  return crop?.startsWith('points-') === true;
}

/** `Faces found in 118 of 120 images; 2 without a face are left out; 1 left out by hand.` */
export function foundText(found: FacesFound, crop: FilesConfig['crop']): string {
  const { several, none, set, middle, images, detected, removed } = found;
  const corrected = set + middle;
  const byHand = formatItems(corrected, 'crop was', 'crops were');
  const out = removed > 0 ? [`${formatCount(removed)} left out by hand`] : [];
  // No face was looked for: there are only those that a person set.
  if (corrected === images) return `${[`${byHand} corrected by hand`, ...out].join('; ')}.`;
  const without = isListed(crop) ? 'in no list' : 'without a face';
  const parts = [
    isListed(crop)
      ? `Points listed for ${formatCount(detected)} of ${formatItems(images, 'image')}`
      : `Faces found in ${formatCount(detected)} of ${formatItems(images, 'image')}`,
  ];
  if (found['left-out'] > 0) {
    const count = found['left-out'];
    parts.push(`${formatCount(count)} ${without} ${count === 1 ? 'is' : 'are'} left out`);
  }
  if (none > 0) {
    parts.push(`${formatCount(none)} ${without} ${none === 1 ? 'keeps its' : 'keep their'} middle`);
  }
  if (several > 0)
    parts.push(`${formatCount(several)} ${several === 1 ? 'shows' : 'show'} several`);
  if (corrected > 0) parts.push(`${byHand} corrected by hand`);
  return `${[...parts, ...out].join('; ')}.`;
}
