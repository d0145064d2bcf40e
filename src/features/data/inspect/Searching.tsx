/** While the worker looks through the images, and when it could not. */
import { useSession } from '../../../state/session';
import { progressDetail, progressShare, progressTitle } from '../../../ui/progressText';
import styles from './inspect.module.css';

export function Searching({ failure }: { readonly failure: string | null }) {
  const progress = useSession((session) => session.progress);
  if (failure !== null) {
    return (
      <p role="alert" className={styles.problem}>
        {failure}
      </p>
    );
  }
  return (
    <div className={styles.searching} role="status">
      <p>{progress === null ? 'Looking through the images …' : progressTitle(progress)}</p>
      <progress
        max={1}
        value={progress === null ? undefined : (progressShare(progress) ?? undefined)}
        aria-label="Progress"
      />
      <p className={styles.count}>{progress === null ? '' : progressDetail(progress)}</p>
    </div>
  );
}
