/** People who are here under several spellings, each a person of its own, and the way to merge them. */
import { useSession } from '../../state/session';
import styles from './DataPanel.module.css';
import { alikeText } from './faces';
import { useMergeAlike } from './inspect/mergeAlike';

export function AlikeNames({ onInspect }: { readonly onInspect: () => void }) {
  const alike = useSession((session) => session.data?.alike);
  const merge = useMergeAlike();
  if (alike === undefined) return null;
  return (
    <div className={styles.summary}>
      <p>{alikeText(alike)}</p>
      <button type="button" className={styles.link} onClick={() => void merge().then(onInspect)}>
        merge them in the inspector
      </button>
    </div>
  );
}
