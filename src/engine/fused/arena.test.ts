/** Random plans, and the one thing that must never happen: two tensors in one buffer at one time. */
import { describe, expect, test } from 'vitest';
import { uniformInt } from '../../math/random';
import { type Arena, planArena, unsharedBytes } from './arena';
import {
  ALIGNMENT,
  type Binding,
  type Dispatch,
  dispatch,
  inBuffer,
  part,
  read,
  rootOf,
  scratch,
  type Tensor,
  write,
} from './kernel';

function over(bindings: readonly Binding[]): Dispatch {
  return dispatch({
    kernel: 'test',
    label: 'test',
    source: '',
    values: {},
    bindings,
    workgroups: [1, 1, 1],
  });
}

interface RandomPlan {
  readonly dispatches: readonly Dispatch[];
  readonly tensors: readonly Tensor[];
}

/** Up to 30 dispatches over up to 20 tensors, some of them bound in part, some of them no scratch. */
function randomPlan(seed: number): RandomPlan {
  let drawn = 0;
  const below = (bound: number): number => {
    drawn += 1;
    return uniformInt(seed, 1, 1, drawn, bound);
  };
  // Of the buffer only its size is asked for.
  const buffer = { size: 4 * ALIGNMENT } as GPUBuffer;
  const tensors = Array.from({ length: 2 + below(19) }, (_, index) =>
    scratch(`t${index}`, ALIGNMENT * (1 + below(9))),
  );
  const dispatches = Array.from({ length: 1 + below(30) }, () => {
    const bound = new Map<Tensor, Binding>();
    for (let count = 1 + below(4); count > 0; count -= 1) {
      const root = tensors[below(tensors.length)]!;
      const tensor =
        below(3) === 0 ? part(root, 'part', root.length - ALIGNMENT, 1 + below(ALIGNMENT)) : root;
      bound.set(root, below(2) === 0 ? read(tensor) : write(tensor));
    }
    return over([...bound.values(), read(inBuffer('fixed', buffer))]);
  });
  return { dispatches, tensors };
}

/** The scratch tensors that hold something while dispatch `index` runs. */
function liveAt(
  { dispatches, tensors }: RandomPlan,
  kept: readonly Tensor[],
  index: number,
): readonly Tensor[] {
  return tensors.filter((tensor) => {
    const uses = dispatches.flatMap(({ bindings }, at) =>
      bindings.some((binding) => rootOf(binding.tensor).root === tensor) ? [at] : [],
    );
    if (uses.length === 0) return false;
    const last = kept.includes(tensor) ? dispatches.length : uses.at(-1)!;
    return uses[0]! <= index && index <= last;
  });
}

function bytesOf({ sizes }: Arena): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe.each(Array.from({ length: 40 }, (_, seed) => seed))('random plan %i', (seed) => {
  const plan = randomPlan(seed);
  const { dispatches, tensors } = plan;
  const kept = tensors.filter((_, index) => index % 4 === seed % 4);

  test.each([
    ['nothing is kept', [] as readonly Tensor[]],
    ['some tensors are kept', kept],
  ])('no two live tensors share a buffer, and each fits its own: %s', (_, wanted) => {
    const { sizes, places } = planArena(dispatches, wanted);
    for (let index = 0; index <= dispatches.length; index += 1) {
      const live = liveAt(plan, wanted, index);
      const buffers = live.map((tensor) => places.get(tensor));
      expect(new Set(buffers).size).toBe(live.length);
      for (const [at, tensor] of live.entries()) {
        expect(sizes[buffers[at]!]).toBeGreaterThanOrEqual(4 * tensor.length);
      }
    }
  });

  test('sharing takes no more than a buffer each, and no less than what lives at once', () => {
    const arena = planArena(dispatches);
    const most = Math.max(
      ...dispatches.map((_, index) =>
        liveAt(plan, [], index).reduce((sum, { length }) => sum + 4 * length, 0),
      ),
    );
    expect(bytesOf(arena)).toBeLessThanOrEqual(unsharedBytes(dispatches));
    expect(bytesOf(arena)).toBeGreaterThanOrEqual(most);
  });
});

describe('sharing', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => scratch(name, ALIGNMENT)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const chain = [over([write(a)]), over([read(a), write(b)]), over([read(b), write(c)])];

  test('happens: the third tensor of a chain takes the place of the first', () => {
    const { sizes, places } = planArena(chain);
    expect(sizes).toHaveLength(2);
    expect(places.get(c)).toBe(places.get(a));
  });

  test('a kept tensor keeps its place', () => {
    const { sizes, places } = planArena(chain, [a]);
    expect(sizes).toHaveLength(3);
    expect(places.get(c)).not.toBe(places.get(a));
  });

  test('a part counts as its whole, and keeping a part keeps the whole', () => {
    const whole = scratch('whole', 4 * ALIGNMENT);
    const piece = part(whole, 'piece', ALIGNMENT, 3);
    const list = [over([write(piece)]), over([write(a)]), over([read(whole), write(b)])];
    const { sizes, places } = planArena(list);
    expect(sizes[places.get(whole)!]).toBe(16 * ALIGNMENT);
    expect(places.has(piece)).toBe(false);
    expect(places.get(a)).not.toBe(places.get(whole));
    const later = [over([write(piece)]), over([write(a)])];
    expect(planArena(later).sizes).toHaveLength(1);
    expect(planArena(later, [piece]).sizes).toHaveLength(2);
  });
});
