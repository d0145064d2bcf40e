/** A panel's head line, with a few words at the right, and a collapsible group of fields. */
import type { ReactNode } from 'react';
import styles from './Section.module.css';

interface HeadProps {
  readonly title: string;
  readonly note?: ReactNode;
}

export function SectionHead({ title, note }: HeadProps) {
  return (
    <header className={styles.head}>
      <h2>{title}</h2>
      {note !== undefined && <span className={styles.note}>{note}</span>}
    </header>
  );
}

interface FoldProps {
  readonly title: ReactNode;
  readonly note?: ReactNode;
  /** How it is at first; closed where absent. */
  readonly open?: boolean;
  readonly children: ReactNode;
}

export function Fold({ title, note, open, children }: FoldProps) {
  return (
    <details className={styles.fold} open={open}>
      <summary>
        <span>{title}</span>
        {note !== undefined && <span className={styles.note}>{note}</span>}
      </summary>
      <div className={styles.inside}>{children}</div>
    </details>
  );
}
