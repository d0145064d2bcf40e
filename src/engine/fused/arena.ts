/**
 * Which scratch tensors share a buffer: two of them may when one is no longer read by the time the
 * other is first written. Lifetimes are known before anything runs, so a step allocates nothing.
 */
import { bytesOf, type Dispatch, rootOf, type Tensor } from './kernel';

export interface Arena {
  /** Bytes of each buffer. */
  readonly sizes: readonly number[];
  /** The buffer of every scratch tensor that is not a part of another. */
  readonly places: ReadonlyMap<Tensor, number>;
}

interface Lifetime {
  readonly tensor: Tensor;
  readonly first: number;
  last: number;
}

/** First and last dispatch of every scratch tensor, in the order of the first. */
function lifetimes(
  dispatches: readonly Dispatch[],
  kept: readonly Tensor[] = [],
): readonly Lifetime[] {
  const found = new Map<Tensor, Lifetime>();
  dispatches.forEach(({ bindings }, index) => {
    for (const { tensor } of bindings) {
      const { root } = rootOf(tensor);
      if (root.home.kind !== 'scratch') continue;
      const known = found.get(root);
      if (known === undefined) found.set(root, { tensor: root, first: index, last: index });
      else known.last = index;
    }
  });
  for (const tensor of kept) {
    const lifetime = found.get(rootOf(tensor).root);
    if (lifetime !== undefined) lifetime.last = dispatches.length;
  }
  return [...found.values()];
}

/**
 * Greedy by size, largest first: each tensor goes into the first buffer that is free for its whole
 * lifetime. Whole buffers are shared, not ranges: WebGPU forbids one dispatch to read and write the same
 * buffer through two bindings.
 *
 * @param kept tensors that must still be there when the last dispatch has run
 */
export function planArena(dispatches: readonly Dispatch[], kept: readonly Tensor[] = []): Arena {
  const sizes: number[] = [];
  const tenants: Lifetime[][] = [];
  const places = new Map<Tensor, number>();
  const bySize = [...lifetimes(dispatches, kept)].sort(
    (a, b) => bytesOf(b.tensor) - bytesOf(a.tensor),
  );
  for (const lifetime of bySize) {
    const { first, last, tensor } = lifetime;
    let place = tenants.findIndex((others) =>
      others.every((other) => other.last < first || other.first > last),
    );
    if (place === -1) {
      place = tenants.length;
      tenants.push([]);
      sizes.push(bytesOf(tensor));
    }
    tenants[place]!.push(lifetime);
    places.set(tensor, place);
  }
  return { sizes, places };
}

/** Bytes that all scratch tensors would take with a buffer each: what sharing is measured against. */
export function unsharedBytes(dispatches: readonly Dispatch[]): number {
  return lifetimes(dispatches).reduce((sum, { tensor }) => sum + bytesOf(tensor), 0);
}
