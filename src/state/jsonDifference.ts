/**
 * What differs between two JSON values, and the way back: `merge(base, difference(base, value))` is
 * `value` for every value that has all the keys of its base. Objects differ key by key, unless their
 * `kind` differs: then, as with arrays, the whole value is the difference.
 */

export type Json = null | boolean | number | string | readonly Json[] | JsonRecord;
export interface JsonRecord {
  readonly [key: string]: Json;
}

export function isRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `undefined` where nothing differs. */
export function difference(base: Json, value: Json): Json | undefined {
  if (isRecord(base) && isRecord(value) && base.kind === value.kind) {
    const changes = Object.entries(value).flatMap(([key, after]) => {
      const before = base[key];
      const change = before === undefined ? after : difference(before, after);
      return change === undefined ? [] : [[key, change] as const];
    });
    return changes.length === 0 ? undefined : Object.fromEntries(changes);
  }
  return JSON.stringify(base) === JSON.stringify(value) ? undefined : value;
}

/** Puts a difference back on its base. Keys that the base lacks are kept for the validation to judge. */
export function merge(base: Json, change: Json): Json {
  if (!isRecord(base) || !isRecord(change)) return change;
  if (change.kind !== undefined && change.kind !== base.kind) return change;
  const merged = new Map(Object.entries(base));
  for (const [key, after] of Object.entries(change)) {
    const before = merged.get(key);
    merged.set(key, before === undefined ? after : merge(before, after));
  }
  return Object.fromEntries(merged);
}
