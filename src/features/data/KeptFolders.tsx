/**
 * Folders on the person's disk that they asked to be remembered: read again with a click, where the browser
 * still may, and forgotten with another. Whatever goes wrong is a sentence; the faces in use stay.
 */
import { useEffect, useState } from 'react';
import { useSession } from '../../state/session';
import styles from './DataPanel.module.css';
import { forgetFolder, type KeptFolder, keepFolder, useFolderInUse } from './folderHandles';
import { type Folder, mayRead } from './readFolder';
import { takeFolder } from './takeFiles';

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
    try {
      if (await mayRead(folder)) {
        // Its first entry tells whether it is there.
        await folder.keys().next();
        void takeFolder(folder);
      } else {
        onProblem(
          `The browser was not allowed to read ${folder.name}. Nothing has changed; open it again to be asked again.`,
        );
      }
    } catch (error) {
      onProblem(goneText(folder.name, error));
    }
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

function goneText(name: string, error: unknown): string {
  return error instanceof DOMException && error.name === 'NotFoundError'
    ? `The folder ${name} is not where it was. Nothing has changed; choose it again where it is now, or forget it.`
    : `The folder ${name} could not be read: ${textOf(error)} Nothing has changed.`;
}

/** A sentence. */
function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
