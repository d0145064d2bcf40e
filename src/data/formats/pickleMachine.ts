/**
 * The stack, the marks and the memory of a pickle, each with its limit, and the strings that are put on
 * the stack: short ones themselves, long ones as their place in the file.
 */
import { globalOf } from './pickleGlobals';
import { damagedPickle, type PickleReader } from './pickleReader';
import { decodeString, LONGEST_KEPT, type StringEncoding } from './pickleStrings';
import { PickleList, PickleString, PickleTuple, type PickleValue } from './pickleValues';

/** Python writes lists in portions of 1000; a tuple lies on the stack as a whole. */
const DEEPEST_STACK = 1 << 18;
/** Lists and tuples that lie in each other. */
const MOST_OPEN = 1 << 10;
/** A map of JavaScript holds some 2²⁴ entries. */
const MOST_REMEMBERED = 1 << 23;
const utf8 = new TextDecoder();

/** A short string as characters, one each for what are bytes. */
function charactersOf(
  bytes: Uint8Array<ArrayBuffer>,
  type: PickleString['type'],
  encoding: StringEncoding,
): string {
  if (type === 'text' && encoding === 'utf8') return utf8.decode(bytes);
  return String.fromCharCode(...decodeString(bytes, encoding));
}

export class PickleMachine {
  readonly reader: PickleReader;
  readonly #stack: PickleValue[] = [];
  /** Heights of the stack at which a tuple or a portion of a list began. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(reader: PickleReader) {
    this.reader = reader;
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= DEEPEST_STACK) {
      throw damagedPickle(`The pickle puts more than ${DEEPEST_STACK} values on its stack.`);
    }
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.length > (this.#marks.at(-1) ?? 0) ? this.#stack.pop() : undefined;
    if (value === undefined) {
      throw damagedPickle(`The pickle takes a value that is not there, at byte ${this.#at}.`);
    }
    return value;
  }

  peek(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  mark(): void {
    if (this.#marks.length >= MOST_OPEN) {
      throw damagedPickle(`The pickle opens more than ${MOST_OPEN} lists in each other.`);
    }
    this.#marks.push(this.#stack.length);
  }

  /** Everything above the last mark, which is removed. */
  popToMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) {
      throw damagedPickle(`The pickle closes a list that it has not opened, at byte ${this.#at}.`);
    }
    return this.#stack.splice(mark);
  }

  popTuple(length: number): void {
    const items = Array.from({ length }, () => this.pop());
    this.push(new PickleTuple(items.reverse()));
  }

  append(values: readonly PickleValue[]): void {
    const list = this.peek();
    if (!(list instanceof PickleList)) {
      throw damagedPickle(`The pickle adds to something that is no list, at byte ${this.#at}.`);
    }
    for (const value of values) list.items.push(value);
  }

  remember(key: number): void {
    if (!Number.isSafeInteger(key) || key < 0 || this.#memo.size >= MOST_REMEMBERED) {
      throw damagedPickle(`The pickle remembers a value as number ${key}, at byte ${this.#at}.`);
    }
    this.#memo.set(key, this.peek());
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(key: number): void {
    const value = this.#memo.get(key);
    if (value === undefined) {
      throw damagedPickle(`The pickle recalls number ${key}, which it has not remembered.`);
    }
    this.push(value);
  }

  /** A string of `length` bytes that follows: kept where it is short, passed over where it is long. */
  string(type: PickleString['type'], length: number): void {
    const { reader } = this;
    const encoding = type === 'text' ? 'utf8' : 'raw';
    const place = { offset: reader.position, length, encoding } as const;
    if (length > LONGEST_KEPT) {
      reader.skip(length);
      this.push(new PickleString(type, place, null));
    } else {
      const kept = charactersOf(reader.bytes(length), type, encoding);
      this.push(new PickleString(type, place, kept));
    }
  }

  /** The same where the end of the line ends it. */
  async stringLine(type: 'text' | 'str'): Promise<void> {
    const { reader } = this;
    const encoding = type === 'text' ? 'unicode-line' : 'literal';
    const offset = reader.position;
    const { ahead } = reader;
    const length = await reader.skipLine();
    const kept =
      length > LONGEST_KEPT ? null : charactersOf(ahead.slice(0, length), type, encoding);
    this.push(new PickleString(type, { offset, length, encoding }, kept));
  }

  global(module: PickleValue, name: PickleValue): void {
    const isText = module instanceof PickleString && name instanceof PickleString;
    if (!isText || module.kept === null || name.kept === null) {
      throw damagedPickle(`The pickle asks for a name that is no text, at byte ${this.#at}.`);
    }
    this.push(globalOf(module.kept, name.kept));
  }

  get #at(): number {
    return this.reader.position - 1;
  }
}
