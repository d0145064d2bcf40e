/**
 * A labelled number. What is typed is a draft until Enter or until the field is left; a draft that is
 * not a value in range stays as typed, with the sentence that says why, and is not committed. Escape
 * takes the draft back, and so does another value from outside. With `slider`, a range input under it
 * commits when it is let go. With `live`, a value in range is committed after a short pause already, for
 * forms that show what it would do; the text stays as it is being typed.
 */
import { useEffect, useEffectEvent, useId, useRef, useState } from 'react';
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
  /** What may be typed, where the number alone does not tell: `0 to 1`. */
  readonly aside?: string;
  readonly disabled?: boolean;
  /** A few words under the field. */
  readonly hint?: string;
  /** Commits while typing, too; whoever takes the value must show it at once. */
  readonly live?: boolean;
  readonly onCommit: (value: number) => void;
}

/** What was typed, and over what: once the field stands for another value, it is out of date. */
interface Typed {
  readonly text: string;
  readonly over: number;
  readonly edition: number;
  /** The value when the typing began, for Escape. */
  readonly first: number;
}

/** Without a key for so long, what stands there is looked at. Longer than between two keys of a number. */
const LIVE_MS = 300;

export function NumberField(props: NumberFieldProps) {
  const { label, value, range, whole = false, unit = null, step = 1, onCommit } = props;
  const id = useId();
  const edition = useFormEdition();
  const [typed, setTyped] = useState<Typed | null>(null);
  const current = typed?.over === value && typed.edition === edition ? typed : null;
  const draft = current?.text ?? null;
  const setDraft = (text: string | null): void =>
    setTyped(text === null ? null : { text, over: value, edition, first: current?.first ?? value });
  const reading = draft === null ? null : readNumber(draft, { label, range, whole, unit });
  const problem = reading?.kind === 'problem' ? reading.sentence : null;
  useInvalid(label, problem !== null);

  const commit = (): void => {
    if (draft === null || reading === null || reading.kind === 'problem') return;
    setDraft(null);
    if (reading.value !== value) onCommit(reading.value);
  };

  const ready = props.live === true && reading?.kind === 'value' ? reading.value : null;
  const commitLive = useEffectEvent((next: number): void => {
    if (current === null || next === value) return;
    setTyped({ ...current, over: next });
    onCommit(next);
  });
  useEffect(() => {
    if (ready === null) return;
    const timer = setTimeout(() => commitLive(ready), LIVE_MS);
    return () => clearTimeout(timer);
  }, [ready]);

  /** Back to the value before the typing, which a live field may have left. */
  const takeBack = (first: number): void => {
    setDraft(null);
    if (first !== value) onCommit(first);
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
        {props.aside !== undefined && <span className={styles.aside}>{props.aside}</span>}
      </span>
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
          else if (event.key === 'Escape' && current !== null) {
            event.preventDefault();
            event.stopPropagation();
            takeBack(current.first);
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
