/**
 * A labelled number. What is typed is a draft until Enter or until the field is left; a draft that is
 * not a value in range stays as typed, with the sentence that says why, and is not committed. Escape
 * takes the draft back, and so does another value from outside. With `slider`, a range input under it
 * commits when it is let go.
 */
import { useEffect, useId, useRef, useState } from 'react';
import styles from './Field.module.css';
import { useFormEdition, useInvalid } from './formValidity';
import { closeUnit, nudge, readNumber } from './numberText';

export interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly range: readonly [minimum: number, maximum: number];
  readonly whole?: boolean;
  readonly unit?: string;
  /** What an arrow key adds; `log` walks 1, 2, 5, 10. */
  readonly step?: number | 'log';
  /** A slider over this part of the range. */
  readonly slider?: readonly [minimum: number, maximum: number];
  /** A word after the label: `live`. */
  readonly tag?: string;
  readonly disabled?: boolean;
  /** A few words under the field. */
  readonly hint?: string;
  readonly onCommit: (value: number) => void;
}

/** What was typed, and over what: once the field stands for another value, it is out of date. */
interface Typed {
  readonly text: string;
  readonly over: number;
  readonly edition: number;
}

export function NumberField(props: NumberFieldProps) {
  const { label, value, range, whole = false, unit = null, step = 1, onCommit } = props;
  const id = useId();
  const edition = useFormEdition();
  const [typed, setTyped] = useState<Typed | null>(null);
  const draft = typed?.over === value && typed.edition === edition ? typed.text : null;
  const setDraft = (text: string | null): void =>
    setTyped(text === null ? null : { text, over: value, edition });
  const reading = draft === null ? null : readNumber(draft, { label, range, whole, unit });
  const problem = reading?.kind === 'problem' ? reading.sentence : null;
  useInvalid(label, problem !== null);

  const commit = (): void => {
    if (draft === null || reading === null || reading.kind === 'problem') return;
    setDraft(null);
    if (reading.value !== value) onCommit(reading.value);
  };

  const press = (direction: 1 | -1): void => {
    const from = reading?.kind === 'value' ? reading.value : value;
    setDraft(String(nudge(from, direction, { range, step })));
  };

  return (
    <div className={styles.field} data-invalid={problem === null ? undefined : true}>
      <span className={styles.label}>
        <label htmlFor={id}>{label}</label>
        {props.tag !== undefined && <span className={styles.tag}>{props.tag}</span>}
      </span>
      <span className={styles.control}>
        <input
          id={id}
          type="number"
          step="any"
          min={range[0]}
          max={range[1]}
          inputMode={whole ? 'numeric' : 'decimal'}
          autoComplete="off"
          disabled={props.disabled}
          value={draft ?? String(value)}
          aria-invalid={problem !== null}
          aria-describedby={problem === null && props.hint === undefined ? undefined : `${id}-note`}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit();
            else if (event.key === 'Escape' && draft !== null) {
              event.preventDefault();
              event.stopPropagation();
              setDraft(null);
            } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
              event.preventDefault();
              press(event.key === 'ArrowUp' ? 1 : -1);
            }
          }}
        />
        {unit !== null && (
          <span className={styles.unit} data-close={closeUnit(unit) || undefined}>
            {unit}
          </span>
        )}
      </span>
      {props.slider !== undefined && (
        <Slider
          label={label}
          value={reading?.kind === 'value' ? reading.value : value}
          range={props.slider}
          step={whole || step === 'log' ? 1 : step}
          disabled={props.disabled === true}
          onDraft={(next) => setDraft(String(next))}
          onCommit={(next) => {
            setDraft(null);
            if (next !== value) onCommit(next);
          }}
        />
      )}
      {problem !== null ? (
        <p id={`${id}-note`} role="alert" className={styles.problem}>
          {problem}
        </p>
      ) : (
        props.hint !== undefined && (
          <p id={`${id}-note`} className={styles.hint}>
            {props.hint}
          </p>
        )
      )}
    </div>
  );
}

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly range: readonly [minimum: number, maximum: number];
  readonly step: number;
  readonly disabled: boolean;
  readonly onDraft: (value: number) => void;
  readonly onCommit: (value: number) => void;
}

/** React's onChange is the native `input` event; only the native `change` tells that it was let go. */
function Slider({ label, value, range, step, disabled, onDraft, onCommit }: SliderProps) {
  const input = useRef<HTMLInputElement>(null);
  const commit = useRef(onCommit);
  useEffect(() => {
    commit.current = onCommit;
  });
  useEffect(() => {
    const element = input.current;
    if (element === null) return;
    const letGo = (): void => commit.current(element.valueAsNumber);
    element.addEventListener('change', letGo);
    return () => element.removeEventListener('change', letGo);
  }, []);
  return (
    <input
      ref={input}
      type="range"
      aria-label={`${label}, slider`}
      min={range[0]}
      max={range[1]}
      step={step}
      disabled={disabled}
      value={value}
      onChange={(event) => onDraft(event.target.valueAsNumber)}
    />
  );
}
