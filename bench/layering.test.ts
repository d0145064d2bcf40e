import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readImports } from '../scripts/lib/layering.mjs';
import { BELOW_THE_WALL } from '../scripts/lib/layering-rules.mjs';

it('the benchmark stands on the floors below the wall and on nothing above it', () => {
  const imports = readImports(fileURLToPath(new URL('.', import.meta.url)));
  const floors = imports.flatMap(({ to }) =>
    to?.startsWith('../src/') === true ? [to.split('/')[2]] : [],
  );
  expect(floors.length).toBeGreaterThan(0);
  expect(floors.filter((floor) => !BELOW_THE_WALL.includes(floor ?? ''))).toEqual([]);
});
