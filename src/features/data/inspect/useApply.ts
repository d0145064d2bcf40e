/**
 * Applies the corrections. That takes as long as building the networks: meanwhile others may be made, and
 * the inspector closed and opened again.
 */
import { useEffect, useRef, useState } from 'react';
import { noticeOf } from '../../../state/builder';
import { useSession } from '../../../state/session';
import type { Inspection } from './useInspection';
import { sameEdits, useWaitingEdits } from './waitingEdits';

interface Apply {
  readonly apply: () => void;
  readonly busy: boolean;
  /** Why the corrections were refused, until others are made. */
  readonly failure: string | null;
}

/** @param onClose of the inspector: everything in it is applied */
export function useApply(inspection: Inspection, onClose: () => void): Apply {
  const { inspected, history } = inspection;
  const of = inspected.facesId;
  const editFaces = useSession((session) => session.editFaces);
  const notify = useSession((session) => session.notify);
  const { send, answered } = useWaitingEdits.getState();
  const busy = useWaitingEdits(
    ({ waiting }) => waiting !== null && waiting.of === of && waiting.sent !== null,
  );
  const [refused, setRefused] = useState<{ of: string; sentence: string } | null>(null);
  /** What is in the inspector by now; `null` once it is closed. */
  const shown = useRef<Inspection | null>(null);
  useEffect(() => {
    shown.current = inspection;
    return () => {
      shown.current = null;
    };
  }, [inspection]);

  async function applyAll(): Promise<void> {
    const sent = history.done;
    send(of);
    const outcome = await editFaces(sent);
    const applied = outcome.kind === 'done';
    answered(of, sent, applied);
    const now = shown.current;
    if (applied) {
      if (now !== null && sameEdits(now.history.done, sent)) onClose();
      return;
    }
    const { failure } = outcome;
    if (now === null) notify(noticeOf(failure, 'inspect'));
    else {
      const sentence = `${failure.message} ${failure.remedy}`;
      setRefused({ of: JSON.stringify(now.history.done), sentence });
    }
  }

  const same = refused !== null && refused.of === JSON.stringify(history.done);
  return { apply: () => void applyAll(), busy, failure: same ? refused.sentence : null };
}
