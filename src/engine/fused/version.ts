/** Which kernels these are: what was measured with others is no longer true. */
import type { AdapterFacts } from '../adapter';

/** Every kernel's text. */
const SOURCES: Readonly<Record<string, string>> = import.meta.glob('./kernels/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** FNV-1a over the texts in the order of their names. */
export function kernelsVersion(sources: Readonly<Record<string, string>> = SOURCES): string {
  let hash = 0x811c9dc5;
  for (const name of Object.keys(sources).sort()) {
    for (const character of name + sources[name]!) {
      hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
    }
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** What a tuning record is good for: this adapter, these kernels. */
export function tuningKey({ vendor, architecture, description }: AdapterFacts): string {
  return [vendor, architecture, description, kernelsVersion()].join('|');
}
