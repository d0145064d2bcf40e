/**
 * WGSL with loops that are written out before it is compiled. Kernels that keep a tile in registers
 * need every element of it under a name of its own: an array with a running index would live in memory,
 * and WGSL has no macros. A kernel file stays one readable text; this makes the long form of it.
 *
 * In a line: `$NAME` and `${expression}` become a whole number (or a word given as a value).
 * Lines of their own: `#for i in 0..N` … `#end` (the end excluded), `#if expression` … `#else` …
 * `#end`. Expressions have whole numbers, names, `+ - * / %`, `< <= > >= == !=`, `&& || !` and
 * brackets; `/` rounds down, a comparison gives 1 or 0.
 */
export type TemplateValues = Readonly<Record<string, number | string | boolean>>;

interface Line {
  readonly kind: 'text';
  readonly text: string;
}

interface Loop {
  readonly kind: 'for';
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly body: readonly Node[];
}

interface Choice {
  readonly kind: 'if';
  readonly condition: string;
  readonly then: readonly Node[];
  readonly otherwise: readonly Node[];
}

type Node = Line | Loop | Choice;

/** Parsed sources: every plan asks for the same few files. */
const parsed = new Map<string, readonly Node[]>();

/**
 * The long form of `source`.
 * @throws SyntaxError naming the directive, expression or name that cannot be understood
 */
export function expand(source: string, values: TemplateValues): string {
  let nodes = parsed.get(source);
  if (nodes === undefined) {
    nodes = parse(source);
    parsed.set(source, nodes);
  }
  const lines: string[] = [];
  write(nodes, new Map(Object.entries(values)), lines);
  return lines.join('\n');
}

type Scope = ReadonlyMap<string, number | string | boolean>;

function write(nodes: readonly Node[], scope: Scope, lines: string[]): void {
  for (const node of nodes) {
    switch (node.kind) {
      case 'text':
        lines.push(substitute(node.text, scope));
        break;
      case 'for': {
        const to = evaluate(node.to, scope);
        const inner = new Map(scope);
        for (let index = evaluate(node.from, scope); index < to; index += 1) {
          inner.set(node.name, index);
          write(node.body, inner, lines);
        }
        break;
      }
      case 'if':
        write(evaluate(node.condition, scope) === 0 ? node.otherwise : node.then, scope, lines);
        break;
    }
  }
}

function substitute(text: string, scope: Scope): string {
  if (!text.includes('$')) return text;
  return text.replaceAll(/\$(?:\{([^}]*)\}|([A-Za-z_]\w*))/g, (_, expression, name) => {
    const word = expression ?? name;
    const value = scope.get(word);
    return typeof value === 'string' ? value : String(evaluate(word, scope));
  });
}

function parse(source: string): readonly Node[] {
  const root: Node[] = [];
  const open: { readonly node: Loop | Choice; readonly outer: Node[]; body: Node[] }[] = [];
  let current = root;
  for (const text of source.split('\n')) {
    const directive = /^\s*#(\w+)\s*(.*?)\s*$/.exec(text);
    if (directive === null) {
      current.push({ kind: 'text', text });
      continue;
    }
    const [, word, rest] = directive;
    if (word === 'for' || word === 'if') {
      const body: Node[] = [];
      const node = word === 'for' ? loop(rest!, body) : choice(rest!, body);
      current.push(node);
      open.push({ node, outer: current, body });
      current = body;
    } else if (word === 'else' && open.at(-1)?.node.kind === 'if') {
      current = (open.at(-1)!.node as Choice).otherwise as Node[];
    } else if (word === 'end' && open.length > 0) {
      current = open.pop()!.outer;
    } else {
      throw new SyntaxError(`template: "${text.trim()}" fits nothing before it`);
    }
  }
  if (open.length > 0) throw new SyntaxError(`template: #${open.at(-1)!.node.kind} without #end`);
  return root;
}

function loop(rest: string, body: Node[]): Loop {
  const match = /^(\w+) in (.+)\.\.(.+)$/.exec(rest);
  if (match === null) throw new SyntaxError(`template: "#for ${rest}" is not "#for i in a..b"`);
  return { kind: 'for', name: match[1]!, from: match[2]!, to: match[3]!, body };
}

function choice(condition: string, then: Node[]): Choice {
  return { kind: 'if', condition, then, otherwise: [] };
}

/** Operators by how tightly they bind, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** The value of an expression; a template has no other numbers than whole ones. */
export function evaluate(expression: string, scope: Scope): number {
  const tokens = expression.match(/\d+|\w+|<=|>=|==|!=|&&|\|\||[-+*/%<>!()]|\S/g) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new SyntaxError(`template: cannot read "${expression}" at "${tokens[at] ?? 'its end'}"`);
  };
  const binary = (level: number): number => {
    if (level === LEVELS.length) return unary();
    let left = binary(level + 1);
    while (LEVELS[level]!.includes(tokens[at] ?? '')) {
      const operator = tokens[at]!;
      at += 1;
      left = apply(operator, left, binary(level + 1));
    }
    return left;
  };
  const unary = (): number => {
    const token = tokens[at] ?? fail();
    at += 1;
    if (token === '-') return -unary();
    if (token === '!') return unary() === 0 ? 1 : 0;
    if (token === '(') {
      const value = binary(0);
      if (tokens[at] !== ')') fail();
      at += 1;
      return value;
    }
    if (/^\d+$/.test(token)) return Number(token);
    const value = scope.get(token);
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') return value ? 1 : 0;
    throw new SyntaxError(`template: "${token}" in "${expression}" has no value`);
  };
  const value = binary(0);
  if (at < tokens.length) fail();
  return value;
}

function apply(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return Math.floor(left / right);
    case '%':
      return left % right;
    case '<':
      return left < right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
    case '==':
      return left === right ? 1 : 0;
    case '!=':
      return left !== right ? 1 : 0;
    case '&&':
      return left !== 0 && right !== 0 ? 1 : 0;
    default:
      return left !== 0 || right !== 0 ? 1 : 0;
  }
}
