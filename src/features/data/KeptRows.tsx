/** The rows of kept sets: those that open, and those that cannot be opened by this version of the page. */
import { useId } from 'react';
import type { KeptSetInfo, UnreadableSet } from '../../bridge/protocol';
import { useSession } from '../../state/session';
import { formatBytes, formatItems } from '../../ui/format';
import styles from './DataPanel.module.css';
import { mayLeave } from './LeaveCorrections';

interface Told {
  /** Something went, or turned out to be gone. */
  readonly onChanged: () => void;
  readonly onProblem: (problem: string | null) => void;
}

interface KeptRowProps extends Told {
  readonly set: KeptSetInfo;
}

export function KeptRow({ set, ...told }: KeptRowProps) {
  const open = useSession((session) => session.openKept);
  // Two sets of one name are told apart by what is beside it.
  const about = useId();
  const openIt = async (): Promise<void> => {
    if (!(await mayLeave(set.name))) return;
    // Another tab may have deleted it.
    if ((await open(set.id)) !== 'opened') told.onChanged();
  };
  return (
    <li>
      <span>
        <bdi>{set.name}</bdi>
        <span id={about}>
          {formatItems(set.images, 'crop')} of {formatItems(set.identities, 'person', 'people')},{' '}
          {set.cropSize}×{set.cropSize}, {formatBytes(set.bytes)}, kept{' '}
          <KeptTime at={set.savedAt} />
        </span>
      </span>
      <button
        type="button"
        className={styles.small}
        aria-label={`Open ${set.name}`}
        aria-describedby={about}
        onClick={() => void openIt()}
      >
        Open
      </button>
      <DeleteButton id={set.id} label={`Delete ${set.name}`} about={about} {...told} />
    </li>
  );
}

interface UnreadableProps extends Told {
  readonly set: UnreadableSet;
}

/**
 * Another version of the page wrote it, so that the person may want it there, or its room back: nothing but
 * its button deletes it.
 */
export function UnreadableRow({
  set: { id, name, savedAt, bytes, because },
  ...told
}: UnreadableProps) {
  const about = useId();
  return (
    <li>
      <span className={styles.wide}>
        <bdi>{name ?? 'A kept set'}</bdi>
        <span id={about}>
          {formatBytes(bytes)}
          {savedAt !== null && (
            <>
              , kept <KeptTime at={savedAt} />
            </>
          )}
          . {WHY[because]}
        </span>
      </span>
      <DeleteButton id={id} label={`Delete ${name ?? 'a kept set'}`} about={about} {...told} />
    </li>
  );
}

const WHY = {
  version: 'It was written by another version of this page and cannot be opened here.',
  contents:
    'It was written by another version of this page, or is damaged, and cannot be opened here.',
} satisfies Record<UnreadableSet['because'], string>;

interface DeleteProps extends Told {
  readonly id: string;
  readonly label: string;
  /** The id of what tells it from another of its name. */
  readonly about: string;
}

function DeleteButton({ id, label, about, onChanged, onProblem }: DeleteProps) {
  const remove = useSession((session) => session.deleteKept);
  return (
    <button
      type="button"
      className={styles.small}
      aria-label={label}
      aria-describedby={about}
      onClick={() =>
        void remove(id).then((outcome) => {
          onProblem(outcome.kind === 'done' ? null : outcome.failure.message);
          onChanged();
        })
      }
    >
      Delete
    </button>
  );
}

/** `29 Nov 2026, 19:49:05`, where the person is: two may be kept within a minute. */
function KeptTime({ at }: { readonly at: number }) {
  const time = new Date(at);
  return (
    <time dateTime={time.toISOString()}>
      {time.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })}
    </time>
  );
}
