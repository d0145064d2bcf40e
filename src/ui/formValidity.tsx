/**
 * What a form knows of its fields. A field keeps a text that is no value in range as it was typed and
 * does not commit it; without this a form would go on with the value of before. Fields tell the scope
 * they stand in; the form asks `useFormValidity` why it cannot go on, and can have all that was typed
 * taken back.
 */
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useId,
  useLayoutEffect,
  useMemo,
  useState,
} from 'react';

interface Scope {
  /** Counts how often what was typed was taken back. */
  readonly edition: number;
  /** The label of a field that holds no value; `null` once it does. */
  tell(field: string, label: string | null): void;
}

/** Of a field that stands in no form. */
const NO_SCOPE: Scope = { edition: 0, tell: () => undefined };

const ScopeContext = createContext(NO_SCOPE);

export interface FormValidity {
  /** Why the form cannot go on: `Correct Difficulty first.`; `null` while all fields hold values. */
  readonly reason: string | null;
  /** Takes back what was typed and not committed, whether it is a value or not. */
  discard(): void;
  /** For `FormScope`. */
  readonly scope: Scope;
}

export function useFormValidity(): FormValidity {
  const [wrong, setWrong] = useState<ReadonlyMap<string, string>>(new Map());
  const [edition, setEdition] = useState(0);
  const tell = useCallback((field: string, label: string | null): void => {
    setWrong((before) => {
      const now = new Map(before);
      if (label === null) now.delete(field);
      else now.set(field, label);
      return now;
    });
  }, []);
  const scope = useMemo(() => ({ edition, tell }), [edition, tell]);
  const discard = useCallback(() => setEdition((now) => now + 1), []);
  return { reason: reasonOf([...wrong.values()]), discard, scope };
}

const LIST = new Intl.ListFormat('en-GB', { type: 'conjunction' });

function reasonOf(labels: readonly string[]): string | null {
  return labels.length === 0 ? null : `Correct ${LIST.format(labels)} first.`;
}

interface FormScopeProps {
  readonly form: FormValidity;
  readonly children: ReactNode;
}

/** Around the fields of a form. */
export function FormScope({ form, children }: FormScopeProps) {
  return <ScopeContext value={form.scope}>{children}</ScopeContext>;
}

/** For a field: changes when the form takes back what was typed. */
export function useFormEdition(): number {
  return useContext(ScopeContext).edition;
}

/** For a field: tells the form while what it holds is no value. */
export function useInvalid(label: string, invalid: boolean): void {
  const { tell } = useContext(ScopeContext);
  const field = useId();
  // A layout effect: the form's button is off in the same picture in which the field turns red.
  useLayoutEffect(() => {
    if (!invalid) return;
    tell(field, label);
    return () => tell(field, null);
  }, [tell, field, label, invalid]);
}
