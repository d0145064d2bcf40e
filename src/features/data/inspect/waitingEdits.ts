/**
 * Corrections that were made and not applied. They outlast the inspector, so that closing it loses
 * nothing, and are those of the faces they were made of: other faces have none.
 */
import { create } from 'zustand';
import type { Edit } from '../../../data/inspect/edit';
import type { EditHistory } from '../../../data/inspect/history';
import { useSession } from '../../../state/session';
import { formatItems } from '../../../ui/format';

export interface Waiting {
  /** Of which faces, see `DataSummary.facesId`. */
  readonly of: string;
  /** What was in force when they were made. */
  readonly base: readonly Edit[];
  /** `base`, changed. */
  readonly history: EditHistory;
  /** What is being applied of them; `null` while nothing is. */
  readonly sent: readonly Edit[] | null;
}

interface WaitingEdits {
  /** `null`: everything is applied. */
  readonly waiting: Waiting | null;
  keep(waiting: Waiting): void;
  /** They are applied. */
  forget(): void;
  /** What waits for these faces is being applied. */
  send(of: string): void;
  /** What was sent is in force, or was refused: what was corrected meanwhile goes on waiting. */
  answered(of: string, sent: readonly Edit[], applied: boolean): void;
}

export const useWaitingEdits = create<WaitingEdits>()((set) => ({
  waiting: null,
  keep: (waiting) => set({ waiting }),
  forget: () => set({ waiting: null }),
  send: (of) =>
    set(({ waiting }) =>
      waiting?.of === of ? { waiting: { ...waiting, sent: waiting.history.done } } : {},
    ),
  answered: (of, sent, applied) =>
    set(({ waiting }) => {
      if (waiting?.of !== of) return {};
      if (!applied) return { waiting: { ...waiting, sent: null } };
      if (sameEdits(waiting.history.done, sent)) return { waiting: null };
      return { waiting: { ...waiting, base: sent, sent: null } };
    }),
}));

/** Corrections after the last one that both have: made and not applied, or applied and undone. */
export function countWaiting(base: readonly Edit[], done: readonly Edit[]): number {
  const same = sharedStart(base, done);
  return base.length - same + (done.length - same);
}

/** Corrections that are lost with the faces: those that are being applied are in force before. */
export function countAtStake({ base, history, sent }: Waiting): number {
  return countWaiting(sent ?? base, history.done);
}

/**
 * What waits for these faces, made and undone on top of what is in force by now.
 * @returns `null` where nothing does; `waiting` itself where it was made on top of that
 */
export function resume(
  waiting: Waiting | null,
  of: string,
  inForce: readonly Edit[],
): Waiting | null {
  if (waiting === null || waiting.of !== of) return null;
  const { history, sent } = waiting;
  if (sameEdits(waiting.base, inForce)) return waiting;
  const base = sent !== null && startsWith(inForce, sent) ? sent : waiting.base;
  const onTop = rebased(base, history, inForce);
  // What is being applied is forgotten once that is answered.
  if (sent === null && sameEdits(onTop.done, inForce)) return null;
  return { of, base: inForce, history: onTop, sent };
}

/** `history`, which changes `base`, as a change of `inForce`: corrected from elsewhere meanwhile. */
function rebased(
  base: readonly Edit[],
  history: EditHistory,
  inForce: readonly Edit[],
): EditHistory {
  if (sameEdits(base, inForce)) return history;
  const left = sharedStart(base, history.done);
  const stayed = sharedStart(base, inForce);
  const added = history.done.slice(left);
  const elsewhere = inForce.slice(stayed);
  // The same may have been corrected in both places.
  const missing = added.slice(sharedStart(added, elsewhere));
  return {
    done: [...inForce.slice(0, Math.min(left, stayed)), ...elsewhere, ...missing],
    undone: [],
  };
}

export function sameEdits(one: readonly Edit[], other: readonly Edit[]): boolean {
  return one.length === other.length && startsWith(one, other);
}

function startsWith(edits: readonly Edit[], start: readonly Edit[]): boolean {
  return sharedStart(start, edits) === start.length;
}

function sharedStart(one: readonly Edit[], other: readonly Edit[]): number {
  const at = one.findIndex((edit, index) => JSON.stringify(edit) !== JSON.stringify(other[index]));
  return at === -1 ? one.length : at;
}

/** `inspect`, or `inspect · 3 corrections not applied`. */
export function useInspectText(): string {
  const of = useSession(({ data }) => data?.facesId);
  const count = useWaitingEdits(({ waiting }) =>
    waiting === null || waiting.of !== of ? 0 : countWaiting(waiting.base, waiting.history.done),
  );
  return count === 0 ? 'inspect' : `inspect · ${formatItems(count, 'correction')} not applied`;
}
