/** What did not become a face crop: files by name and reason, and identities too small. */
import { useState } from 'react';
import type { RejectedFile } from '../../data/types';
import { useSession } from '../../state/session';
import { leastImages } from '../../training/leastImages';
import { formatCount, formatItems } from '../../ui/format';
import { Fold } from '../../ui/Section';
import styles from './DataPanel.module.css';

/** More rows than this are in the copied text only. */
const SHOWN = 200;

export function LeftOut() {
  const data = useSession((session) => session.data);
  if (data === null) return null;
  const { rejected, droppedIdentities, droppedImages, config } = data;
  const minimum = config.kind === 'files' ? leastImages(config) : null;
  const unused = rejected.filter((file) => file.unused === true);
  const failed = rejected.filter((file) => file.unused !== true);
  return (
    <>
      {droppedIdentities > 0 && (
        <p className={styles.aside}>
          {formatItems(droppedIdentities, 'identity', 'identities')} (
          {formatItems(droppedImages, 'image')}) left out
          {minimum === null ? '' : `: fewer than ${formatItems(minimum, 'image')} each`}.
        </p>
      )}
      <Files title={`${formatItems(failed.length, 'file')} could not be read`} files={failed} />
      <Files title={`${formatItems(unused.length, 'other file')} not used`} files={unused} />
    </>
  );
}

interface FilesProps {
  readonly title: string;
  readonly files: readonly RejectedFile[];
}

function Files({ title, files }: FilesProps) {
  const [copied, setCopied] = useState<'yes' | 'no' | null>(null);
  if (files.length === 0) return null;
  const copy = async (): Promise<void> => {
    const text = files.map(({ name, reason }) => `${name}\t${reason}`).join('\n');
    try {
      await navigator.clipboard.writeText(text);
      setCopied('yes');
    } catch {
      setCopied('no');
    }
  };
  return (
    <Fold title={title}>
      <ul className={styles.rejected}>
        {files.slice(0, SHOWN).map(({ name, reason }) => (
          <li key={`${name} ${reason}`}>
            <bdi>{name}</bdi>
            <span>{reason}</span>
          </li>
        ))}
      </ul>
      <div className={styles.row}>
        <span>{files.length > SHOWN && `The first ${formatCount(SHOWN)} are shown.`}</span>
        <button type="button" className={styles.small} onClick={() => void copy()}>
          Copy the list
        </button>
      </div>
      {copied !== null && (
        <p role="status" className={styles.aside}>
          {copied === 'yes' ? 'Copied.' : 'This browser did not allow copying.'}
        </p>
      )}
    </Fold>
  );
}
