/** The one failure of `models/`: a network specification that cannot be built, and what to do about it. */
export class ModelError extends RangeError {
  override readonly name = 'ModelError';
  readonly code = 'config/invalid';
  /** What the person can do, one sentence. */
  readonly remedy: string;

  /** @param message what is wrong, with the offending value, one sentence */
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
