import { describe, expect, it } from 'vitest';
import { difference, type Json, merge } from './jsonDifference';

const BASE: Json = { a: 1, b: { c: [1, 2], d: 'x' }, e: { kind: 'one', value: 3, other: 4 } };

describe('difference', () => {
  it('is undefined where nothing differs', () => {
    expect(difference(BASE, structuredClone(BASE))).toBeUndefined();
  });

  it('names only the keys that differ', () => {
    expect(difference(BASE, { ...BASE, b: { c: [1, 2], d: 'y' } })).toEqual({ b: { d: 'y' } });
  });

  it('carries arrays whole', () => {
    expect(difference(BASE, { ...BASE, b: { c: [1], d: 'x' } })).toEqual({ b: { c: [1] } });
  });

  it('carries a value of another kind whole, so that no key of the old kind leaks into it', () => {
    const other: Json = { ...BASE, e: { kind: 'two', value: 3 } };
    const change = difference(BASE, other);
    expect(change).toEqual({ e: { kind: 'two', value: 3 } });
    expect(merge(BASE, change!)).toEqual(other);
  });
});

describe('merge', () => {
  it('leaves its base as it was', () => {
    const base = structuredClone(BASE);
    merge(base, { b: { d: 'y' } });
    expect(base).toEqual(BASE);
  });

  it('does not reach into prototypes', () => {
    const merged = merge({ a: 1 }, JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });
});
