/** A tick box of the toolbar. `name` is what is read out where the label alone would not say enough. */
import styles from './curves.module.css';

export function Check({
  label,
  name,
  on,
  set,
}: {
  readonly label: string;
  readonly name?: string;
  readonly on: boolean;
  readonly set: (on: boolean) => void;
}) {
  return (
    <label className={styles.control}>
      <input
        type="checkbox"
        aria-label={name}
        checked={on}
        onChange={(event) => set(event.target.checked)}
      />
      {label}
    </label>
  );
}
