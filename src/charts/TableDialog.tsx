/** The data table behind a chart, in a modal dialog; shows the moment it was opened. */
import { useEffect, useRef } from 'react';
import styles from './charts.module.css';
import type { TableModel } from './table';

export function TableDialog({
  table,
  onClose,
}: {
  readonly table: TableModel;
  readonly onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-label={table.caption} onClose={onClose}>
      <header className={styles.dialogHead}>
        <strong>{table.caption}</strong>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard. */}
      <section className={styles.tableScroll} aria-label="Values" tabIndex={0}>
        <table className={styles.table}>
          <caption className={styles.hidden}>{table.caption}</caption>
          <thead>
            <tr>
              {table.head.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(([step, ...values], row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the table never changes while open.
              <tr key={row}>
                <th scope="row">{step}</th>
                {values.map((value, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above.
                  <td key={column}>{value}</td>
                ))}
              </tr>
            ))}
            {table.rows.length === 0 && (
              <tr>
                <td colSpan={table.head.length}>No steps yet.</td>
              </tr>
            )}
          </tbody>
        </table>
      </section>
    </dialog>
  );
}
