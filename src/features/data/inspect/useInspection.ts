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
import { facesKey, resume, useWaitingEdits } from './waitingEdits';

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
  const [inspected, setInspected] = useState<InspectedFaces | string | null>(null);
  useEffect(() => {
    let wanted = true;
    void ask<'inspect'>({ kind: 'inspect' }).then((outcome) => {
      if (!wanted) return;
      setInspected(outcome.kind === 'done' ? outcome.value : outcome.failure.message);
    });
    return () => {
      wanted = false;
    };
  }, [ask]);
  const open = typeof inspected === 'string' ? null : inspected;
  const editing = useEditing(open);
  if (inspected === null || typeof inspected === 'string') return inspected;
  // Made of the same faces, so there whenever they are.
  return editing;
}

function useEditing(inspected: InspectedFaces | null): Inspection | null {
  const of = useSession(({ data }) => facesKey(data));
  const waiting = useWaitingEdits((state) => state.waiting);
  const keep = useWaitingEdits((state) => state.keep);
  const [problem, setProblem] = useState<string | null>(null);
  const current = useMemo(() => {
    const inForce = inspected?.edits ?? [];
    return resume(waiting, of, inForce) ?? { done: inForce, undone: [] };
  }, [waiting, of, inspected]);
  const setHistory = useCallback(
    (history: EditHistory): void => keep({ of, base: inspected?.edits ?? [], history }),
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
    changed: JSON.stringify(current.done) !== JSON.stringify(inspected.edits),
    problem,
    edit,
    undo: () => setHistory(undoEdit(current)),
    redo: () => setHistory(redoEdit(current)),
  };
}
