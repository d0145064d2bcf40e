/** What becomes of each identity where a split does not let all of them train. */
import type { FaceSet, Split } from './types';

export const PART = { unused: 0, trains: 1, heldOut: 2 } as const;

/**
 * @returns `[identities]`, one of `PART`: whoever trains does, whatever else of them is held out; `null`
 *   where everybody trains
 */
export function partsOf(
  { labels, identities }: Pick<FaceSet, 'labels' | 'identities'>,
  { train, validation }: Split,
): Uint8Array | null {
  const parts = new Uint8Array(identities.length);
  for (const image of validation) parts[labels[image]!] = PART.heldOut;
  for (const image of train) parts[labels[image]!] = PART.trains;
  return parts.every((part) => part === PART.trains) ? null : parts;
}
