/** The folder of kept faces, with several tabs at once: each has a directory of its own. */
import { expect, test } from 'vitest';
import { PrivateFiles } from './privateFiles';

test('what one tab does alone, another waits for, also where it fails', async () => {
  const [one, other] = [new PrivateFiles(), new PrivateFiles()];
  const done: string[] = [];
  let fail = (_reason: Error): void => undefined;
  const failing = one.alone(async () => {
    done.push('begun');
    await new Promise((_, reject) => {
      fail = reject;
    });
  });
  const after = other.alone(async () => done.push('after'));
  await expect.poll(() => done).toEqual(['begun']);
  // Whoever need not wait is done by now.
  await other.list();
  expect(done).toEqual(['begun']);
  fail(new Error('no room'));
  await expect(failing).rejects.toThrow('no room');
  expect(await after).toBe(2);
});

test('a page that is refused locks does what it wants all the same, once', async () => {
  const { request } = navigator.locks;
  navigator.locks.request = () => Promise.reject(new DOMException('denied', 'SecurityError'));
  try {
    expect(await new PrivateFiles().alone(async () => 'done')).toBe('done');
  } finally {
    navigator.locks.request = request;
  }
});
