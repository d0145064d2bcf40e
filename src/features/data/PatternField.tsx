/** The pattern that tells people apart by file names, with what it makes of some of them. */
import { useId, useState } from 'react';
import type { FilesPreview } from '../../bridge/protocol';
import { formatCount, formatItems } from '../../ui/format';
import styles from './DataPanel.module.css';

interface PatternFieldProps {
  /** A pattern to begin with, where file names tell who is who. */
  readonly suggested: string | null;
  readonly pattern: string | null;
  /** What the pattern makes of the files; `null` while that is not known. */
  readonly preview: Pick<FilesPreview, 'examples' | 'fit'> | null;
  /** Why it cannot be used. */
  readonly problem: string | null;
  readonly onCommit: (pattern: string | null) => void;
}

export function PatternField(props: PatternFieldProps) {
  const { suggested, pattern, preview, problem, onCommit } = props;
  const id = useId();
  const [draft, setDraft] = useState(pattern ?? '');
  const commit = (): void => {
    const next = draft.trim() === '' ? null : draft;
    if (next !== pattern) onCommit(next);
  };
  const fit = preview === null ? null : fitText(preview.fit);
  return (
    <div className={styles.pattern}>
      <label htmlFor={id}>Pattern for paths</label>
      <input
        id={id}
        type="text"
        spellCheck={false}
        autoComplete="off"
        maxLength={300}
        placeholder={suggested ?? 'by folders and names'}
        value={draft}
        aria-invalid={problem !== null}
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
        <p role="status" className={styles.aside}>
          {fit}
        </p>
      )}
      {preview !== null && preview.examples.length > 0 && (
        <table>
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
