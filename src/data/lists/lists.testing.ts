/** Lists of a kind that is known beforehand, for tests. */
import type { FaceList } from './faceList';
import { recognise } from './recognise';

type Kind = FaceList['kind'];
type ListOf<K extends Kind> = Extract<FaceList, { readonly kind: K }>;

/** @throws an Error where it is another kind, or none */
export function list<K extends Kind>(
  kind: K,
  text: string | Uint8Array,
  name = 'list.txt',
): ListOf<K> {
  const found = recognise(text, name);
  if (found?.kind !== kind) throw new Error(`${kind} expected, not ${found?.kind ?? 'nothing'}`);
  // The kind was just compared.
  return found as ListOf<K>;
}

/** `path=identity` of every line, with `@split` where there is one. */
export function people(text: string | Uint8Array, name?: string): string[] {
  const { paths, identities, splits } = list('identities', text, name);
  return paths.map((path, line) => {
    const split = splits?.[line];
    return `${path}=${identities[line]}${split ? `@${split}` : ''}`;
  });
}
