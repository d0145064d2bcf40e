/**
 * On a phone the data panel comes after the curves, and nothing can be dropped: what trains and the ways
 * to bring others, in two lines before them.
 */
import { useSession } from '../../state/session';
import type { SessionState } from '../../state/session.types';
import { formatItems } from '../../ui/format';
import { ChooseButtons } from './ChooseButtons';
import styles from './DataPanel.module.css';

interface DataStripProps {
  /** Goes to the data panel. */
  readonly onShowAll: () => void;
}

export function DataStrip({ onShowAll }: DataStripProps) {
  const text = useSession(stripText);
  return (
    <section aria-label="Faces in use" className={styles.summary}>
      <p>{text}</p>
      <div className={styles.ways}>
        <ChooseButtons />
        <button type="button" className={styles.link} onClick={onShowAll}>
          more ↓
        </button>
      </div>
    </section>
  );
}

function stripText({ data, busy }: SessionState): string {
  if (data === null) return busy === 'loading' ? 'Loading faces …' : 'No faces are loaded.';
  const identities = formatItems(data.identities.length, 'identity', 'identities');
  return `${data.label} · ${identities} · ${formatItems(data.images, 'crop')}`;
}
