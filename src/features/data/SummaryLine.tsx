/** `40 identities · 960 crops · 32×32`, how they are split, and the ways to look into them. */
import { useMemo } from 'react';
import { useSession } from '../../state/session';
import { formatCount, formatItems } from '../../ui/format';
import styles from './DataPanel.module.css';
import { FilesButton } from './FilesDialog';
import { calledLikePartsText, whoIsWhoText } from './faces';
import { useInspectText } from './inspect/waitingEdits';

interface SummaryLineProps {
  readonly onInspect: () => void;
  readonly onCheckLeaks: () => void;
}

export function SummaryLine({ onInspect, onCheckLeaks }: SummaryLineProps) {
  const data = useSession((session) => session.data);
  const split = useSession((session) => session.experiment);
  const loading = useSession((session) => session.busy === 'loading');
  const inspectText = useInspectText();
  if (data === null) {
    return loading ? null : <p className={styles.aside}>No faces are loaded.</p>;
  }
  const parts = [
    formatItems(data.identities.length, 'identity', 'identities'),
    formatItems(data.images, 'crop'),
    `${data.cropSize}×${data.cropSize}`,
  ];
  return (
    <div className={styles.summary}>
      <p>{parts.join(' · ')}</p>
      {/* Kept empty while the networks are built again, so that nothing below jumps. */}
      <p>
        {split === null
          ? '\u00a0'
          : `${formatCount(split.trainImages)} to train on · ${formatCount(split.validationImages)} held out${split.openSet ? ' (other people)' : ''}`}
      </p>
      <WhoIsWho />
      <div className={styles.ways}>
        <button type="button" className={styles.link} onClick={onInspect}>
          {inspectText}
        </button>
        <button type="button" className={styles.link} onClick={onCheckLeaks}>
          check for leaks
        </button>
      </div>
    </div>
  );
}

/** How people were told apart and which of them are held out, each with the way to change it. */
function WhoIsWho() {
  const data = useSession((session) => session.data);
  const split = useSession((session) => session.config.split);
  const configure = useSession((session) => session.configure);
  const called = useMemo(
    // A correction may have called somebody so: no folder did.
    () =>
      data === null || data.edits > 0 ? null : calledLikePartsText(data.identities, data.whoIsWho),
    [data],
  );
  if (data === null || data.config.kind !== 'files') return null;
  const { whoIsWho, config, splits } = data;
  const bySet = splits.own ? 'own' : splits.list ? 'list' : null;
  return (
    <>
      {whoIsWho !== undefined && (
        <p>
          People told apart {whoIsWhoText(whoIsWho)}{' '}
          <FilesButton
            config={config}
            text="change…"
            className={styles.link}
            edits={data.edits}
            asksWho
          />
        </p>
      )}
      {data.whoNotes?.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {called !== null && <p>{called}</p>}
      {bySet !== null && split !== 'own' && split !== 'list' && (
        <p>
          The set says itself who is held out{' '}
          <button
            type="button"
            className={styles.link}
            onClick={() => void configure({ split: bySet })}
          >
            hold out as it says
          </button>
        </p>
      )}
    </>
  );
}
