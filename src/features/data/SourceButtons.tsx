/** The ways to bring faces: the drop hint, a folder, files or an archive, and back to generated ones. */
import { useEffect, useRef } from 'react';
import { DEFAULT_SYNTHETIC } from '../../data/synthetic/settings';
import { useSession } from '../../state/session';
import styles from './DataPanel.module.css';
import { takeFileList } from './takeFiles';

const ACCEPT = 'image/*,.pgm,.zip,.tar,.gz,.tgz';

export function SourceButtons() {
  const own = useSession((session) => session.config.data.kind === 'files');
  const configure = useSession((session) => session.configure);
  const cropSize = useSession((session) => session.config.model.inputSize);
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

  return (
    <div className={styles.sources}>
      <p className={styles.drop}>
        Drop face crops: one folder per person, or an archive. Nothing leaves this computer.
      </p>
      <div className={styles.ways}>
        <button type="button" className={styles.link} onClick={() => folder.current?.click()}>
          Choose folder…
        </button>
        <button type="button" className={styles.link} onClick={() => files.current?.click()}>
          Choose files or archive…
        </button>
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
        accept={ACCEPT}
        aria-label="Face crops or an archive"
        onChange={(event) => take(event.currentTarget)}
      />
    </div>
  );
}
