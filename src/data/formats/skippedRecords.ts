/** What is left out of a set of millions of records: the first hundred by name, the others counted. */
import type { SkippedMember } from './archive';

/** What a record is called that has only a number: `0000017`. */
export function recordPath(number: number): string {
  return String(number).padStart(7, '0');
}

const MOST_LISTED = 100;

export class SkippedRecords {
  readonly #listed: SkippedMember[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @param reason one sentence */
  add(path: string, reason: string): void {
    this.#count += 1;
    if (this.#listed.length < MOST_LISTED) this.#listed.push({ path, reason });
  }

  toList(): readonly SkippedMember[] {
    const others = this.#count - this.#listed.length;
    if (others === 0) return this.#listed;
    const reason = `${others} more could not be used, for reasons like those before.`;
    return [...this.#listed, { path: '…', reason }];
  }
}
