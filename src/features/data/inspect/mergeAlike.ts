/** Merges of people who are here under several spellings: corrections like those made by hand. */
import type { InspectedFaces } from '../../../bridge/protocol';
import type { Edit } from '../../../data/inspect/edit';
import { useSession } from '../../../state/session';
import { resume, useWaitingEdits } from './waitingEdits';

interface Counted {
  readonly name: string;
  readonly count: number;
}

/** One merge for each group, into whoever has the most images. */
export function mergesOf(
  alike: readonly (readonly string[])[],
  identities: readonly Counted[],
): readonly Edit[] {
  const counts = new Map(identities.map(({ name, count }) => [name, count]));
  return alike.map((names) => {
    const into = names.reduce((most, name) =>
      (counts.get(name) ?? 0) > (counts.get(most) ?? 0) ? name : most,
    );
    return { kind: 'merge', identities: names, into };
  });
}

/** The merges wait in the inspector, behind what waits there already; those that do are not made twice. */
function addToWaiting({ facesId, edits }: InspectedFaces, merges: readonly Edit[]): void {
  const { waiting, keep } = useWaitingEdits.getState();
  const before = resume(waiting, facesId, edits);
  const done = before?.history.done ?? edits;
  const made = new Set(done.map((edit) => JSON.stringify(edit)));
  const added = merges.filter((merge) => !made.has(JSON.stringify(merge)));
  if (added.length === 0) return;
  const history = { done: [...done, ...added], undone: [] };
  keep({ of: facesId, base: edits, history, sent: before?.sent ?? null });
}

/** Puts the merges into the inspector, to be looked at and applied there. */
export function useMergeAlike(): () => Promise<void> {
  const ask = useSession((session) => session.ask);
  const data = useSession((session) => session.data);
  return async () => {
    if (data?.alike === undefined) return;
    const outcome = await ask<'inspect'>({ kind: 'inspect' });
    // Where it failed, the inspector itself says why.
    if (outcome.kind === 'failed' || outcome.value.facesId !== data.facesId) return;
    addToWaiting(outcome.value, mergesOf(data.alike, data.identities));
  };
}
