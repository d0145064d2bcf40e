/** What the split in use makes of people who do not train. */
import { useMemo } from 'react';
import { PART } from '../../../data/splitParts';
import { useSession } from '../../../state/session';
import type { SplitParts } from './peopleText';

const NOBODY: SplitParts = new Map();

export function useSplitParts(): SplitParts {
  const identities = useSession(({ data }) => data?.identities);
  const parts = useSession(({ experiment }) => experiment?.parts);
  return useMemo(() => {
    // The networks of other faces may still be the ones there are.
    if (parts === undefined || parts.length !== identities?.length) return NOBODY;
    const named = new Map<string, 'held-out' | 'unused'>();
    for (const [place, part] of parts.entries()) {
      if (part === PART.trains) continue;
      named.set(identities[place]!.name, part === PART.heldOut ? 'held-out' : 'unused');
    }
    return named;
  }, [identities, parts]);
}
