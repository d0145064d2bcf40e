import { expect, test } from 'vitest';
import { type ImportProgress, ProgressReporter } from './progress';

function reporter() {
  const said: ImportProgress[] = [];
  const clock = { ms: 1000 };
  const progress = new ProgressReporter(
    (each) => said.push(each),
    () => clock.ms,
  );
  return { said, clock, progress };
}

test('says it at most ten times a second, and always at the end', () => {
  const { said, clock, progress } = reporter();
  for (let done = 1; done <= 1000; done += 1) {
    clock.ms += 1;
    progress.update('decode', done, 1000);
  }
  // 999 ms after the first: one at once, one each 100 ms, one at the end.
  expect(said.length).toBe(11);
  expect(said.at(-1)).toMatchObject({ done: 1000, total: 1000 });
});

test('the rate is that of the last seconds', () => {
  const { said, clock, progress } = reporter();
  let done = 0;
  for (const perSecond of [100, 100, 100, 100, 500, 500, 500, 500]) {
    clock.ms += 1000;
    done += perSecond;
    progress.update('decode', done, null);
  }
  expect(said[0]?.rate).toBeNull();
  expect(said[3]?.rate).toBe(100);
  expect(said[7]?.rate).toBe(500);
});

test('a new task starts at once and with a rate of its own', () => {
  const { said, clock, progress } = reporter();
  progress.update('list', 5, 5);
  clock.ms += 1;
  progress.update('decode', 1, 9);
  expect(said).toEqual([
    { task: 'list', done: 5, total: 5, rate: null },
    { task: 'decode', done: 1, total: 9, rate: null },
  ]);
});
