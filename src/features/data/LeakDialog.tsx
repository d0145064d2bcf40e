/**
 * Whether people of an evaluation set are among those that train. The set is chosen here and read for
 * this only; it never becomes the faces in use.
 */
import { useEffect, useState } from 'react';
import type { KeptSetInfo } from '../../bridge/protocol';
import { useSession } from '../../state/session';
import { Dialog } from '../../ui/Dialog';
import { SelectField } from '../../ui/fields';
import { formatItems } from '../../ui/format';
import { progressDetail, progressShare, progressTitle } from '../../ui/progressText';
import panel from './DataPanel.module.css';
import styles from './Leak.module.css';
import { LeakResult } from './LeakResult';
import { Work } from './LoadProgress';
import { readDataTransfer, readFileList } from './readDrop';
import { useDropHere } from './useDropHere';
import { type LeakCheck, useLeakCheck } from './useLeakCheck';

export function LeakDialog({ onClose }: { readonly onClose: () => void }) {
  const check = useLeakCheck();
  const over = useDropHere((transfer) =>
    check.checkFiles((options) => readDataTransfer(transfer, options)),
  );
  return (
    <Dialog
      title="Check for leaks"
      width="medium"
      onClose={onClose}
      foot={
        <button type="button" onClick={onClose}>
          Close
        </button>
      }
    >
      <p>
        Whoever is trained on must not be tested on: their scores would be too good. This compares
        the names of the identities that train with those of an evaluation set.
      </p>
      <div className={styles.source} data-over={over || undefined}>
        <p className={panel.aside}>
          Drop the evaluation set here, or choose it: a list of pairs or people, a table with
          identities, a folder or an archive. It is read for its names only and is not loaded.
        </p>
        <FileButtons check={check} />
        <KeptChoice onCheck={(id) => check.check({ kind: 'kept', id })} />
      </div>
      {check.warning !== null && (
        <p role="status" className={panel.problem}>
          {check.warning}
        </p>
      )}
      <Answer check={check} />
    </Dialog>
  );
}

function FileButtons({ check }: { readonly check: LeakCheck }) {
  const take = (input: HTMLInputElement): void => {
    const files = [...(input.files ?? [])];
    // The same choice would fire no event otherwise.
    input.value = '';
    if (files.length > 0) check.checkFiles((options) => readFileList(files, options));
  };
  const [folder, setFolder] = useState<HTMLInputElement | null>(null);
  const [file, setFile] = useState<HTMLInputElement | null>(null);
  // Not a standard attribute, so React has no property for it.
  useEffect(() => folder?.setAttribute('webkitdirectory', ''), [folder]);
  return (
    <div className={panel.buttons}>
      <button type="button" className={panel.small} onClick={() => file?.click()}>
        Choose a file…
      </button>
      <button type="button" className={panel.small} onClick={() => folder?.click()}>
        Choose a folder…
      </button>
      <input
        ref={setFile}
        type="file"
        multiple
        hidden
        aria-label="Evaluation list or archive"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={setFolder}
        type="file"
        multiple
        hidden
        aria-label="Evaluation folder"
        onChange={(event) => take(event.currentTarget)}
      />
    </div>
  );
}

function KeptChoice({ onCheck }: { readonly onCheck: (id: string) => void }) {
  const ask = useSession((session) => session.keptSets);
  const [sets, setSets] = useState<readonly KeptSetInfo[]>([]);
  const [chosen, setChosen] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    void ask().then((outcome) => {
      // A browser that keeps nothing has nothing to offer here.
      if (wanted && outcome.kind === 'done') setSets(outcome.value.sets);
    });
    return () => {
      wanted = false;
    };
  }, [ask]);
  const id = chosen ?? sets[0]?.id;
  if (id === undefined) return null;
  return (
    <div className={styles.kept}>
      <SelectField
        label="Kept in this browser"
        value={id}
        choices={sets.map((set) => ({ value: set.id, label: set.name }))}
        onCommit={setChosen}
      />
      <button type="button" className={panel.small} onClick={() => onCheck(id)}>
        Check this set
      </button>
    </div>
  );
}

function Answer({ check }: { readonly check: LeakCheck }) {
  const { state } = check;
  switch (state.kind) {
    case 'checking':
      return <Checking found={state.found} onCancel={check.cancel} />;
    case 'nothing':
      return (
        <p role="status" className={panel.aside}>
          The faces in use came with no lists to evaluate with. Choose an evaluation set.
        </p>
      );
    case 'failed':
      return (
        <p role="alert" className={panel.problem}>
          {state.problem}
        </p>
      );
    case 'report':
      return <LeakResult check={check} report={state.report} />;
    default:
      return state satisfies never;
  }
}

interface CheckingProps {
  readonly found: number | null;
  readonly onCancel: () => void;
}

function Checking({ found, onCancel }: CheckingProps) {
  const progress = useSession((session) => session.progress);
  // Training may be at other work at the same time.
  const own = progress?.task === 'list' || progress?.task === 'index' ? progress : null;
  if (found !== null) {
    return (
      <Work
        title="Listing files"
        share={null}
        detail={formatItems(found, 'file')}
        onCancel={onCancel}
      />
    );
  }
  return (
    <Work
      title={own === null ? 'Comparing names' : progressTitle(own)}
      share={own === null ? null : progressShare(own)}
      detail={own === null ? '' : progressDetail(own)}
      onCancel={onCancel}
    />
  );
}
