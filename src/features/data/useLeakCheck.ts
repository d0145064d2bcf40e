/**
 * A check for leaks from the choice of an evaluation set to its report, and what is done about it. One
 * at a time: another choice, Cancel and the end of the dialog call off the one before.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LeakAgainst, LeakReport } from '../../bridge/protocol';
import type { Edit } from '../../data/inspect/edit';
import { applyEdit, EMPTY_HISTORY } from '../../data/inspect/history';
import { useSession } from '../../state/session';
import type { Outcome } from '../../state/session.types';
import { formatItems } from '../../ui/format';
import type { DropOptions, Dropped } from './readDrop';

export type LeakState =
  /** `found`: files listed so far; `null` once they are read. */
  | { readonly kind: 'checking'; readonly found: number | null }
  | { readonly kind: 'report'; readonly report: LeakReport }
  /** These faces came without evaluation lists, and nothing was chosen yet. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failed'; readonly problem: string };

/** What was taken out of training. */
export interface Excluded {
  readonly count: number;
  /** The corrections before. */
  readonly before: readonly Edit[];
}

export interface LeakCheck {
  readonly state: LeakState;
  /** Files that the system did not hand out, one sentence; `null` where it did. */
  readonly warning: string | null;
  readonly excluded: Excluded | null;
  /** Why excluding or undoing did not work. */
  readonly problem: string | null;
  /** Excluding or undoing. */
  readonly busy: boolean;
  check(against: LeakAgainst): void;
  checkFiles(read: (options: DropOptions) => Promise<Dropped>): void;
  cancel(): void;
  exclude(identities: readonly string[]): void;
  undo(): void;
}

const OWN: LeakAgainst = { kind: 'own-lists' };

export function useLeakCheck(): LeakCheck {
  const ask = useSession((session) => session.ask);
  const [state, setState] = useState<LeakState>({ kind: 'checking', found: null });
  const [warning, setWarning] = useState<string | null>(null);
  const against = useRef(OWN);
  const running = useRef<AbortController | null>(null);

  const begin = useCallback((): AbortSignal => {
    running.current?.abort();
    running.current = new AbortController();
    return running.current.signal;
  }, []);

  const compare = useCallback(
    async (signal: AbortSignal): Promise<void> => {
      setState({ kind: 'checking', found: null });
      const question = { kind: 'check-leak', against: against.current } as const;
      const outcome = await ask<'check-leak'>(question);
      if (!signal.aborted) setState(stateOf(outcome));
    },
    [ask],
  );

  const check = useCallback(
    (next: LeakAgainst): void => {
      against.current = next;
      setWarning(null);
      void compare(begin());
    },
    [begin, compare],
  );

  const checkFiles = (read: (options: DropOptions) => Promise<Dropped>): void => {
    const signal = begin();
    setWarning(null);
    setState({ kind: 'checking', found: 0 });
    const onProgress = (found: number): void => {
      if (!signal.aborted) setState({ kind: 'checking', found });
    };
    read({ onProgress, signal }).then(
      ({ files, label, unreadable }) => {
        if (signal.aborted) return;
        const [first] = unreadable;
        if (first !== undefined) {
          setWarning(
            `${formatItems(unreadable.length, 'file or folder was', 'files or folders were')} not handed out; ${first.name}: ${first.reason}`,
          );
        }
        against.current = { kind: 'files', files, label };
        void compare(signal);
      },
      (error: unknown) => {
        if (signal.aborted) return;
        setState({ kind: 'failed', problem: error instanceof Error ? error.message : `${error}` });
      },
    );
  };

  const cancel = (): void => {
    running.current?.abort();
    void ask<'cancel-leak'>({ kind: 'cancel-leak' });
    setState({ kind: 'nothing' });
  };

  useEffect(() => {
    check(OWN);
    return () => {
      running.current?.abort();
      void ask<'cancel-leak'>({ kind: 'cancel-leak' });
    };
  }, [ask, check]);

  const again = useCallback(() => void compare(begin()), [begin, compare]);
  return { state, warning, check, checkFiles, cancel, ...useExclusion(again) };
}

function stateOf(outcome: Outcome<LeakReport | null>): LeakState {
  if (outcome.kind === 'done') {
    return outcome.value === null ? { kind: 'nothing' } : { kind: 'report', report: outcome.value };
  }
  const { code, message, remedy } = outcome.failure;
  if (code === 'data/cancelled') return { kind: 'nothing' };
  return { kind: 'failed', problem: `${message} ${remedy}` };
}

/** @param again checks once more, after who trains has changed */
function useExclusion(again: () => void) {
  const ask = useSession((session) => session.ask);
  const editFaces = useSession((session) => session.editFaces);
  const [excluded, setExcluded] = useState<Excluded | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const run = (work: () => Promise<string | null>): void => {
    setBusy(true);
    setProblem(null);
    void work()
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
      .then((failure) => {
        setBusy(false);
        setProblem(failure);
        if (failure === null) again();
      });
  };

  const apply = async (edits: readonly Edit[], then: Excluded | null): Promise<string | null> => {
    const outcome = await editFaces(edits);
    if (outcome.kind === 'failed') return `${outcome.failure.message} ${outcome.failure.remedy}`;
    setExcluded(then);
    return null;
  };

  const exclude = (identities: readonly string[]): void =>
    run(async () => {
      const inspected = await ask<'inspect'>({ kind: 'inspect' });
      if (inspected.kind === 'failed') return inspected.failure.message;
      const { faces, edits } = inspected.value;
      // As the inspector does it, so that it is listed and undone there, too.
      const { done } = applyEdit(
        faces,
        { ...EMPTY_HISTORY, done: edits },
        { kind: 'exclude', identities },
      );
      return apply(done, { count: identities.length, before: edits });
    });

  const undo = (): void => {
    if (excluded !== null) run(() => apply(excluded.before, null));
  };
  return { excluded, problem, busy, exclude, undo };
}
