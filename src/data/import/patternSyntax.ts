/**
 * Regular expressions as trees, for `patternSafety.ts`: only as much of them as a pattern over paths
 * needs. What is left out of it is refused by name.
 */

export type Node =
  /** One character; `mask` has a bit for every one it can be. */
  | { readonly kind: 'character'; readonly mask: bigint }
  /** `^`, `$`, `\b`: takes no character. */
  | { readonly kind: 'mark' }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | {
      readonly kind: 'repeat';
      readonly inner: Node;
      readonly least: number;
      readonly most: number;
    };

/** Why a pattern is refused, as the end of a sentence that begins with `The pattern`. */
export class PatternRefusal extends Error {}

const MARK: Node = { kind: 'mark' };

/** One token: an escape, a class, the start of a group, a quantifier, a character. */
function tokensOf(source: string, flags: string): readonly string[] {
  // Only with the flag are these one character, and not a letter that is repeated.
  const unicode = flags === 'u' ? 'u\\{[^}]*\\}|p\\{[^}]*\\}|' : '';
  const escaped = `\\\\(?:${unicode}u[\\da-f]{4}|x[\\da-f]{2}|c[a-z]|k<[^>]*>|\\d+|.)`;
  const group = '\\((?:\\?(?:<?[=!]|:|<[^>=!][^>]*>))?';
  const token = `${escaped}|\\[(?:\\\\.|[^\\]\\\\])*\\]|${group}|\\{\\d+(?:,\\d*)?\\}|.`;
  return source.match(new RegExp(token, 'gius')) ?? [];
}

const QUANTIFIER = /^(?:[*+?]|\{(\d+)(,(\d*))?\})$/;

class Parser {
  readonly #tokens: readonly string[];
  readonly #flags: string;
  readonly #alphabet: readonly string[];
  #at = 0;

  constructor(source: string, flags: string) {
    this.#tokens = tokensOf(source, flags);
    this.#flags = flags;
    const plain = Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code));
    // What else the pattern itself names, and one character each of some other alphabets.
    this.#alphabet = [...new Set([...plain, ...source, ...'λЖאع가王あ😀'])];
  }

  parse(): Node {
    const options = [this.#sequence()];
    while (this.#tokens[this.#at] === '|') {
      this.#at += 1;
      options.push(this.#sequence());
    }
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined || token === '|' || token === ')') break;
      this.#at += 1;
      parts.push(this.#repeated(this.#atom(token)));
    }
    return { kind: 'sequence', parts };
  }

  #atom(token: string): Node {
    if (token === '^' || token === '$' || /^\\b$/i.test(token)) return MARK;
    if (/^\(\?<?[=!]/.test(token))
      throw new PatternRefusal('looks ahead or behind with (?= or (?<');
    if (/^\\(k<|[1-9])/.test(token)) throw new PatternRefusal(`refers back with ${token}`);
    if (!token.startsWith('(')) return { kind: 'character', mask: this.#maskOf(token) };
    const inner = this.parse();
    this.#at += 1;
    return inner;
  }

  #repeated(node: Node): Node {
    const [all, exact, open, last] = QUANTIFIER.exec(this.#tokens[this.#at] ?? '') ?? [];
    if (all === undefined) return node;
    this.#at += 1;
    // Asking for few first changes the order in which ways are tried, not their number.
    if (this.#tokens[this.#at] === '?') this.#at += 1;
    if (exact === undefined) {
      return {
        kind: 'repeat',
        inner: node,
        least: all === '+' ? 1 : 0,
        most: all === '?' ? 1 : Number.POSITIVE_INFINITY,
      };
    }
    const least = Number(exact);
    const most = open === undefined ? least : last === '' ? Number.POSITIVE_INFINITY : Number(last);
    return { kind: 'repeat', inner: node, least, most };
  }

  #maskOf(token: string): bigint {
    const expression = new RegExp(`^(?:${token})$`, this.#flags);
    const bits = this.#alphabet.map((character) => (expression.test(character) ? '1' : '0'));
    return BigInt(`0b${bits.join('')}`);
  }
}

/**
 * @param source a valid regular expression
 * @param flags the flags it is compiled with: `u` or none
 * @throws PatternRefusal
 */
export function parsePattern(source: string, flags: string): Node {
  return new Parser(source, flags).parse();
}
