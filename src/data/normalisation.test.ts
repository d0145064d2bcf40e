import { expect, test } from 'vitest';
import { NORMALISED } from './normalisation';

test('bytes become (x − 127.5) / 128', () => {
  expect(NORMALISED).toHaveLength(256);
  for (const [byte, value] of NORMALISED.entries()) expect(value).toBe((byte - 127.5) / 128);
});
