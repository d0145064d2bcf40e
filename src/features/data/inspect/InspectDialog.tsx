/**
 * The faces as they are: who there is, what repeats, what is too poor to learn from, who looks like
 * somebody else, what was left out. Corrections are collected here, can be undone, and reach training
 * with Apply.
 */
import { type ReactNode, useState } from 'react';
import { useSession } from '../../../state/session';
import { Dialog } from '../../../ui/Dialog';
import { formatItems } from '../../../ui/format';
import { DuplicatesTab } from './DuplicatesTab';
import { FactsTab } from './FactsTab';
import styles from './inspect.module.css';
import { PeopleTab } from './PeopleTab';
import { QualityTab } from './QualityTab';
import { SuspectsTab } from './SuspectsTab';
import { CropContext, useCropCache } from './useCrops';
import { type Inspection, useInspection } from './useInspection';

const TABS = [
  ['people', 'People'],
  ['facts', 'Counts and files'],
  ['duplicates', 'Duplicates'],
  ['quality', 'Poor images'],
  ['suspects', 'Wrong labels?'],
] as const;
type Tab = (typeof TABS)[number][0];

export function InspectDialog({ onClose }: { readonly onClose: () => void }) {
  const inspection = useInspection();
  const cache = useCropCache();
  const label = useSession((session) => session.data?.label ?? '');
  if (inspection === null || typeof inspection === 'string') {
    return (
      <Dialog title={`Faces: ${label}`} width="wide" onClose={onClose}>
        <p role="status">{inspection ?? 'Opening …'}</p>
      </Dialog>
    );
  }
  return (
    <CropContext value={cache}>
      <Inspector inspection={inspection} onClose={onClose} />
    </CropContext>
  );
}

interface InspectorProps {
  readonly inspection: Inspection;
  readonly onClose: () => void;
}

function Inspector({ inspection, onClose }: InspectorProps) {
  const [tab, setTab] = useState<Tab>('people');
  const { inspected, problem } = inspection;
  const pages: Readonly<Record<Tab, () => ReactNode>> = {
    people: () => <PeopleTab inspection={inspection} />,
    facts: () => <FactsTab inspection={inspection} />,
    duplicates: () => <DuplicatesTab inspection={inspection} />,
    quality: () => <QualityTab inspection={inspection} />,
    suspects: () => <SuspectsTab inspection={inspection} />,
  };
  return (
    <Dialog
      title={`Faces: ${inspected.label}`}
      width="wide"
      onClose={onClose}
      foot={<Foot inspection={inspection} onClose={onClose} />}
    >
      <div role="tablist" aria-label="What to look at" className={styles.tabs}>
        {TABS.map(([value, title]) => (
          <button
            key={value}
            type="button"
            role="tab"
            aria-selected={tab === value}
            onClick={() => setTab(value)}
          >
            {title}
          </button>
        ))}
      </div>
      {problem !== null && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <div role="tabpanel">{pages[tab]()}</div>
    </Dialog>
  );
}

function Foot({ inspection, onClose }: InspectorProps) {
  const apply = useSession((session) => session.editFaces);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { history, sentences, changed } = inspection;
  const newest = sentences.at(-1);
  return (
    <>
      <span role="status" className={styles.edits}>
        {failure ??
          (newest === undefined
            ? 'No corrections.'
            : `${newest}${sentences.length > 1 ? ` · ${formatItems(sentences.length, 'correction')}` : ''}`)}
      </span>
      <button type="button" disabled={history.done.length === 0} onClick={inspection.undo}>
        Undo
      </button>
      <button type="button" disabled={history.undone.length === 0} onClick={inspection.redo}>
        Redo
      </button>
      <button
        type="button"
        className={styles.primary}
        disabled={!changed || busy}
        onClick={() => {
          setBusy(true);
          void apply(history.done).then((outcome) => {
            setBusy(false);
            if (outcome.kind === 'done') onClose();
            else setFailure(`${outcome.failure.message} ${outcome.failure.remedy}`);
          });
        }}
      >
        {busy ? 'Applying …' : 'Apply and restart'}
      </button>
    </>
  );
}
