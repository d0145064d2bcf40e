/** The failures of `engine/`: an engine that cannot run here, or one that stopped working. */
export type EngineErrorCode =
  | 'engine/unavailable'
  /** The GPU device is gone, and nothing took its place. */
  | 'engine/device-lost'
  | 'engine/out-of-memory'
  /** The GPU refused what it was told to do: a mistake of ours or of its driver. */
  | 'engine/invalid'
  | 'engine/failed';

export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  /** What the person can do, one sentence. */
  readonly remedy: string;

  /** @param message what is wrong, with the offending value, one sentence */
  constructor(code: EngineErrorCode, message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}
