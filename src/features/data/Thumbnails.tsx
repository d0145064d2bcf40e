/** A glance at the faces: a dozen crops, one per identity where there are so many. Opens the list. */
import { useSession } from '../../state/session';
import { Face } from '../../ui/Face';
import styles from './DataPanel.module.css';
import { faceAt } from './faces';

const SLOTS = 12;

export function Thumbnails({ onInspect }: { readonly onInspect: () => void }) {
  const thumbnails = useSession((session) => session.thumbnails);
  // A kept set shows its own before its pixels are read; others are still those of the set before.
  const stale = useSession(({ busy, progress }) => busy === 'loading' && progress?.task !== 'read');
  if (thumbnails === null) {
    return (
      <div className={styles.faces} aria-hidden="true">
        {Array.from({ length: SLOTS }, (_, slot) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: empty places have no other identity
          <span key={slot} className={styles.empty} />
        ))}
      </div>
    );
  }
  return (
    <button
      type="button"
      className={styles.faces}
      data-stale={stale || undefined}
      aria-label="Inspect the faces"
      title="Inspect the faces"
      onClick={onInspect}
    >
      {Array.from(thumbnails.indices, (image, place) => (
        <Face key={image} size={thumbnails.size} rgba={faceAt(thumbnails, place)} />
      ))}
    </button>
  );
}
