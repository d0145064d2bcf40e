/**
 * The ways to bring faces: the drop hint, a folder, files or an archive, a person in front of the camera,
 * and back to generated ones.
 */
import { useState } from 'react';
import { DEFAULT_SYNTHETIC } from '../../data/synthetic/settings';
import { useSession } from '../../state/session';
import { CameraDialog } from './CameraDialog';
import { ChooseButtons } from './ChooseButtons';
import styles from './DataPanel.module.css';
import { mayLeave } from './LeaveCorrections';

export function SourceButtons() {
  const own = useSession((session) => session.config.data.kind === 'files');
  const configure = useSession((session) => session.configure);
  const cropSize = useSession((session) => session.config.model.inputSize);
  const loaded = useSession((session) => session.data !== null);
  const [filming, setFilming] = useState(false);
  const generate = async (): Promise<void> => {
    if (!(await mayLeave('a generated set'))) return;
    await configure({
      data: { kind: 'synthetic', settings: { ...DEFAULT_SYNTHETIC, cropSize } },
    });
  };
  return (
    <div className={styles.sources}>
      <p className={styles.drop}>
        Drop face crops: one folder per person, an archive or a packed data set. Nothing leaves this
        computer.
      </p>
      <div className={styles.ways}>
        <ChooseButtons />
        {loaded && (
          <button type="button" className={styles.link} onClick={() => setFilming(true)}>
            Add from camera…
          </button>
        )}
        {own && (
          <button type="button" className={styles.link} onClick={() => void generate()}>
            Use generated faces
          </button>
        )}
      </div>
      {filming && <CameraDialog onClose={() => setFilming(false)} />}
    </div>
  );
}
