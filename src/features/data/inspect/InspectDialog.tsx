/**
 * The faces as they are: who there is, what repeats, what is too poor to learn from, who looks like
 * somebody else, what was left out. Corrections are collected here, can be undone, and reach training
 * with Apply.
 */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useSession } from '../../../state/session';
import { Dialog } from '../../../ui/Dialog';
import { formatItems } from '../../../ui/format';
import { DuplicatesTab } from './DuplicatesTab';
import { FactsTab } from './FactsTab';
import { FoundTab } from './FoundTab';
import styles from './inspect.module.css';
import { PeopleTab } from './PeopleTab';
import { PointsDialog } from './PointsDialog';
import { QualityTab } from './QualityTab';
import { SuspectsTab } from './SuspectsTab';
import { useApply } from './useApply';
import { CropContext, OpenPicture, useCropCache } from './useCrops';
import { type Inspection, useInspection } from './useInspection';

const TABS = [
  ['people', 'People'],
  ['found', 'Faces found'],
  ['facts', 'Counts and files'],
  ['duplicates', 'Duplicates'],
  ['quality', 'Poor images'],
  ['suspects', 'Wrong labels?'],
] as const;
type Tab = (typeof TABS)[number][0];

interface InspectDialogProps {
  /** What is looked at first; everybody where absent. */
  readonly first?: Tab;
  readonly onClose: () => void;
}

/** Begins anew where other faces come into use while it is open, or these are read another way. */
export function InspectDialog(props: InspectDialogProps) {
  const of = useSession(({ data }) => `${data?.facesId} ${JSON.stringify(data?.config)}`);
  return <OpenedFaces key={of} {...props} />;
}

function OpenedFaces({ first = 'people', onClose }: InspectDialogProps) {
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
      <Inspector inspection={inspection} first={first} onClose={onClose} />
    </CropContext>
  );
}

interface FootProps {
  readonly inspection: Inspection;
  readonly onClose: () => void;
}

function Inspector({ inspection, first, onClose }: FootProps & { readonly first: Tab }) {
  const [tab, setTab] = useState<Tab>(first);
  const [picture, setPicture] = useState<number | null>(null);
  const panel = useRef<HTMLDivElement>(null);
  // What was opened may have left the list with the decision, and would take the focus with it.
  useEffect(() => {
    if (picture === null && document.activeElement === document.body) panel.current?.focus();
  }, [picture]);
  const own = useSession((session) => session.config.data.kind === 'files');
  const { inspected, problem } = inspection;
  const pages: Readonly<Record<Tab, () => ReactNode>> = {
    people: () => <PeopleTab inspection={inspection} />,
    found: () => <FoundTab inspection={inspection} />,
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
      <OpenPicture value={own ? setPicture : null}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll what has the focus */}
        <div ref={panel} role="tabpanel" tabIndex={0} className={styles.panel}>
          {pages[tab]()}
        </div>
      </OpenPicture>
      {picture !== null && (
        <PointsDialog image={picture} inspection={inspection} onClose={() => setPicture(null)} />
      )}
    </Dialog>
  );
}

function Foot({ inspection, onClose }: FootProps) {
  const { apply, busy, failure } = useApply(inspection, onClose);
  const { history, sentences, changed } = inspection;
  const newest = sentences.at(-1);
  return (
    <>
      {failure === null ? (
        <span role="status" className={styles.edits}>
          {newest === undefined
            ? 'No corrections.'
            : `${newest}${sentences.length > 1 ? ` · ${formatItems(sentences.length, 'correction')}` : ''}`}
        </span>
      ) : (
        <span role="alert" className={styles.refusal}>
          {failure}
        </span>
      )}
      {/* They stay together where the sentence leaves too little room for them. */}
      <span className={styles.steps}>
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
          onClick={apply}
        >
          {busy ? 'Applying …' : 'Apply and restart'}
        </button>
      </span>
    </>
  );
}
