/** Listing, reading and generating, with count, rate, time left and Cancel. */
import { useSession } from '../../state/session';
import { formatItems } from '../../ui/format';
import { progressDetail, progressShare, progressTitle } from '../../ui/progressText';
import styles from './DataPanel.module.css';
import { useListing } from './takeFiles';

export function LoadProgress() {
  const listing = useListing();
  const loading = useSession((session) => session.busy === 'loading');
  const progress = useSession((session) => session.progress);
  const cancelLoad = useSession((session) => session.cancelLoad);
  if (listing.found !== null) {
    return (
      <Work
        title="Listing files"
        share={null}
        detail={formatItems(listing.found, 'file')}
        onCancel={listing.cancel}
      />
    );
  }
  if (!loading) return null;
  return (
    <Work
      title={progress === null ? 'Loading faces' : progressTitle(progress)}
      share={progress === null ? null : progressShare(progress)}
      detail={progress === null ? '' : progressDetail(progress)}
      onCancel={() => void cancelLoad()}
    />
  );
}

interface WorkProps {
  readonly title: string;
  /** 0 … 1; `null` where the end is not known. */
  readonly share: number | null;
  readonly detail: string;
  readonly onCancel: () => void;
}

/** One long piece of work. */
export function Work({ title, share, detail, onCancel }: WorkProps) {
  return (
    <div className={styles.progress}>
      <div className={styles.row}>
        <strong role="status">{title}</strong>
        <button type="button" className={styles.small} onClick={onCancel}>
          Cancel
        </button>
      </div>
      <progress max={1} value={share ?? undefined} aria-label={title} />
      <p>{detail}</p>
    </div>
  );
}
