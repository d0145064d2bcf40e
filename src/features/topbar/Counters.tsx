/** Step, epoch and speed. Their widths are held so that nothing beside them jumps while they count. */
import { useSession } from '../../state/session';
import { formatCount, formatEpoch } from '../../ui/format';
import styles from './TopBar.module.css';

export function Counters() {
  const step = useSession((session) => session.step);
  const epoch = useSession((session) => session.epoch);
  const rate = useSession((session) => session.imagesPerSecond);
  const seed = useSession((session) => session.config.seed);
  return (
    <p className={styles.counters}>
      <span>
        step <b className={styles.wide}>{formatCount(step)}</b>
      </span>
      <span>
        epoch <b className={styles.wide}>{formatEpoch(epoch)}</b>
      </span>
      <span>
        seed <b>{seed}</b>
      </span>
      <span title="Training images a second, summed over the arms">
        <b>{rate === null ? '–' : formatCount(rate)}</b> images/s
      </span>
    </p>
  );
}
