/** The one failure of `formats/`: bytes that are not what their format says, and what to do about it. */

export type FormatErrorCode =
  | 'archive/truncated'
  | 'archive/corrupt'
  | 'archive/empty'
  | 'archive/unsupported'
  | 'image/invalid'
  | 'image/unsupported'
  | 'image/too-large'
  | 'align/points';

export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly code: FormatErrorCode;
  /** What the person can do, one sentence. */
  readonly remedy: string;

  /** @param message what is wrong, with the offending value, one sentence */
  constructor(code: FormatErrorCode, message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}
