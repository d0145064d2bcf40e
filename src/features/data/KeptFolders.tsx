/**
 * Folders on the person's disk that they asked to be remembered: read again with a click, where the browser
 * still may, and forgotten with another. Whatever goes wrong is a sentence; the faces in use stay.
 */
import { useEffect, useState } from 'react';
import { useSession } from '../../state/session';
import styles from './DataPanel.module.css';
import { forgetFolder, type KeptFolder, keepFolder, useFolderInUse } from './folderHandles';
import { openFolder, textOf } from './openFolder';
import type { Folder } from './readFolder';

interface Told {
  readonly onChanged: () => void;
  readonly onProblem: (problem: string | null) => void;
}

interface RememberProps extends Told {
  readonly kept: readonly KeptFolder[];
}

/** Offered where the faces in use were read from a folder that is not remembered yet. */
export function RememberFolder({ kept, onChanged, onProblem }: RememberProps) {
  const folder = useFolderInUse((state) => state.folder);
  const label = useSession((session) => session.data?.label ?? '');
  const known = useKnown(folder, kept);
  // Faces that came another way since have another label.
  if (folder === null || known !== false || !label.startsWith(folder.name)) return null;
  const remember = async (): Promise<void> => {
    try {
      await keepFolder(folder);
      onProblem(null);
      onChanged();
    } catch (error) {
      onProblem(
        `The folder could not be remembered in this browser: ${textOf(error)} Choose or drop it again at the next visit.`,
      );
    }
  };
  return (
    <p className={styles.row}>
      <span className={styles.aside}>
        Read from the folder <bdi>{folder.name}</bdi>
      </span>
      <button type="button" className={styles.small} onClick={() => void remember()}>
        Remember the folder
      </button>
    </p>
  );
}

/** Whether the folder is among those remembered; `null` until the browser has said. */
function useKnown(folder: Folder | null, kept: readonly KeptFolder[]): boolean | null {
  const [known, setKnown] = useState<boolean | null>(null);
  useEffect(() => {
    let wanted = true;
    setKnown(null);
    if (folder === null) return;
    void Promise.all(kept.map((one) => one.folder.isSameEntry(folder))).then((same) => {
      if (wanted) setKnown(same.includes(true));
    });
    return () => {
      wanted = false;
    };
  }, [folder, kept]);
  return known;
}

interface RowProps extends Told {
  readonly kept: KeptFolder;
}

export function FolderRow({ kept: { id, folder }, onChanged, onProblem }: RowProps) {
  const open = async (): Promise<void> => {
    onProblem(null);
    onProblem(await openFolder(folder));
  };
  const forget = async (): Promise<void> => {
    try {
      await forgetFolder(id);
      onProblem(null);
    } catch (error) {
      onProblem(`${folder.name} could not be forgotten: ${textOf(error)} Try again.`);
    }
    onChanged();
  };
  return (
    <li>
      <span>
        <bdi>{folder.name}</bdi>
        <span>folder on your disk, read again when opened</span>
      </span>
      <button
        type="button"
        className={styles.small}
        aria-label={`Open folder ${folder.name}`}
        onClick={() => void open()}
      >
        Open
      </button>
      <button
        type="button"
        className={styles.small}
        aria-label={`Forget folder ${folder.name}`}
        onClick={() => void forget()}
      >
        Forget
      </button>
    </li>
  );
}
