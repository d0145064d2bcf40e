/** For tests: the ways to store maps in two bytes a number, and how near a kernel must come with them. */
import { normals } from '../../tfjs/testing/numbers';
import type { MapStorage } from '../storage';
import { MISSING, NATIVE_HALVES } from './gpu';
import { rounded } from './halves';

/** Half of the last digit, of 11 and of 8, relative to the largest number there is. */
export const HALF = 1.01 * 2 ** -11;
export const BRAIN = 1.01 * 2 ** -8;
/** What stays float32 is as exact as ever. */
export const EXACT = 1e-5;

const KINDS = [
  { values: 'half', gradients: 'bfloat16' },
  { values: 'native-half', gradients: 'bfloat16' },
] as const satisfies readonly MapStorage[];

/** A suite each; `skipped` where the adapter lacks what it takes, and named so. */
export const MAP_STORAGES = KINDS.map((maps) => {
  const skipped = maps.values === 'native-half' && !NATIVE_HALVES;
  const why = skipped && MISSING === null ? ': this adapter has no shader-f16' : '';
  return { maps, skipped, title: `${maps.values}${why}` };
});

/** Standard normal numbers as they are left in a map, and in its gradient. */
export const half = (count: number, seed: number) => rounded(normals(count, seed), 'half');
export const brain = (count: number, seed: number) => rounded(normals(count, seed), 'bfloat16');
