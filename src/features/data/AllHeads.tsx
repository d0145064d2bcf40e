/** Where a part of a large file was looked at: the way to the rest of it, and what that takes. */
import { useId } from 'react';
import { formatBytes, formatItems } from '../../ui/format';
import styles from './DataPanel.module.css';

interface AllHeadsProps {
  readonly bytes: number;
  readonly edits: number;
  readonly onRead: () => void;
}

export function AllHeads({ bytes, edits, onRead }: AllHeadsProps) {
  const about = useId();
  return (
    <div>
      <button type="button" className={styles.small} aria-describedby={about} onClick={onRead}>
        Read all heads (about {formatBytes(bytes)})…
      </button>
      <p id={about} className={styles.aside}>
        This takes as long as the disk needs for so much, and can be cancelled. The faces in use
        stay until you have chosen a part
        {edits === 0
          ? '.'
          : `; your ${formatItems(edits, 'correction is', 'corrections are')} not made to it.`}
      </p>
    </div>
  );
}
