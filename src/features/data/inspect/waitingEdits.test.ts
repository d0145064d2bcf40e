import { beforeEach, describe, expect, test } from 'vitest';
import type { Edit } from '../../../data/inspect/edit';
import { countWaiting, resume, useWaitingEdits, type Waiting } from './waitingEdits';

const remove = (image: string): Edit => ({ kind: 'remove', images: [image] });
const [a, b, c, d] = [remove('a'), remove('b'), remove('c'), remove('d')];
const OF = 'some';

const waiting = (
  base: readonly Edit[],
  done: readonly Edit[],
  sent: Waiting['sent'] = null,
): Waiting => {
  return { of: OF, base, history: { done, undone: [] }, sent };
};
const onTopOf = (inForce: readonly Edit[], before: Waiting) =>
  resume(before, OF, inForce)?.history.done;

test('corrections are of the faces they were made of, and not of others', () => {
  expect(resume(waiting([], [a]), 'other', [])).toBeNull();
  expect(resume(null, OF, [])).toBeNull();
});

test('those that are made, and those that are undone, are counted', () => {
  expect(countWaiting([], [a, b])).toBe(2);
  expect(countWaiting([a, b], [a])).toBe(1);
  expect(countWaiting([a, b], [a, c, d])).toBe(3);
  expect(countWaiting([a, b], [a, b])).toBe(0);
});

test('they go on where they were, with what can be done again', () => {
  const before = { of: OF, base: [a], history: { done: [a, b], undone: [c] }, sent: null };
  expect(resume(before, OF, [a])).toBe(before);
});

describe('what was corrected elsewhere meanwhile', () => {
  test('is under what was added', () => {
    expect(onTopOf([a, d], waiting([a], [a, b, c]))).toEqual([a, d, b, c]);
  });

  test('leaves undone what was undone', () => {
    expect(onTopOf([a, b, d], waiting([a, b], [a]))).toEqual([a, d]);
    expect(onTopOf([a, b, d], waiting([a, b], [a, c]))).toEqual([a, d, c]);
  });

  test('is not made twice, and nothing waits where it is the same', () => {
    expect(onTopOf([a, b], waiting([a], [a, b, c]))).toEqual([a, b, c]);
    expect(resume(waiting([a], [a, b]), OF, [a, b])).toBeNull();
    expect(resume(waiting([a, b], [a]), OF, [a])).toBeNull();
  });
});

describe('what is sent', () => {
  const { keep, send, answered, forget } = useWaitingEdits.getState();
  const now = () => useWaitingEdits.getState().waiting;
  beforeEach(() => {
    keep(waiting([], [a, b]));
    send(OF);
  });

  test('is what later corrections change once it is in force', () => {
    expect(now()?.sent).toEqual([a, b]);
    expect(onTopOf([a, b], waiting([], [a], [a, b]))).toEqual([a]);
    keep(waiting([], [a], [a, b]));
    answered(OF, [a, b], true);
    expect(now()).toEqual(waiting([a, b], [a]));
  });

  test('is forgotten once it is applied, and not before', () => {
    expect(onTopOf([a, b], waiting([], [a, b], [a, b]))).toEqual([a, b]);
    answered(OF, [a, b], true);
    expect(now()).toBeNull();
  });

  test('waits again where it was refused, and is nothing to corrections of other faces', () => {
    answered('other', [a, b], true);
    expect(now()).toEqual(waiting([], [a, b], [a, b]));
    answered(OF, [a, b], false);
    expect(now()).toEqual(waiting([], [a, b]));
    forget();
    answered(OF, [a, b], true);
    expect(now()).toBeNull();
  });
});
