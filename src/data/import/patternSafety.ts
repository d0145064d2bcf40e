/**
 * Whether a regular expression can be let loose on half a million paths. An expression that a browser
 * tries in ever more ways (`(a+)+b`) would stop everything, and cannot be interrupted. So it is taken
 * apart beforehand and the ways are reckoned: there is a choice wherever the next character could both
 * go on with a repetition and leave it. A bound from above, in bits, for a path of 400 characters.
 */

import { type Node, PatternRefusal, parsePattern } from './patternSyntax';

/** Longer paths fit no pattern. */
export const LONGEST_PATH = 400;
/** Three open choices, one of them where the pattern may begin: some ten million steps at worst. */
const MOST_BITS = 27;
const BITS_OF_OPEN_CHOICE = 9;
/** A repetition up to here is taken for so many copies, any longer one for an open one. */
const SHORT = 16;
/** Characters and repetitions written out. */
const LARGEST = 5000;

/** Characters that a match of the node can begin with, and whether it can be empty. */
function firstOf(node: Node): { readonly mask: bigint; readonly empty: boolean } {
  switch (node.kind) {
    case 'character':
      return { mask: node.mask, empty: false };
    case 'mark':
      return { mask: 0n, empty: true };
    case 'repeat': {
      const { mask, empty } = firstOf(node.inner);
      return { mask, empty: empty || node.least === 0 };
    }
    case 'choice': {
      const all = node.options.map(firstOf);
      const mask = all.reduce((sum, option) => sum | option.mask, 0n);
      return { mask, empty: all.some(({ empty }) => empty) };
    }
    case 'sequence':
      return {
        mask: followOf(node.parts, 0n),
        empty: node.parts.every((part) => firstOf(part).empty),
      };
  }
}

/** Characters that can come next before `parts`, with `follow` behind them. */
function followOf(parts: readonly Node[], follow: bigint): bigint {
  let mask = 0n;
  for (const part of parts) {
    const first = firstOf(part);
    mask |= first.mask;
    if (!first.empty) return mask;
  }
  return mask | follow;
}

/** Bits of choice while a node is matched, with `follow` as what can come behind it. */
function bitsOf(node: Node, follow: bigint): number {
  switch (node.kind) {
    case 'character':
    case 'mark':
      return 0;
    case 'sequence':
      return node.parts.reduce((sum, part, index) => {
        return sum + bitsOf(part, followOf(node.parts.slice(index + 1), follow));
      }, 0);
    case 'choice':
      return bitsOfChoice(node.options, follow);
    case 'repeat':
      return bitsOfRepeat(node, follow);
  }
}

function bitsOfChoice(options: readonly Node[], follow: bigint): number {
  let [seen, overlap] = [0n, false];
  for (const option of options) {
    const first = followOf([option], follow);
    overlap ||= (seen & first) !== 0n;
    seen |= first;
  }
  const own = Math.max(...options.map((option) => bitsOf(option, follow)));
  return own + (overlap ? Math.ceil(Math.log2(options.length)) : 0);
}

function bitsOfRepeat(node: Node & { readonly kind: 'repeat' }, follow: bigint): number {
  const { inner, least, most } = node;
  const first = firstOf(inner);
  const again = most > 1 ? first.mask : 0n;
  const within = bitsOf(inner, again | follow);
  const leaves = least < most && (first.mask & follow) !== 0n;
  if (most > SHORT) {
    if (within > 0)
      throw new PatternRefusal('repeats something that is itself repeated, as (a+)+ does');
    return leaves ? BITS_OF_OPEN_CHOICE : 0;
  }
  return within * most + (leaves ? Math.ceil(Math.log2(most - least + 1)) : 0);
}

/** How large the expression is with its repetitions written out. */
function sizeOf(node: Node): number {
  switch (node.kind) {
    case 'character':
    case 'mark':
      return 1;
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + sizeOf(part), 1);
    case 'choice':
      return node.options.reduce((sum, option) => sum + sizeOf(option), 1);
    case 'repeat': {
      const most = Number.isFinite(node.most) ? node.most : node.least;
      return sizeOf(node.inner) * Math.max(1, most);
    }
  }
}

/**
 * @param source a valid regular expression
 * @param flags the flags it is compiled with: `u` or none
 * @throws PatternRefusal
 */
export function refuseCatastrophic(source: string, flags: string): void {
  const node = parsePattern(source, flags);
  if (sizeOf(node) > LARGEST) throw new PatternRefusal('repeats too much');
  const isAnchored = source.startsWith('^') && !source.includes('|');
  const anywhere = isAnchored ? 0 : BITS_OF_OPEN_CHOICE;
  if (bitsOf(node, 0n) + anywhere > MOST_BITS) {
    throw new PatternRefusal(
      'can be matched in too many ways; use [^_/]+ or \\d+ where it says .* or .+',
    );
  }
}
