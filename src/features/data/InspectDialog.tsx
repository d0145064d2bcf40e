/** Every identity with its first crop and its count, searchable. Crops are fetched as they are shown. */
import { useEffect, useMemo, useState } from 'react';
import { useSession } from '../../state/session';
import { Dialog } from '../../ui/Dialog';
import { Face } from '../../ui/Face';
import { formatCount, formatItems } from '../../ui/format';
import { faceAt, findIdentities, type IdentityOrder } from './faces';
import styles from './InspectDialog.module.css';

const PAGE = 60;

type Faces = ReadonlyMap<number, Uint8ClampedArray<ArrayBuffer>>;

export function InspectDialog({ onClose }: { readonly onClose: () => void }) {
  const data = useSession((session) => session.data);
  const [query, setQuery] = useState('');
  const [order, setOrder] = useState<IdentityOrder>('name');
  const [pages, setPages] = useState(1);
  const identities = data?.identities;
  const found = useMemo(
    () => (identities === undefined ? [] : findIdentities(identities, query, order)),
    [identities, query, order],
  );
  const shown = useMemo(() => found.slice(0, pages * PAGE), [found, pages]);
  const faces = useFaces(shown);
  if (data === null) return null;
  return (
    <Dialog title={`Faces: ${data.label}`} width="wide" onClose={onClose}>
      <div className={styles.tools}>
        <input
          type="search"
          aria-label="Search identities"
          placeholder="Search identities"
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setPages(1);
          }}
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
          {formatCount(found.length)} of{' '}
          {formatItems(data.identities.length, 'identity', 'identities')}
        </span>
      </div>
      <ul className={styles.grid}>
        {shown.map((place) => {
          const { name, count } = data.identities[place]!;
          const face = faces.get(place);
          return (
            <li key={place}>
              {face === undefined ? (
                <span className={styles.empty} />
              ) : (
                <Face size={data.cropSize} rgba={face} className={styles.face} />
              )}
              <span className={styles.name} title={name}>
                {name}
              </span>
              <span className={styles.count}>{formatItems(count, 'crop')}</span>
            </li>
          );
        })}
      </ul>
      {found.length === 0 && <p className={styles.none}>Nobody here is called “{query}”.</p>}
      {shown.length < found.length && (
        <button type="button" onClick={() => setPages((now) => now + 1)}>
          Show {formatCount(Math.min(PAGE, found.length - shown.length))} more
        </button>
      )}
    </Dialog>
  );
}

/** The first crop of each identity in `shown`, as far as they have arrived. */
function useFaces(shown: readonly number[]): Faces {
  const firstImage = useSession((session) => session.data?.firstImage);
  const fetchFaces = useSession((session) => session.thumbnailsOf);
  const [faces, setFaces] = useState<{ of: Uint32Array | undefined; map: Faces }>({
    of: firstImage,
    map: new Map(),
  });
  // Crops of other data say nothing about these.
  const known = faces.of === firstImage ? faces.map : undefined;

  useEffect(() => {
    if (firstImage === undefined) return;
    const missing = shown.filter((place) => known?.has(place) !== true);
    if (missing.length === 0) return;
    let wanted = true;
    const load = async (): Promise<void> => {
      const images = Uint32Array.from(missing, (place) => firstImage[place]!);
      const answer = await fetchFaces(images);
      if (!wanted || answer === null) return;
      const map = new Map(known);
      missing.forEach((place, at) => {
        map.set(place, faceAt(answer, at));
      });
      setFaces({ of: firstImage, map });
    };
    void load();
    return () => {
      wanted = false;
    };
  }, [shown, firstImage, known, fetchFaces]);

  return known ?? new Map();
}
