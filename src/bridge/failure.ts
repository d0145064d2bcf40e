/**
 * Turns whatever was thrown in the worker into a `Failure` a person can read. Errors of the lower
 * floors carry a `code` and a `remedy`; anything else is a defect of ours and says so.
 */
import type { Failure, FailureCode } from './protocol';

/** Every code there is: one that is forgotten here does not compile. */
const CODES: Readonly<Record<FailureCode, true>> = {
  'data/nothing-readable': true,
  'data/too-few-identities': true,
  'data/cancelled': true,
  'data/out-of-memory': true,
  'data/choose-part': true,
  'data/invalid-pattern': true,
  'data/storage': true,
  'data/kept-gone': true,
  'data/no-split': true,
  'edit/empty-name': true,
  'edit/long-name': true,
  'edit/nothing-chosen': true,
  'edit/unknown-identity': true,
  'edit/unknown-image': true,
  'edit/no-change': true,
  'edit/nothing-left': true,
  'edit/no-picture': true,
  'edit/not-edits': true,
  'engine/unavailable': true,
  'engine/device-lost': true,
  'engine/invalid': true,
  'engine/failed': true,
  'engine/out-of-memory': true,
  'config/invalid': true,
  'state/no-data': true,
  'state/training': true,
  internal: true,
};

function isFailureCode(value: unknown): value is FailureCode {
  return typeof value === 'string' && Object.hasOwn(CODES, value);
}

export class TrainerError extends Error {
  override readonly name = 'TrainerError';
  constructor(
    readonly code: FailureCode,
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) {
    return {
      code: 'internal',
      message: `Something failed without saying what: ${String(error)}.`,
      remedy: 'Reload the page; the address keeps your settings.',
    };
  }
  const code: unknown = 'code' in error ? error.code : undefined;
  const remedy: unknown = 'remedy' in error ? error.remedy : undefined;
  if (isFailureCode(code) && typeof remedy === 'string') {
    return { code, message: error.message, remedy };
  }
  if (error instanceof RangeError && /allocation|array length/i.test(error.message)) {
    return {
      code: 'data/out-of-memory',
      message: `The browser could not set aside enough memory: ${error.message}.`,
      remedy: 'Choose a smaller crop size or fewer images.',
    };
  }
  if (error instanceof RangeError) {
    return {
      code: 'config/invalid',
      message: error.message,
      remedy: 'Change the value and try again; nothing else was lost.',
    };
  }
  return {
    code: 'internal',
    message: `${error.name}: ${error.message}`,
    remedy: 'Reset the experiment, or reload the page; the address keeps your settings.',
  };
}
