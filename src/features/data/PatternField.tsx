/** The pattern that tells people apart by file names, with what it makes of some of them. */
import { useId, useState } from 'react';
import styles from './DataPanel.module.css';

interface PatternFieldProps {
  /** A pattern to begin with, where file names tell who is who. */
  readonly suggested: string | null;
  readonly pattern: string | null;
  readonly examples: readonly { readonly path: string; readonly identity: string }[];
  readonly onCommit: (pattern: string | null) => void;
}

export function PatternField({ suggested, pattern, examples, onCommit }: PatternFieldProps) {
  const id = useId();
  const [draft, setDraft] = useState(pattern ?? '');
  const commit = (): void => {
    const next = draft.trim() === '' ? null : draft;
    if (next !== pattern) onCommit(next);
  };
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
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
        }}
      />
      <p className={styles.aside}>
        A regular expression; its first group is the person. Empty: folders, lists and the usual
        ways of naming files decide.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">file</th>
            <th scope="col">person</th>
          </tr>
        </thead>
        <tbody>
          {examples.map(({ path, identity }) => (
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
    </div>
  );
}
