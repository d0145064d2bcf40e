/**
 * Lists of people and how many images they have, as LFW publishes them: a count and that many lines,
 * or a number of folds, each with its own count; and the same as a table.
 */
import { splitAtEnd } from '../import/splitNames';
import type { Records } from './columnLists';
import {
  type FaceList,
  LineProblems,
  type ListedPerson,
  type PeopleList,
  quoted,
} from './faceList';
import {
  baseName,
  firstLines,
  hasImageExtension,
  type Line,
  linesOf,
  looksLikeImage,
  mostly,
} from './text';

/** What the name of a list says its people are for: `peopleDevTrain.txt`. */
function roleOf(fileName: string): PeopleList['role'] {
  const stem = baseName(fileName).replace(/\.[^.]*$/, '');
  const apart = stem.replace(/([a-z])([A-Z])/g, '$1 $2');
  const split = splitAtEnd(apart);
  return split === 'train' || split === 'test' ? split : null;
}

/** A name without white space at its ends, and a count, after a tab or the last space. */
function personIn(text: string): ListedPerson | null {
  const match = /^([^\t]*[^\t ])\s+(\d+)$/.exec(text);
  if (match === null || looksLikeImage(match[1]!)) return null;
  // A picture with numbers behind it: landmarks, a box.
  if (match[1]!.split(/\s+/).some(hasImageExtension)) return null;
  return { name: match[1]!, images: Number(match[2]) };
}

const LONE_NUMBER = /^\d+$/;

/** Folds, and the number of people that the count above each promised. */
class Folds {
  readonly folds: ListedPerson[][] = [];
  readonly #problems = new LineProblems();
  #promised: number | null = null;
  #line = 0;

  /** @param count the line above a fold, or `null` for a list without counts */
  begin(count: Line | null): void {
    this.end();
    this.folds.push([]);
    if (count === null) return;
    this.#promised = Number(count.text);
    this.#line = count.number;
  }

  add({ number, text }: Line): void {
    const person = personIn(text);
    if (person === null) {
      this.#problems.add(number, `${quoted(text)} is no name with a number of images.`);
    } else this.folds.at(-1)?.push(person);
  }

  /** Compares the last fold with its count. */
  end(): void {
    const found = this.folds.at(-1)?.length ?? 0;
    if (this.#promised !== null && found !== this.#promised) {
      this.#problems.add(
        this.#line,
        `The count of people is ${this.#promised}, but ${found} follow.`,
      );
    }
  }

  list(fileName: string, folds: number | null): PeopleList {
    this.end();
    if (folds !== null && folds !== this.folds.length) {
      this.#problems.add(1, `The list says ${folds} folds, but has ${this.folds.length}.`);
    }
    const role = roleOf(fileName);
    return { kind: 'people', role, folds: this.folds, ...this.#problems.parsed };
  }
}

/** `people.txt`, `peopleDevTrain.txt`: a lone number first. Also a plain list in a file named so. */
export function listOfPeople(text: string, fileName: string): FaceList | null {
  const start = firstLines(text, 50);
  const [first, second] = start;
  if (first === undefined || second === undefined) return null;
  const counted = LONE_NUMBER.test(first.text);
  const folded = counted && LONE_NUMBER.test(second.text);
  const sample = start.slice(folded ? 2 : counted ? 1 : 0);
  const fits = ({ text: line }: Line) => LONE_NUMBER.test(line) || personIn(line) !== null;
  if (!mostly(sample, fits)) return null;
  if (!counted && !isPlainList(start, fileName)) return null;
  const folds = new Folds();
  if (!counted) folds.begin(null);
  let lines = 0;
  for (const line of linesOf(text)) {
    lines += 1;
    if (folded && lines === 1) continue;
    if (counted && (lines === 1 || (folded && LONE_NUMBER.test(line.text)))) folds.begin(line);
    else folds.add(line);
  }
  return folds.list(fileName, folded ? Number(first.text) : null);
}

/** Names and counts are as common as words and frequencies: only a file that says so is taken. */
function isPlainList(start: readonly Line[], fileName: string): boolean {
  const people = start.map(({ text }) => personIn(text));
  const names = new Set(people.map((person) => person?.name));
  const counts = people.every((person) => person !== null && person.images! > 0);
  return /people|names|lfw/i.test(baseName(fileName)) && counts && names.size === people.length;
}

/** The table of the same: `name,images`. */
export function peopleOfColumns(
  header: readonly string[],
  { rows, lineOf, problems }: Records,
  fileName: string,
): PeopleList | null {
  const name = header.indexOf('name');
  const images = ['images', 'count', 'num_images', 'n_images']
    .map((column) => header.indexOf(column))
    .find((place) => place >= 0);
  if (name < 0 || images === undefined) return null;
  const people: ListedPerson[] = [];
  for (const [index, row] of rows.entries()) {
    if (row.length <= 1) continue;
    const person = (row[name] ?? '').trim();
    const count = Number((row[images] ?? '').trim() || 'none');
    // A fold begins with its number alone in front of a comma.
    if (person === '' || !Number.isInteger(count)) {
      problems.add(lineOf(index), `${quoted(row.join(','))} is no name with a number of images.`);
    } else people.push({ name: person, images: count });
  }
  return { kind: 'people', role: roleOf(fileName), folds: [people], ...problems.parsed };
}
