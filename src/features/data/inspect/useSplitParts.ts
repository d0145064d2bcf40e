/** What the split in use makes of people who do not train. */
import { useMemo } from 'react';
import { applyEdits } from '../../../data/inspect/edits';
import { PART } from '../../../data/splitParts';
import { useSession } from '../../../state/session';
import { partsOfEdited, type SplitParts } from './peopleText';
import type { Inspection } from './useInspection';

const NOBODY: SplitParts = new Map();

/** @returns by the names that people have in the inspector */
export function useSplitParts({ inspected, edited, changed }: Inspection): SplitParts {
  const identities = useSession(({ data }) => data?.identities);
  const parts = useSession(({ experiment }) => experiment?.parts);
  const inUse = useMemo(() => {
    // The networks of other faces may still be the ones there are.
    if (parts === undefined || parts.length !== identities?.length) return NOBODY;
    const named = new Map<string, 'held-out' | 'unused'>();
    for (const [place, part] of parts.entries()) {
      if (part === PART.trains) continue;
      named.set(identities[place]!.name, part === PART.heldOut ? 'held-out' : 'unused');
    }
    return named;
  }, [identities, parts]);
  return useMemo(
    () =>
      changed && inUse.size > 0
        ? partsOfEdited(inUse, applyEdits(inspected.faces, inspected.edits), edited)
        : inUse,
    [changed, inUse, inspected, edited],
  );
}
