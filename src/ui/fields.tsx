/** The other labelled fields: a choice from a list and a switch. They commit at once. */
import { useId } from 'react';
import styles from './Field.module.css';

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

interface SelectFieldProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly Choice<T>[];
  readonly disabled?: boolean;
  readonly hint?: string;
  readonly onCommit: (value: T) => void;
}

export function SelectField<T extends string>(props: SelectFieldProps<T>) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{props.label}</label>
      <select
        id={id}
        value={props.value}
        disabled={props.disabled}
        aria-describedby={props.hint === undefined ? undefined : `${id}-note`}
        onChange={(event) => {
          const choice = props.choices.find(({ value }) => value === event.target.value);
          if (choice !== undefined) props.onCommit(choice.value);
        }}
      >
        {props.choices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      {props.hint !== undefined && (
        <p id={`${id}-note`} className={styles.hint}>
          {props.hint}
        </p>
      )}
    </div>
  );
}

interface SwitchFieldProps {
  readonly label: string;
  readonly value: boolean;
  readonly disabled?: boolean;
  readonly onCommit: (value: boolean) => void;
}

export function SwitchField({ label, value, disabled, onCommit }: SwitchFieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="checkbox"
        checked={value}
        disabled={disabled}
        onChange={(event) => onCommit(event.target.checked)}
      />
    </div>
  );
}
