import { expect, test } from 'vitest';
import type { Edit } from '../../../data/inspect/edit';
import { countWaiting, facesKey, resume, type Waiting } from './waitingEdits';

const remove = (image: string): Edit => ({ kind: 'remove', images: [image] });
const [a, b, c, d] = [remove('a'), remove('b'), remove('c'), remove('d')];
const files = { kind: 'files', cropSize: 32, minImagesPerIdentity: 2 } as const;
const OF = facesKey({ label: 'some.zip', config: files });

const waiting = (base: readonly Edit[], done: readonly Edit[]): Waiting => {
  return { of: OF, base, history: { done, undone: [] } };
};

test('corrections are of the faces, however they are cut, and not of others', () => {
  const again = { ...files, cropSize: 112, minImagesPerIdentity: 5 };
  expect(facesKey({ label: 'some.zip', config: again })).toBe(OF);
  expect(facesKey({ label: 'other.zip', config: files })).not.toBe(OF);
  expect(resume(waiting([], [a]), 'files other.zip', [])).toBeNull();
  expect(resume(null, OF, [])).toBeNull();
});

test('those that are made, and those that are undone, are counted', () => {
  expect(countWaiting([], [a, b])).toBe(2);
  expect(countWaiting([a, b], [a])).toBe(1);
  expect(countWaiting([a, b], [a, c, d])).toBe(3);
  expect(countWaiting([a, b], [a, b])).toBe(0);
});

test('they go on where they were, with what can be done again', () => {
  const history = { done: [a, b], undone: [c] };
  expect(resume({ of: OF, base: [a], history }, OF, [a])).toEqual(history);
});

test('they are put on top of what was corrected elsewhere meanwhile', () => {
  expect(resume(waiting([a], [a, b, c]), OF, [a, d])).toEqual({ done: [a, d, b, c], undone: [] });
});
