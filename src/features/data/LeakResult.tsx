/** What a check for leaks found: the counts of every list, the names of one, and what to do with them. */
import { Fragment, useState } from 'react';
import type { LeakReport } from '../../bridge/protocol';
import { type LeakSet, leakCsv } from '../../data/leakReport';
import { formatCount, formatItems } from '../../ui/format';
import panel from './DataPanel.module.css';
import styles from './Leak.module.css';
import type { LeakCheck } from './useLeakCheck';

/** More rows than this are in the copied text and the CSV only. */
const SHOWN = 200;

interface LeakResultProps {
  readonly check: LeakCheck;
  readonly report: LeakReport;
}

export function LeakResult({ check, report }: LeakResultProps) {
  const [chosen, setChosen] = useState(0);
  const set = report.sets[chosen] ?? report.sets[0];
  if (set === undefined) return null;
  return (
    <>
      {report.sets.length > 1 && (
        <Lists sets={report.sets} chosen={set} onChoose={(at) => setChosen(at)} />
      )}
      <p role="status" className={panel.chosen}>
        {formatItems(report.training, 'training identity', 'training identities')} ·{' '}
        {formatCount(set.evaluation)} in <bdi>{set.name}</bdi> · {sharedText(set)}
      </p>
      <p className={panel.aside}>
        Read: {set.about}, <Examples names={set.examples} all={set.evaluation} />.
      </p>
      {set.pairs !== null && (
        <p className={panel.aside}>
          {formatCount(set.pairs.left)} of its {formatItems(set.pairs.all, 'pair')} show nobody who
          trains.
        </p>
      )}
      {set.people.length === 0 ? (
        <p className={panel.aside}>
          None of its identities trains, by name; the same person under another name is not found.
          Those that train have <Examples names={report.examples} all={report.training} />: if the
          two are not written alike, the check cannot tell.
        </p>
      ) : (
        <Shared set={set} check={check} training={report.training} />
      )}
      <Done check={check} />
    </>
  );
}

/** A few names as they were read: whoever sees numbers or a header there knows that it was misread. */
function Examples({ names, all }: { readonly names: readonly string[]; readonly all: number }) {
  return (
    <>
      {names.length < all ? 'names such as ' : all === 1 ? 'the name ' : 'the names '}
      {names.map((name, at) => (
        <Fragment key={name}>
          {at > 0 && ', '}
          <Name name={name} />
        </Fragment>
      ))}
    </>
  );
}

function sharedText({ people }: LeakSet): string {
  return people.length === 0 ? 'none shared' : `${formatCount(people.length)} shared by name`;
}

interface ListsProps {
  readonly sets: readonly LeakSet[];
  readonly chosen: LeakSet;
  readonly onChoose: (at: number) => void;
}

function Lists({ sets, chosen, onChoose }: ListsProps) {
  return (
    <fieldset className={panel.options}>
      <legend>Which list is the evaluation set?</legend>
      {sets.map((set, at) => (
        <label key={set.name}>
          <input
            type="radio"
            name="evaluation"
            checked={set === chosen}
            onChange={() => onChoose(at)}
          />
          <span className={styles.list}>
            <bdi>{set.name}</bdi>
            <span>{set.about}</span>
          </span>
          <span>{sharedText(set)}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface SharedProps {
  readonly set: LeakSet;
  readonly check: LeakCheck;
  readonly training: number;
}

function Shared({ set, check, training }: SharedProps) {
  const { people, numbered } = set;
  const names = people.flatMap(({ trained }) => trained);
  const left = training - names.length;
  return (
    <>
      {numbered > 0 && (
        <p className={panel.aside}>
          {formatCount(numbered)} of these names {numbered === 1 ? 'is a number' : 'are numbers'}:
          two sets may share {numbered === 1 ? 'it' : 'them'} by chance.
        </p>
      )}
      <div className={styles.actions}>
        <button
          type="button"
          className={panel.primary}
          disabled={check.busy || left < 2}
          onClick={() => check.exclude(names)}
        >
          {check.busy ? 'Excluding …' : 'Exclude these from training'}
        </button>
        <CopyButtons set={set} />
      </div>
      <p className={panel.aside}>
        {left < 2
          ? `Without them ${left === 0 ? 'nobody' : 'one identity'} would train, and training needs two. Train on other people, or test on others.`
          : `${formatCount(left)} of ${formatItems(training, 'identity', 'identities')} would go on training, from step 0. Excluding can be undone, here and in the inspector.`}
      </p>
      <table className={styles.shared}>
        <caption>
          {people.length > SHOWN
            ? `The first ${formatCount(SHOWN)} of ${formatCount(people.length)}; the copy and the CSV have all.`
            : `${formatItems(people.length, 'identity', 'identities')} in both`}
        </caption>
        <thead>
          <tr>
            <th scope="col">trains as</th>
            <th scope="col">evaluated as</th>
          </tr>
        </thead>
        <tbody>
          {people.slice(0, SHOWN).map(({ name, trained }) => (
            <tr key={name}>
              <td>
                {trained.map((own) => (
                  <Name key={own} name={own} />
                ))}
              </td>
              <td>
                <Name name={name} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** On a narrow screen a name goes on in the next line after an underscore rather than anywhere. */
function Name({ name }: { readonly name: string }) {
  const parts = name.split(/(?<=_)/);
  return (
    <bdi>
      {parts.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other identity
        <Fragment key={at}>
          {at > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </bdi>
  );
}

function CopyButtons({ set }: { readonly set: LeakSet }) {
  const [copied, setCopied] = useState<'yes' | 'no' | null>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(set.people.map(({ name }) => name).join('\n'));
      setCopied('yes');
    } catch {
      setCopied('no');
    }
  };
  const save = (): void => {
    const url = URL.createObjectURL(new Blob([leakCsv(set.people)], { type: 'text/csv' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'shared-identities.csv';
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        Copy the names
      </button>
      <button type="button" onClick={save}>
        Save as CSV
      </button>
      {/* Always there, so that nothing jumps and what is said in it is heard. */}
      <span role="status" className={styles.copied}>
        {copied === 'yes' ? 'Copied.' : copied === 'no' ? 'This browser did not allow it.' : ''}
      </span>
    </>
  );
}

/** What became of excluding, and its way back. */
function Done({ check }: { readonly check: LeakCheck }) {
  const { excluded, problem, busy, undo } = check;
  return (
    <>
      {excluded !== null && (
        <div className={styles.done}>
          <span role="status">
            {formatItems(excluded.count, 'identity was', 'identities were')} excluded from training.
          </span>
          <button type="button" className={panel.small} disabled={busy} onClick={undo}>
            Undo
          </button>
        </div>
      )}
      {problem !== null && (
        <p role="alert" className={panel.problem}>
          {problem}
        </p>
      )}
    </>
  );
}
