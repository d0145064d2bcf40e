/** Asks for a name: of a person, of people who are one, of whom an image shows. Says what it would do. */
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { onEscape } from './escape';
import styles from './inspect.module.css';
import { adviceOn, type Naming, offered } from './naming';

interface NameFormProps {
  readonly naming: Naming;
  readonly label: string;
  readonly first: string;
  readonly onName: (name: string) => void;
  readonly onCancel: () => void;
}

const DO = { rename: 'Rename', merge: 'Merge', move: 'Move' } as const;

export function NameForm({ naming, label, first, onName, onCancel }: NameFormProps) {
  const [name, setName] = useState(first);
  const field = useRef<HTMLInputElement>(null);
  const list = useId();
  const { purpose, names } = naming;
  const { sentence, instead, possible } = adviceOn(name, naming);
  // Of a new name nobody else's is a hint.
  const choices = useMemo(
    () => (purpose === 'rename' ? null : offered(name, names)),
    [purpose, name, names],
  );
  useEffect(() => {
    const before = document.activeElement;
    field.current?.focus();
    field.current?.select();
    return () => {
      // Unless it went elsewhere meanwhile, as to what the next name is asked for.
      const lost = document.activeElement === document.body;
      if (lost && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <form
      className={styles.tools}
      onSubmit={(event) => {
        event.preventDefault();
        if (possible) onName(name);
      }}
    >
      <label className={styles.nameField}>
        <bdi>{label}</bdi>
        <input
          ref={field}
          type="text"
          maxLength={200}
          value={name}
          list={choices === null ? undefined : list}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={onEscape(onCancel)}
        />
      </label>
      {choices !== null && (
        <datalist id={list}>
          {choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
      <button type="submit" disabled={!possible}>
        {DO[purpose]}
      </button>
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
      <p role="status" className={styles.advice}>
        {sentence}{' '}
        {instead !== null && (
          <button type="button" onClick={() => setName(instead)}>
            Take {instead}
          </button>
        )}
      </p>
    </form>
  );
}
