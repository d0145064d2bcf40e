/** How a pickle is told by its first bytes, apart from its reader, which loads when it is needed. */
import { OP } from './pickleOpcodes';

/** Of a list, a tuple, or a NumPy array by its name. */
const FIRST_OPERATIONS: ReadonlySet<number> = new Set([
  OP.EMPTY_LIST,
  OP.MARK,
  OP.GLOBAL,
  OP.SHORT_BINUNICODE,
]);

/**
 * Whether a file begins like a pickle that may be a pack. Protocols 2 to 5 have a mark of their own,
 * followed by what a list or a tuple begins with; protocols 0 and 1 have none, so that for them the
 * first operations of a pair of lists, as Python writes them, must be there.
 *
 * @param head the first 32 bytes or more
 */
export function looksLikePickle(head: Uint8Array): boolean {
  const start = String.fromCharCode(...head.subarray(0, 32));
  if (/^\(\(lp\d+\n/.test(start) || start.startsWith('(]q\0')) return true;
  const protocol = head[1] ?? 0;
  if (head[0] !== OP.PROTO || protocol < 2 || protocol > 5) return false;
  // A frame and its length come between the protocol and the value from protocol 4 on.
  const first = head[protocol >= 4 && head[2] === OP.FRAME ? 11 : 2];
  return FIRST_OPERATIONS.has(first ?? OP.STOP);
}
