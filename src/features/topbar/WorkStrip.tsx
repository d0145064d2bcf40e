/**
 * The work between a change and the first step (trying engines, compiling shaders) as a thin line
 * under the bar with its words. Loading faces is shown by the data panel, where it can be cancelled.
 */
import { useSession } from '../../state/session';
import { progressDetail, progressShare, progressTitle } from '../../ui/progressText';
import styles from './TopBar.module.css';

export function WorkStrip() {
  const progress = useSession((session) => session.progress);
  const configuring = useSession(
    (session) => session.busy === 'configuring' || session.status === 'compiling',
  );
  if (!configuring) return null;
  const known = progress !== null && (progress.task === 'probe' || progress.task === 'compile');
  const share = known ? progressShare(progress) : null;
  return (
    <div className={styles.strip} role="status">
      <span>
        {known
          ? `${progressTitle(progress)} · ${progressDetail(progress)}`
          : 'Building the networks'}
      </span>
      <progress max={1} value={share ?? undefined} aria-label="Preparing the experiment" />
    </div>
  );
}
