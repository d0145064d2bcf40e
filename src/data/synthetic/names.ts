/**
 * Invented, pronounceable names for the generated people. A person's number and the seed decide the
 * name; different numbers give different names, and the people of a set are listed by name.
 */
import { STREAM, uniformInt } from '../../math/random';

const ONSET = 'B Br C D Dr F G H J K L M N P R S Sh T Th V'.split(' ');
const VOWEL = 'a e i o u'.split(' ');
const MIDDLE = 'b d k l ll m n nd r rr s t v z'.split(' ');
const ENDING = 'bel dan dra fin ko la lin ma mir na nor ra ris sha to va yo'.split(' ');

const SPACE = ONSET.length * VOWEL.length * MIDDLE.length * VOWEL.length * ENDING.length;
/** Shares no factor with SPACE, so that multiplying by it permutes the name space. */
const STRIDE = 74_699;

/** Unique among the persons 0 … 118,999 of one seed. */
export function personName(seed: number, person: number): string {
  // The draw stands at an index that no identity draw reaches.
  const offset = uniformInt(seed, STREAM.identity, 0, 0xffff_ffff, SPACE);
  let code = (person * STRIDE + offset) % SPACE;
  const take = (parts: readonly string[]): string => {
    const part = parts[code % parts.length] ?? '';
    code = Math.floor(code / parts.length);
    return part;
  };
  return take(ONSET) + take(VOWEL) + take(MIDDLE) + take(VOWEL) + take(ENDING);
}

export interface Person {
  readonly name: string;
  /** Number that decides the face; the same whatever the number of identities. */
  readonly person: number;
}

/** The people of a set, sorted by name (code units, as `<` compares). */
export function people(seed: number, count: number): readonly Person[] {
  const list: Person[] = [];
  for (let person = 0; person < count; person += 1) {
    list.push({ name: personName(seed, person), person });
  }
  return list.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
