/** Questions that come faster than answers. */
import { expect, test } from 'vitest';
import { newestOnly } from './newestOnly';

interface Question {
  readonly text: string;
}

function asker() {
  const asked: string[] = [];
  const told: string[] = [];
  let answer = (): void => undefined;
  const next = newestOnly(
    ({ text }: Question) => {
      asked.push(text);
      return new Promise<string>((resolve) => {
        answer = () => resolve(text);
      });
    },
    (text) => told.push(text),
  );
  return { asked, told, next, answer: () => answer() };
}

test('one is asked at a time, then the newest; only its answer is told', async () => {
  const { asked, told, next, answer } = asker();
  const all = next({ text: 'a' });
  void next({ text: 'b' });
  void next({ text: 'c' });
  expect(asked).toEqual(['a']);
  answer();
  await expect.poll(() => asked).toEqual(['a', 'c']);
  expect(told).toEqual([]);
  answer();
  await all;
  expect(told).toEqual(['c']);
  const later = next({ text: 'd' });
  answer();
  await later;
  expect(told).toEqual(['c', 'd']);
});

test('what is taken back is not told, and asked again it is', async () => {
  const { asked, told, next, answer } = asker();
  const question = { text: 'a' };
  const first = next(question);
  void next(null);
  answer();
  await first;
  expect([asked, told]).toEqual([['a'], []]);
  const second = next(question);
  void next(null);
  void next(question);
  answer();
  await second;
  expect([asked, told]).toEqual([['a', 'a'], ['a']]);
});

test('a question that fails does not block the next', async () => {
  const told: string[] = [];
  const next = newestOnly(
    ({ text }: Question) =>
      text === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve(text),
    (text) => told.push(text),
  );
  await expect(next({ text: 'bad' })).rejects.toThrow('no');
  await next({ text: 'good' });
  expect(told).toEqual(['good']);
});
