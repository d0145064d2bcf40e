/** The one failure of `losses/`: a configuration or a batch that has no loss, and what to do about it. */
export class LossError extends RangeError {
  override readonly name = 'LossError';
  readonly code = 'config/invalid';
  /** What the person can do, one sentence. */
  readonly remedy: string;

  /** @param message what is wrong, with the offending value, one sentence */
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** @throws LossError unless there are at least two identities to tell apart */
export function requireClasses(classes: number): void {
  if (!Number.isSafeInteger(classes) || classes < 2) {
    throw new LossError(
      `${classes} identities cannot be told apart`,
      'Load the faces of at least 2 people.',
    );
  }
}
