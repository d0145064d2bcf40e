/** Every identity with its first crop and its count; a selection can be renamed, merged, excluded. */
import { useCallback, useMemo, useState } from 'react';
import { useSession } from '../../../state/session';
import { leastImages } from '../../../training/leastImages';
import { formatCount, formatItems } from '../../../ui/format';
import { useMedia } from '../../../ui/useMedia';
import { findIdentities, type IdentityOrder } from '../faces';
import { Crop } from './Crop';
import { onEscape } from './escape';
import styles from './inspect.module.css';
import { imagesOfEach } from './lists';
import { NameForm } from './NameForm';
import { PersonView } from './PersonView';
import { partOf, peopleText, personText } from './peopleText';
import { useCrops } from './useCrops';
import type { Inspection } from './useInspection';
import { useSplitParts } from './useSplitParts';
import { VirtualGrid } from './VirtualGrid';

/** Characters of a caption that surely fit under a crop. */
const LINE = 15;

const NOTHING: readonly number[] = [];

export function PeopleTab({ inspection }: { readonly inspection: Inspection }) {
  const { edited, edit } = inspection;
  const [query, setQuery] = useState('');
  const [order, setOrder] = useState<IdentityOrder>('name');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<string | null>(null);
  const [naming, setNaming] = useState<'rename' | 'merge' | null>(null);
  const { identities } = edited;
  const minimum = useSession(({ data, config }) => {
    const inUse = data?.config ?? config.data;
    return inUse.kind === 'files' ? leastImages(inUse) : 1;
  });
  const split = useSplitParts(inspection);
  const found = useMemo(() => findIdentities(identities, query, order), [identities, query, order]);
  const images = useMemo(() => imagesOfEach(edited), [edited]);
  const [view, setView] = useState<readonly number[]>(NOTHING);
  const onView = useCallback(
    (first: number, last: number) => {
      const firsts = found.slice(first, last + 1).flatMap((place) => images[place]?.[0] ?? []);
      setView(firsts);
    },
    [found, images],
  );
  const cache = useCrops(view);
  const isTouched = useMedia('(pointer: coarse)');
  const isLong = useMemo(
    () => identities.some((one) => personText(one, minimum, split).short.length > LINE),
    [identities, minimum, split],
  );
  // The name with its box, and the caption in one line or two: what the style sheet makes of them.
  const textHeight = (isTouched ? 32 : 24) + (isLong ? 36 : 18);
  const person = open === null ? undefined : identities.findIndex(({ name }) => name === open);
  if (person !== undefined && person >= 0) {
    return (
      <PersonView
        inspection={inspection}
        place={person}
        images={images[person]!}
        onBack={() => setOpen(null)}
      />
    );
  }
  const names = [...chosen].filter((name) => identities.some((one) => one.name === name));
  const done = (): void => {
    setChosen(new Set());
    setNaming(null);
  };
  return (
    <>
      <div className={styles.tools}>
        <input
          type="search"
          aria-label="Search identities"
          placeholder="Search identities"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onEscape(query === '' ? null : () => setQuery(''))}
        />
        <select
          aria-label="Order"
          value={order}
          onChange={(event) => setOrder(event.target.value === 'count' ? 'count' : 'name')}
        >
          <option value="name">by name</option>
          <option value="count">most crops first</option>
        </select>
        <span role="status">
          {query.trim() === ''
            ? peopleText(identities, minimum, split)
            : `${formatCount(found.length)} of ${formatItems(identities.length, 'identity', 'identities')}`}
        </span>
      </div>
      <div className={styles.tools}>
        <span>
          {names.length === 0
            ? 'Select people to correct them.'
            : `${formatCount(names.length)} selected:`}
        </span>
        <button type="button" disabled={names.length !== 1} onClick={() => setNaming('rename')}>
          Rename
        </button>
        <button type="button" disabled={names.length < 2} onClick={() => setNaming('merge')}>
          Merge
        </button>
        <button
          type="button"
          disabled={names.length === 0}
          onClick={() => {
            edit({ kind: 'exclude', identities: names });
            done();
          }}
        >
          Exclude
        </button>
        <button
          type="button"
          disabled={names.length === 0}
          onClick={() => {
            edit({ kind: 'include', identities: names });
            done();
          }}
        >
          Include
        </button>
      </div>
      {naming !== null && names.length > 0 && (
        <NameForm
          key={`${naming} ${names.join('/')}`}
          naming={{ purpose: naming, own: names, names: identities.map(({ name }) => name) }}
          label={naming === 'rename' ? 'New name' : 'Merge into'}
          first={names[0]!}
          onCancel={() => setNaming(null)}
          onName={(to) => {
            edit(
              naming === 'rename'
                ? { kind: 'rename', identity: names[0]!, to }
                : { kind: 'merge', identities: names, into: to },
            );
            done();
          }}
        />
      )}
      {found.length === 0 ? (
        <p className={styles.none}>Nobody here is called “{query}”.</p>
      ) : (
        <VirtualGrid
          label="People"
          count={found.length}
          cellWidth={88}
          textHeight={textHeight}
          onView={onView}
          cell={(at) => {
            const place = found[at]!;
            const identity = identities[place]!;
            const { name } = identity;
            const text = personText(identity, minimum, split);
            const first = images[place]?.[0];
            const part = partOf(identity, minimum, split);
            return (
              <div
                className={styles.person}
                data-out={(part !== 'in' && part !== 'held-out') || undefined}
              >
                <button
                  type="button"
                  aria-label={`Images of ${name}`}
                  onClick={() => setOpen(name)}
                >
                  {first === undefined ? (
                    <span className={styles.empty} />
                  ) : (
                    <Crop cache={cache} image={first} correction={edited.crops.get(first)} />
                  )}
                </button>
                <label>
                  <input
                    type="checkbox"
                    checked={chosen.has(name)}
                    onChange={(event) => {
                      const next = new Set(chosen);
                      if (event.target.checked) next.add(name);
                      else next.delete(name);
                      setChosen(next);
                    }}
                  />
                  <bdi className={styles.name} title={name}>
                    {name}
                  </bdi>
                </label>
                <span className={styles.count} title={text.title}>
                  {text.short}
                </span>
              </div>
            );
          }}
        />
      )}
    </>
  );
}
