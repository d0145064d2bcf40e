import { describe, expect, it } from 'vitest';
import { generateFaces } from './generate';
import { hash, PINNED } from './pinned.fixture';

describe('the bytes in a browser', () => {
  it('are the pinned ones, as in Node', async () => {
    for (const { settings, expected } of PINNED) {
      expect(hash((await generateFaces(settings)).pixels)).toBe(expected);
    }
  });
});
