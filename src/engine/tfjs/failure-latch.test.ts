import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors';
import { FailureLatch } from './failure-latch';

function failure(message: string): EngineError {
  return new EngineError('engine/failed', message, 'Reload the page.');
}

describe('FailureLatch', () => {
  it('tells the first failure of an open engine and no other', () => {
    const told: string[] = [];
    const latch = new FailureLatch(({ message }) => told.push(message));
    latch.open();
    latch.report(failure('an error nobody caught'));
    latch.report(failure('another'));
    latch.report(failure('the device was lost'));
    expect(told).toEqual(['an error nobody caught']);
  });

  it('tells nothing of a closed engine', () => {
    const told: string[] = [];
    const latch = new FailureLatch(({ message }) => told.push(message));
    latch.open();
    latch.close();
    latch.report(failure('the device was lost'));
    expect(told).toEqual([]);
  });

  it('makes opening fail with what was reported before, and tells nothing then or later', () => {
    const told: string[] = [];
    const latch = new FailureLatch(({ message }) => told.push(message));
    latch.report(failure('a broken kernel'));
    latch.report(failure('a consequence'));
    expect(() => latch.open()).toThrow('a broken kernel');
    latch.report(failure('the device was lost'));
    expect(told).toEqual([]);
  });
});
