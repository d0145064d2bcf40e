/**
 * The pattern that tells people apart by file names, with what it makes of some of them while it is typed.
 * What cannot be a pattern goes no further, and the form cannot go on with it; why is told once the person
 * pauses, not with each key.
 */
import { useEffect, useEffectEvent, useId, useMemo, useState } from 'react';
import type { FilesPreview } from '../../bridge/protocol';
import { checkPattern } from '../../data/import/namePattern';
import { formatCount, formatItems } from '../../ui/format';
import { useInvalid } from '../../ui/formValidity';
import styles from './DataPanel.module.css';

interface PatternFieldProps {
  /** A pattern to begin with, where file names tell who is who. */
  readonly suggested: string | null;
  readonly pattern: string | null;
  /** What the pattern makes of the files; `null` while that is not known. */
  readonly preview: Pick<FilesPreview, 'examples' | 'fit'> | null;
  /** Why a pattern that is one cannot be used on these files. */
  readonly problem: string | null;
  readonly onCommit: (pattern: string | null) => void;
}

const LABEL = 'Pattern for paths';

/** Without a key for so long, what stands there is tried on the files. */
const LIVE_MS = 300;

export function PatternField(props: PatternFieldProps) {
  const { suggested, pattern, onCommit } = props;
  const id = useId();
  const [draft, setDraft] = useState(pattern ?? '');
  const next = draft.trim() === '' ? null : draft;
  const wrong = useMemo(() => (next === null ? null : checkPattern(next)), [next]);
  useInvalid(LABEL, wrong !== null);
  // What is told of a pattern that is none, as of the last pause.
  const [told, setTold] = useState(wrong);
  if (wrong === null && told !== null) setTold(null);
  const commit = (): void => {
    setTold(wrong);
    if (wrong === null && next !== pattern) onCommit(next);
  };
  const commitLive = useEffectEvent(commit);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every key begins the pause anew
  useEffect(() => {
    const timer = setTimeout(() => commitLive(), LIVE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  const current = next === pattern;
  const tried = current ? props.problem : null;
  const why = told === null ? null : `${told} ${REMEDY}`;
  const problem = wrong === null ? tried : why;
  // Until the files were looked at again, what was known stands there pale: nothing below jumps.
  const [known, setKnown] = useState(props.preview);
  if (props.preview !== null && props.preview !== known) setKnown(props.preview);
  const preview = problem === null ? known : null;
  const stale = !current || props.preview === null;
  const fit = preview === null ? null : fitText(preview.fit);
  return (
    <div className={styles.pattern}>
      <label htmlFor={id}>{LABEL}</label>
      <input
        id={id}
        type="text"
        spellCheck={false}
        autoComplete="off"
        maxLength={300}
        placeholder={suggested ?? 'by folders and names'}
        value={draft}
        aria-invalid={wrong !== null || problem !== null}
        aria-describedby={problem === null ? `${id}-note` : `${id}-problem`}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
        }}
      />
      {problem !== null && (
        <p id={`${id}-problem`} role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <p id={`${id}-note`} className={styles.aside}>
        A regular expression; its first group is the person. Empty: folders, lists and the usual
        ways of naming files decide.
      </p>
      {fit !== null && (
        <p role="status" aria-busy={stale} className={styles.aside}>
          {fit}
        </p>
      )}
      {preview !== null && preview.examples.length > 0 && (
        <table aria-busy={stale}>
          <thead>
            <tr>
              <th scope="col">file</th>
              <th scope="col">person</th>
            </tr>
          </thead>
          <tbody>
            {preview.examples.map(({ path, identity }) => (
              <tr key={path}>
                <td>
                  <bdi>{path}</bdi>
                </td>
                <td>
                  <bdi>{identity}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

const REMEDY = 'Change the pattern, or leave it empty.';

/** Strays that are named. */
const NAMED = 2;

/** `All 24 paths fit.`, or how many do not, and who decides then; `null` without a pattern. */
function fitText(fit: FilesPreview['fit']) {
  if (fit === null) return null;
  const { looked, unmatched, strays } = fit;
  if (unmatched === 0) return `All ${formatItems(looked, 'path')} fit.`;
  if (unmatched === looked) return 'No path fits: folders and names decide, as without a pattern.';
  return (
    <>
      {formatCount(unmatched)} of {formatItems(looked, 'path')} do not fit; for those, folders and
      names decide:
      {strays.slice(0, NAMED).map((path) => (
        <bdi key={path}> {path}</bdi>
      ))}
      {unmatched > NAMED && ' …'}
    </>
  );
}
