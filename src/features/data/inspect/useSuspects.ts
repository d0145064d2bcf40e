/** The search for wrong labels of one arm; training waits for it, so it ends with who asked. */
import { useEffect, useState } from 'react';
import type { Failure, SuspectReport } from '../../../bridge/protocol';
import { useSession } from '../../../state/session';
import type { ArmId } from '../../../training/config';

export type SuspectSearch =
  | { readonly kind: 'searching' }
  | { readonly kind: 'done'; readonly report: SuspectReport }
  | { readonly kind: 'failed'; readonly failure: Failure };

const SEARCHING: SuspectSearch = { kind: 'searching' };

export function useSuspects(arm: ArmId): SuspectSearch {
  const ask = useSession((session) => session.ask);
  const [search, setSearch] = useState<SuspectSearch>(SEARCHING);
  useEffect(() => {
    let wanted = true;
    let under = true;
    setSearch(SEARCHING);
    void ask<'find-mislabelled'>({ kind: 'find-mislabelled', arm }).then((outcome) => {
      under = false;
      if (!wanted) return;
      setSearch(outcome.kind === 'done' ? { kind: 'done', report: outcome.value } : outcome);
    });
    return () => {
      wanted = false;
      if (under) void ask<'cancel-mislabelled'>({ kind: 'cancel-mislabelled' });
    };
  }, [ask, arm]);
  return search;
}
