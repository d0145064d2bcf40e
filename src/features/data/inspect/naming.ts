/** What a typed name would do, told before it is done: names that differ only in case are easily typed. */

export type Purpose = 'rename' | 'merge' | 'move';

export interface Naming {
  readonly purpose: Purpose;
  /** Whose images they are. */
  readonly own: readonly string[];
  /** Everybody's. */
  readonly names: readonly string[];
}

export interface NameAdvice {
  /** One sentence; empty where nothing needs to be said. */
  readonly sentence: string;
  /** A name that is there and was probably meant. */
  readonly instead: string | null;
  /** Whether it can be done. */
  readonly possible: boolean;
}

/** Names offered for what is typed, at most. */
const OFFERED = 50;

export function adviceOn(typed: string, { purpose, own, names }: Naming): NameAdvice {
  const name = typed.normalize('NFC').trim();
  if (name === '') return advice('', false);
  const others = names.filter((one) => !own.includes(one));
  if (own.includes(name) && purpose !== 'merge') {
    const sentence =
      purpose === 'move' ? `It is of ${name} already.` : `The name is ${name} already.`;
    return advice(sentence, false);
  }
  if (own.includes(name)) return advice('', true);
  if (others.includes(name)) return advice(purpose === 'move' ? '' : joined(name, purpose), true);
  const lower = name.toLowerCase();
  // Of one's own, another case is what a rename is for.
  const meant = (purpose === 'rename' ? others : names).find((one) => one.toLowerCase() === lower);
  if (meant !== undefined) {
    const sentence = `${name} would be ${purpose === 'merge' ? 'a new name' : 'a new identity'}: ${meant} is there already.`;
    return { sentence, instead: meant, possible: true };
  }
  if (purpose === 'rename') return advice('', true);
  return advice(`${name} is ${purpose === 'merge' ? 'a new name' : 'a new identity'}.`, true);
}

function joined(name: string, purpose: 'rename' | 'merge'): string {
  return purpose === 'rename'
    ? `${name} is there already: the two become one.`
    : `${name} is there already, and they join.`;
}

function advice(sentence: string, possible: boolean): NameAdvice {
  return { sentence, instead: null, possible };
}

/** Names to choose from: those that contain what is typed, those that begin with it first. */
export function offered(typed: string, names: readonly string[]): readonly string[] {
  const text = typed.trim().toLowerCase();
  const first: string[] = [];
  const others: string[] = [];
  for (const name of names) {
    const at = text === '' ? 0 : name.toLowerCase().indexOf(text);
    if (at === 0) first.push(name);
    else if (at > 0 && others.length < OFFERED) others.push(name);
    if (first.length === OFFERED) break;
  }
  return [...first, ...others].slice(0, OFFERED);
}
