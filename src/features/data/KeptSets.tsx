/**
 * Faces kept in this browser between visits: kept on request, opened and deleted with a click. Nothing
 * is kept unasked, and a browser that has no room says so while the faces stay loaded.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { KeptSets as Kept } from '../../bridge/protocol';
import { useSession } from '../../state/session';
import { formatBytes } from '../../ui/format';
import { Fold } from '../../ui/Section';
import styles from './DataPanel.module.css';
import { type KeptFolder, keptFolders } from './folderHandles';
import { FolderRow, RememberFolder } from './KeptFolders';
import { KeptRow, UnreadableRow } from './KeptRows';

export function KeptSets() {
  const ask = useSession((session) => session.keptSets);
  const own = useSession((session) => session.config.data.kind === 'files');
  const label = useSession((session) => session.data?.label ?? '');
  const data = useSession((session) => session.data);
  const changes = useSession((session) => session.keptChanges);
  const [kept, setKept] = useState<Kept | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const list = useRef<HTMLUListElement>(null);
  const [folders, setFolders] = useState<readonly KeptFolder[]>([]);

  const refreshFolders = useCallback(async (): Promise<void> => {
    // A browser that stores none has none.
    setFolders(await keptFolders().catch(() => []));
  }, []);

  const refresh = useCallback(async (): Promise<void> => {
    const outcome = await ask();
    if (outcome.kind === 'done') setKept(outcome.value);
    // A browser that keeps nothing is no problem until somebody wants to keep something.
    else setKept(null);
  }, [ask]);

  useEffect(() => {
    void refreshFolders();
  }, [refreshFolders]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: corrections are written to what is kept, and a notice keeps faces, too
  useEffect(() => {
    void refresh();
  }, [refresh, data, changes]);

  const sets = kept?.sets ?? [];
  const unreadable = kept?.unreadable ?? [];
  const things = sets.length + unreadable.length + folders.length;
  if (!own && things === 0) return null;
  // What was pressed is gone afterwards: whoever works with the keyboard goes on from the list.
  const changed = (look: () => Promise<void>) => (): void => {
    list.current?.focus();
    void look();
  };
  const told = { onChanged: changed(refreshFolders), onProblem: setProblem };
  return (
    <Fold title="Kept in this browser" note={things === 0 ? undefined : String(things)}>
      {own && <KeepForm key={label} label={label} onProblem={setProblem} />}
      {own && <RememberFolder kept={folders} {...told} />}
      {problem !== null && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <ul ref={list} tabIndex={-1} aria-label="Kept in this browser" className={styles.kept}>
        {sets.map((set) => (
          <KeptRow key={set.id} set={set} onChanged={changed(refresh)} onProblem={setProblem} />
        ))}
        {folders.map((kept) => (
          <FolderRow key={kept.id} kept={kept} {...told} />
        ))}
        {unreadable.map((set) => (
          <UnreadableRow
            key={set.id}
            set={set}
            onChanged={changed(refresh)}
            onProblem={setProblem}
          />
        ))}
      </ul>
      {kept !== null && <p className={styles.aside}>{roomText(kept)}</p>}
    </Fold>
  );
}

function roomText({ usage, quota }: Kept): string {
  const stays = 'They stay on this computer and are read by this page alone.';
  if (usage === null || quota === null) return stays;
  return `${formatBytes(usage)} of ${formatBytes(quota)} that this browser allows are in use. ${stays}`;
}

interface KeepFormProps {
  readonly label: string;
  readonly onProblem: (problem: string | null) => void;
}

function KeepForm({ label, onProblem }: KeepFormProps) {
  const keep = useSession((session) => session.keepSet);
  const [name, setName] = useState(label);
  const [busy, setBusy] = useState(false);
  return (
    <form
      className={styles.keep}
      onSubmit={(event) => {
        event.preventDefault();
        setBusy(true);
        onProblem(null);
        void keep(name.trim() === '' ? label : name.trim()).then((outcome) => {
          setBusy(false);
          const failure = outcome.kind === 'failed' ? outcome.failure : null;
          if (failure !== null) onProblem(`${failure.message} ${failure.remedy}`);
        });
      }}
    >
      <input
        type="text"
        aria-label="Name of the kept faces"
        maxLength={80}
        placeholder={label}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className={styles.small} disabled={busy}>
        {busy ? 'Keeping …' : 'Keep these faces'}
      </button>
    </form>
  );
}
