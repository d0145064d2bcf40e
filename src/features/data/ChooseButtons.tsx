/** Faces from this computer, by the browser's own choice of a folder or of files. */
import { useEffect, useRef } from 'react';
import styles from './DataPanel.module.css';
import { folderPicker } from './readFolder';
import { takeFileList, takeFolder } from './takeFiles';

export function ChooseButtons() {
  const folder = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);

  useEffect(() => {
    // Not a standard attribute, so React has no property for it; every current browser knows it.
    folder.current?.setAttribute('webkitdirectory', '');
  }, []);

  const take = (input: HTMLInputElement): void => {
    if (input.files === null || input.files.length === 0) return;
    // Copied before the reset below empties the list; without it the same choice fires no event.
    const chosen = [...input.files];
    input.value = '';
    void takeFileList(chosen);
  };

  const chooseFolder = async (): Promise<void> => {
    const ask = folderPicker();
    if (ask === null) {
      folder.current?.click();
      return;
    }
    try {
      void takeFolder(await ask());
    } catch (error) {
      // Nothing was chosen; or the browser asks in another way, where this page may not ask in this one.
      if (!(error instanceof DOMException && error.name === 'AbortError')) folder.current?.click();
    }
  };

  return (
    <>
      <button type="button" className={styles.link} onClick={() => void chooseFolder()}>
        Choose folder…
      </button>
      <button type="button" className={styles.link} onClick={() => files.current?.click()}>
        Choose files or archive…
      </button>
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        aria-label="Folder of face crops"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Face crops or an archive"
        onChange={(event) => take(event.currentTarget)}
      />
    </>
  );
}
