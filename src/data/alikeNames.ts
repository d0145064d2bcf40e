/**
 * Identities of one set that are one person by their names, written in several ways. Each trains as a
 * class of its own, and one of them may be held out as somebody nobody trained on.
 */
import { foldName } from './lists/foldName';

type Named = readonly { readonly name: string }[];

/** Asked for with every split of the same faces. */
const known = new WeakMap<Named, readonly (readonly number[])[]>();

/**
 * Places of identities that `foldName` makes the same name of, two or more in each group, in the order
 * they have. Names without a letter are left alone: `-1` and `1` are two labels.
 */
export function alikeNames(identities: Named): readonly (readonly number[])[] {
  const before = known.get(identities);
  if (before !== undefined) return before;
  const first = new Map<string, number>();
  const groups = new Map<string, number[]>();
  for (const [place, { name }] of identities.entries()) {
    const folded = foldName(name);
    const other = first.get(folded);
    if (other === undefined) first.set(folded, place);
    else if (groups.has(folded)) groups.get(folded)!.push(place);
    else if (/\p{L}/u.test(folded)) groups.set(folded, [other, place]);
  }
  const found = [...groups.values()];
  known.set(identities, found);
  return found;
}

/** Examples that a sentence gives. */
const SHOWN = 2;

/** `1 person …` about people who are to be held out and train under another name; `null` for nobody. */
export function heldOutByAnotherName(
  identities: Named,
  train: ReadonlySet<number>,
  held: ReadonlySet<number>,
): string | null {
  const found = alikeNames(identities).flatMap((places) => {
    const trained = places.find((place) => train.has(place));
    const tested = places.find((place) => held.has(place) && !train.has(place));
    return trained === undefined || tested === undefined ? [] : [{ trained, tested }];
  });
  if (found.length === 0) return null;
  const examples = found.slice(0, SHOWN).map(({ trained, tested }, at) => {
    const verb = at === 0 ? ' trains' : '';
    return `${identities[tested]!.name}${verb} as ${identities[trained]!.name}`;
  });
  const more = found.length - examples.length;
  const others = more > 0 ? `, and ${more.toLocaleString('en')} more` : '';
  const who =
    found.length === 1
      ? '1 person to hold out trains under another spelling of the name.'
      : `${found.length.toLocaleString('en')} people to hold out train under another spelling of their names.`;
  return `${who} ${examples.join(', ')}${others}: merge them in the inspector.`;
}
