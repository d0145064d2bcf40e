/**
 * The inspector's own copy of what is known of the faces, and the corrections made to it. Nothing
 * reaches training before Apply; what is not applied waits until the inspector is opened again.
 */
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { InspectedFaces } from '../../../bridge/protocol';
import type { Edit } from '../../../data/inspect/edit';
import { applyEdits, type EditedFaces } from '../../../data/inspect/edits';
import {
  applyEdit,
  type EditHistory,
  listEdits,
  redoEdit,
  undoEdit,
} from '../../../data/inspect/history';
import { imageKeys } from '../../../data/inspect/imageKeys';
import { useSession } from '../../../state/session';
import { resume, sameEdits, useWaitingEdits } from './waitingEdits';

export interface Inspection {
  readonly inspected: InspectedFaces;
  readonly history: EditHistory;
  readonly edited: EditedFaces;
  /** `[count]`, what a correction calls each image: its name, or `name#2` for the second of that name. */
  readonly keys: readonly string[];
  /** One sentence for each correction that is in force, the oldest first. */
  readonly sentences: readonly string[];
  /** Whether there is something to apply. */
  readonly changed: boolean;
  /** Why the last correction could not be made; `null` where it could. */
  readonly problem: string | null;
  edit(edit: Edit): void;
  undo(): void;
  redo(): void;
}

/** @returns `null` until the faces are there, or a sentence where they cannot be looked at */
export function useInspection(): Inspection | string | null {
  const ask = useSession((session) => session.ask);
  const data = useSession((session) => session.data);
  const [inspected, setInspected] = useState<InspectedFaces | string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was known of the faces may have changed with `data`
  useEffect(() => {
    let wanted = true;
    void ask<'inspect'>({ kind: 'inspect' }).then((outcome) => {
      if (!wanted) return;
      setInspected(outcome.kind === 'done' ? outcome.value : outcome.failure.message);
    });
    return () => {
      wanted = false;
    };
  }, [ask, data]);
  // The page may show faces already that the worker still opens: these are the ones before.
  const open =
    typeof inspected === 'string' || inspected?.facesId !== data?.facesId ? null : inspected;
  const editing = useEditing(open);
  return typeof inspected === 'string' ? inspected : editing;
}

function useEditing(inspected: InspectedFaces | null): Inspection | null {
  const of = inspected?.facesId ?? '';
  const waiting = useWaitingEdits((state) => state.waiting);
  const keep = useWaitingEdits((state) => state.keep);
  const forget = useWaitingEdits((state) => state.forget);
  const [problem, setProblem] = useState<string | null>(null);
  const current = useMemo(() => {
    const inForce = inspected?.edits ?? [];
    return resume(waiting, of, inForce)?.history ?? { done: inForce, undone: [] };
  }, [waiting, of, inspected]);
  // So that what is said to wait outside of the inspector is what waits.
  useEffect(() => {
    const before = useWaitingEdits.getState().waiting;
    if (inspected === null || before?.of !== inspected.facesId) return;
    const now = resume(before, inspected.facesId, inspected.edits);
    if (now === null) forget();
    else if (now !== before) keep(now);
  }, [inspected, keep, forget]);
  const setHistory = useCallback(
    (history: EditHistory): void => {
      const before = useWaitingEdits.getState().waiting;
      const sent = before?.of === of ? before.sent : null;
      keep({ of, base: inspected?.edits ?? [], history, sent });
    },
    [keep, of, inspected],
  );
  const edited = useMemo(
    () => (inspected === null ? null : applyEdits(inspected.faces, current.done)),
    [inspected, current],
  );
  const keys = useMemo(() => imageKeys(inspected?.faces.names ?? []), [inspected]);
  const sentences = useMemo(
    () =>
      inspected === null
        ? []
        : listEdits(inspected.faces, { ...current, undone: [] }).map(({ sentence }) => sentence),
    [inspected, current],
  );
  const edit = useCallback(
    (next: Edit): void => {
      if (inspected === null) return;
      try {
        setHistory(applyEdit(inspected.faces, current, next));
        setProblem(null);
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error));
      }
    },
    [inspected, current, setHistory],
  );
  if (inspected === null || edited === null) return null;
  return {
    inspected,
    history: current,
    edited,
    keys,
    sentences,
    changed: !sameEdits(current.done, inspected.edits),
    problem,
    edit,
    undo: () => setHistory(undoEdit(current)),
    redo: () => setHistory(redoEdit(current)),
  };
}
