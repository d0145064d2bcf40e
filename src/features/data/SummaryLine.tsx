/** `40 identities · 960 crops · 32×32`, how they are split, and the way to the list. */
import { useSession } from '../../state/session';
import { formatCount, formatItems } from '../../ui/format';
import styles from './DataPanel.module.css';

export function SummaryLine({ onInspect }: { readonly onInspect: () => void }) {
  const data = useSession((session) => session.data);
  const split = useSession((session) => session.experiment);
  const loading = useSession((session) => session.busy === 'loading');
  if (data === null) {
    return loading ? null : <p className={styles.summary}>No faces are loaded.</p>;
  }
  const parts = [
    formatItems(data.identities.length, 'identity', 'identities'),
    formatItems(data.images, 'crop'),
    `${data.cropSize}×${data.cropSize}`,
  ];
  return (
    <div className={styles.summary}>
      <p>
        {parts.join(' · ')}
        {/* Kept empty while the networks are built again, so that nothing below jumps. */}
        <span>
          {split === null
            ? '\u00a0'
            : `${formatCount(split.trainImages)} to train on · ${formatCount(split.validationImages)} held out${split.openSet ? ' (other people)' : ''}`}
        </span>
      </p>
      <button type="button" className={styles.link} onClick={onInspect}>
        inspect
      </button>
    </div>
  );
}
