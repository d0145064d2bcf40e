/**
 * Corrections that were made and not applied. They outlast the inspector, so that closing it loses
 * nothing, and are those of the faces they were made of: other faces have none.
 */
import { create } from 'zustand';
import type { DataSummary } from '../../../bridge/protocol';
import type { Edit } from '../../../data/inspect/edit';
import type { EditHistory } from '../../../data/inspect/history';
import { useSession } from '../../../state/session';
import { formatItems } from '../../../ui/format';

export interface Waiting {
  /** Of which faces, see `facesKey`. */
  readonly of: string;
  /** What was in force when they were made. */
  readonly base: readonly Edit[];
  /** `base`, changed. */
  readonly history: EditHistory;
}

interface WaitingEdits {
  /** `null`: everything is applied. */
  readonly waiting: Waiting | null;
  keep(waiting: Waiting): void;
  /** They are applied. */
  forget(): void;
}

export const useWaitingEdits = create<WaitingEdits>()((set) => ({
  waiting: null,
  keep: (waiting) => set({ waiting }),
  forget: () => set({ waiting: null }),
}));

/**
 * The same for faces that are read again at another crop size or minimum: corrections name images and
 * people, and still fit.
 */
export function facesKey(data: Pick<DataSummary, 'label' | 'config'> | null): string {
  if (data === null) return '';
  const { label, config } = data;
  return config.kind === 'files' ? `files ${label}` : JSON.stringify(config);
}

/** Corrections after the last one that both have: made and not applied, or applied and undone. */
export function countWaiting(base: readonly Edit[], done: readonly Edit[]): number {
  const same = sharedStart(base, done);
  return base.length - same + (done.length - same);
}

/**
 * What waits for these faces, on top of what is in force by now.
 * @returns `null` where nothing does
 */
export function resume(
  waiting: Waiting | null,
  of: string,
  inForce: readonly Edit[],
): EditHistory | null {
  if (waiting === null || waiting.of !== of) return null;
  const { base, history } = waiting;
  if (sharedStart(base, inForce) === base.length && base.length === inForce.length) return history;
  // Corrected from elsewhere meanwhile, as by the check for leaks.
  const added = history.done.slice(sharedStart(base, history.done));
  return { done: [...inForce, ...added], undone: [] };
}

function sharedStart(one: readonly Edit[], other: readonly Edit[]): number {
  const at = one.findIndex((edit, index) => JSON.stringify(edit) !== JSON.stringify(other[index]));
  return at === -1 ? one.length : at;
}

/** `inspect`, or `inspect · 3 corrections not applied`. */
export function useInspectText(): string {
  const of = useSession(({ data }) => facesKey(data));
  const count = useWaitingEdits(({ waiting }) =>
    waiting === null || waiting.of !== of ? 0 : countWaiting(waiting.base, waiting.history.done),
  );
  return count === 0 ? 'inspect' : `inspect · ${formatItems(count, 'correction')} not applied`;
}
