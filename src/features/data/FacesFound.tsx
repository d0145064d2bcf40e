/** In how many of the pictures a face was found, and the way to those where none was. */
import { useSession } from '../../state/session';
import styles from './DataPanel.module.css';
import { foundText } from './placementText';

export function FacesFound({ onInspect }: { readonly onInspect: () => void }) {
  const data = useSession((session) => session.data);
  if (data?.found === undefined) return null;
  const crop = data.config.kind === 'files' ? data.config.crop : undefined;
  return (
    <div className={styles.summary}>
      <p>{foundText(data.found, crop)}</p>
      <button type="button" className={styles.link} onClick={onInspect}>
        look and correct
      </button>
    </div>
  );
}
