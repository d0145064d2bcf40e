/** Asks for a name, for a rename or a merge. */
import { useState } from 'react';
import styles from './inspect.module.css';

interface NameFormProps {
  readonly label: string;
  readonly first: string;
  readonly onName: (name: string) => void;
  readonly onCancel: () => void;
}

export function NameForm({ label, first, onName, onCancel }: NameFormProps) {
  const [name, setName] = useState(first);
  return (
    <form
      className={styles.tools}
      onSubmit={(event) => {
        event.preventDefault();
        onName(name);
      }}
    >
      <label className={styles.nameField}>
        {label}
        <input
          type="text"
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <button type="submit">{label === 'New name' ? 'Rename' : 'Merge'}</button>
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
    </form>
  );
}
