/**
 * The ways to bring faces: the drop hint, a folder, files or an archive, a person in front of the camera,
 * and back to generated ones.
 */
import { useEffect, useRef, useState } from 'react';
import { DEFAULT_SYNTHETIC } from '../../data/synthetic/settings';
import { useSession } from '../../state/session';
import { CameraDialog } from './CameraDialog';
import styles from './DataPanel.module.css';
import { folderPicker } from './readFolder';
import { takeFileList, takeFolder } from './takeFiles';

export function SourceButtons() {
  const own = useSession((session) => session.config.data.kind === 'files');
  const configure = useSession((session) => session.configure);
  const cropSize = useSession((session) => session.config.model.inputSize);
  const loaded = useSession((session) => session.data !== null);
  const [filming, setFilming] = useState(false);
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
    <div className={styles.sources}>
      <p className={styles.drop}>
        Drop face crops: one folder per person, an archive or a packed data set. Nothing leaves this
        computer.
      </p>
      <div className={styles.ways}>
        <button type="button" className={styles.link} onClick={() => void chooseFolder()}>
          Choose folder…
        </button>
        <button type="button" className={styles.link} onClick={() => files.current?.click()}>
          Choose files or archive…
        </button>
        {loaded && (
          <button type="button" className={styles.link} onClick={() => setFilming(true)}>
            Add from camera…
          </button>
        )}
        {own && (
          <button
            type="button"
            className={styles.link}
            onClick={() =>
              void configure({
                data: { kind: 'synthetic', settings: { ...DEFAULT_SYNTHETIC, cropSize } },
              })
            }
          >
            Use generated faces
          </button>
        )}
      </div>
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
      {filming && <CameraDialog onClose={() => setFilming(false)} />}
    </div>
  );
}
