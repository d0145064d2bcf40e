/**
 * Python's literals as far as headers of NumPy files use them: dictionaries with text keys, tuples,
 * lists, text without escapes, whole numbers, True, False and None. Nothing is evaluated.
 */

export type PythonLiteral =
  | string
  | number
  | boolean
  | null
  | readonly PythonLiteral[]
  | ReadonlyMap<string, PythonLiteral>;

/** A header of NumPy is three deep: a dictionary of a list of tuples. */
const DEEPEST = 8;
const TOKEN =
  /\s*(?:([{}()[\]:,])|(True|False|None)\b|([+-]?\d{1,17})L?\b|'([^'\\]*)'|"([^"\\]*)")/y;
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };
const WORDS: Readonly<Record<string, PythonLiteral>> = { True: true, False: false, None: null };

type Token = { readonly sign: string } | { readonly value: PythonLiteral };

/** The tokens of a text, or `null` where something in it is none. */
function tokensOf(text: string): Token[] | null {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (match === null) return null;
    const [, sign, word, number, single, double] = match;
    if (sign !== undefined) tokens.push({ sign });
    else if (word !== undefined) tokens.push({ value: WORDS[word] ?? null });
    else if (number !== undefined) tokens.push({ value: Number(number) });
    else tokens.push({ value: single ?? double ?? '' });
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** The next value; `undefined` where there is none. */
  value(depth: number): PythonLiteral | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || depth > DEEPEST) return undefined;
    this.#at += 1;
    if ('value' in token) return token.value;
    const end = CLOSING[token.sign];
    if (end === undefined) return undefined;
    return end === '}' ? this.#dictionary(depth) : this.#sequence(end, depth);
  }

  /** One value in parentheses without a comma is that value, but no header depends on it. */
  #sequence(end: string, depth: number): PythonLiteral | undefined {
    const items: PythonLiteral[] = [];
    while (!this.#takes(end)) {
      const item = this.value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      if (!this.#takes(',') && !this.#isNext(end)) return undefined;
    }
    return items;
  }

  #dictionary(depth: number): PythonLiteral | undefined {
    const entries = new Map<string, PythonLiteral>();
    while (!this.#takes('}')) {
      const key = this.value(depth + 1);
      const value = this.#takes(':') ? this.value(depth + 1) : undefined;
      if (typeof key !== 'string' || value === undefined) return undefined;
      entries.set(key, value);
      if (!this.#takes(',') && !this.#isNext('}')) return undefined;
    }
    return entries;
  }

  #isNext(sign: string): boolean {
    const token = this.#tokens[this.#at];
    return token !== undefined && 'sign' in token && token.sign === sign;
  }

  #takes(sign: string): boolean {
    const isNext = this.#isNext(sign);
    if (isNext) this.#at += 1;
    return isNext;
  }
}

/** The value a text stands for, `undefined` where it is no literal of these kinds. */
export function parsePythonLiteral(text: string): PythonLiteral | undefined {
  const tokens = tokensOf(text);
  if (tokens === null) return undefined;
  const parser = new Parser(tokens);
  const value = parser.value(0);
  return parser.isAtEnd ? value : undefined;
}
