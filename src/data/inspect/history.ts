/**
 * The edits of a data set, what was undone of them, and a sentence for each. Plain data that goes
 * through JSON; every function gives a new history and leaves the old one as it is.
 */
import type { FaceSet } from '../types';
import { type Edit, EditError, editsFrom, identityName } from './edit';
import { Editing } from './editing';
import { applyEdits } from './edits';

export interface EditHistory {
  /** In the order in which they apply. */
  readonly done: readonly Edit[];
  /** The last one undone first: that is the one to redo. */
  readonly undone: readonly Edit[];
}

export interface ListedEdit {
  readonly edit: Edit;
  /** `Merged Ann and Anne (12 images)`. */
  readonly sentence: string;
  /** Why it did not, or not wholly, apply to this set: one sentence. */
  readonly problem: string | null;
  /** Whether it is undone. */
  readonly undone: boolean;
}

export const EMPTY_HISTORY: EditHistory = { done: [], undone: [] };

/** An edit with the names it gives as they are kept. @throws EditError for a name that cannot be one */
function normalised(edit: Edit): Edit {
  if (edit.kind === 'rename' || edit.kind === 'move') return { ...edit, to: identityName(edit.to) };
  if (edit.kind === 'merge') return { ...edit, into: identityName(edit.into) };
  return edit;
}

/**
 * Adds an edit; what was undone before cannot be redone any more.
 *
 * @param all the set as it was read
 * @throws EditError when the edit names something the set does not have, or changes nothing
 */
export function applyEdit(all: FaceSet, history: EditHistory, edit: Edit): EditHistory {
  const kept = normalised(edit);
  const editing = new Editing(all);
  for (const before of history.done) editing.apply(before);
  const { problem } = editing.apply(kept);
  if (problem !== null) throw problem;
  return { done: [...history.done, kept], undone: [] };
}

/** The history itself where there is nothing to undo. */
export function undoEdit(history: EditHistory): EditHistory {
  const last = history.done.at(-1);
  if (last === undefined) return history;
  return { done: history.done.slice(0, -1), undone: [last, ...history.undone] };
}

/** The history itself where there is nothing to redo. */
export function redoEdit(history: EditHistory): EditHistory {
  const [next, ...rest] = history.undone;
  if (next === undefined) return history;
  return { done: [...history.done, next], undone: rest };
}

/** Every edit with its sentence, the oldest first, those that are undone last. */
export function listEdits(all: FaceSet, history: EditHistory): ListedEdit[] {
  const { steps } = applyEdits(all, [...history.done, ...history.undone]);
  return steps.map(({ edit, sentence, problem }, index) => {
    const undone = index >= history.done.length;
    return { edit, sentence, problem: problem?.message ?? null, undone };
  });
}

/**
 * A history that was stored as JSON.
 *
 * @param value what `JSON.parse` gave
 * @throws EditError `edit/not-edits`
 */
export function historyFrom(value: unknown): EditHistory {
  if (typeof value !== 'object' || value === null || !('done' in value) || !('undone' in value)) {
    throw new EditError(
      'edit/not-edits',
      'What was stored is not a list of edits.',
      'Edit the data set anew; the files themselves were never changed.',
    );
  }
  return { done: editsFrom(value.done), undone: editsFrom(value.undone) };
}
