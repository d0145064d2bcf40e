/** Images by what was found on their pictures, what needs a look first, to be corrected by hand. */
import { useCallback, useMemo, useState } from 'react';
import { DECISION } from '../../../data/inspect/editing';
import { placementsOf } from '../../../data/inspect/placements';
import { useSession } from '../../../state/session';
import { formatCount } from '../../../ui/format';
import { isListed } from '../placementText';
import { FOUND_KINDS, type FoundKind, imagesByFound } from './found';
import { ImageCell } from './ImageCell';
import styles from './inspect.module.css';
import { useCrops } from './useCrops';
import type { Inspection } from './useInspection';
import { VirtualGrid } from './VirtualGrid';

const TITLES: Readonly<Record<FoundKind, string>> = {
  without: 'Without a face',
  several: 'Several faces',
  one: 'One face',
  listed: 'In a list',
  'by-hand': 'By hand',
};

export function FoundTab({ inspection }: { readonly inspection: Inspection }) {
  const { inspected, edited, edit, keys } = inspection;
  const listed = useSession(({ config: { data } }) => data.kind === 'files' && isListed(data.crop));
  const images = useMemo(
    () => imagesByFound(placementsOf(inspected.faces, edited)),
    [inspected, edited],
  );
  const [kind, setKind] = useState<FoundKind>(
    () => FOUND_KINDS.find((one) => images[one].length > 0) ?? 'without',
  );
  const shown = images[kind];
  const [view, setView] = useState<readonly number[]>([]);
  const onView = useCallback(
    (first: number, last: number) => setView(shown.slice(first, last + 1)),
    [shown],
  );
  const cache = useCrops(view);
  if (FOUND_KINDS.every((one) => images[one].length === 0)) {
    return (
      <p className={styles.none}>
        No face was looked for on these pictures. Choose a crop that is aligned under “Cropping and
        colours”, or open an image under People and set its points.
      </p>
    );
  }
  const isOut = (image: number) => edited.decisions[image] === DECISION.remove;
  const out = images.without.filter(isOut);
  const kept = images.without.filter((image) => !isOut(image));
  const title = (one: FoundKind) => (one === 'without' && listed ? 'In no list' : TITLES[one]);
  return (
    <>
      <div className={styles.tools}>
        {FOUND_KINDS.filter((one) => one === 'without' || images[one].length > 0).map((one) => (
          <button key={one} type="button" aria-pressed={kind === one} onClick={() => setKind(one)}>
            {title(one)} {formatCount(images[one].length)}
          </button>
        ))}
        {kind === 'without' && out.length > 0 && (
          <button
            type="button"
            className={styles.apart}
            onClick={() => edit({ kind: 'keep', images: out.map((image) => keys[image]!) })}
          >
            Keep the middle of {formatCount(out.length)}
          </button>
        )}
        {kind === 'without' && kept.length > 0 && (
          <button
            type="button"
            className={out.length > 0 ? undefined : styles.apart}
            onClick={() => edit({ kind: 'remove', images: kept.map((image) => keys[image]!) })}
          >
            Leave {formatCount(kept.length)} out
          </button>
        )}
      </div>
      {shown.length === 0 ? (
        <p className={styles.none}>There is no such image.</p>
      ) : (
        <>
          <p className={styles.none}>
            Open an image to see its picture and to set the five points.
          </p>
          <VirtualGrid
            label={title(kind)}
            count={shown.length}
            cellWidth={104}
            textHeight={82}
            onView={onView}
            cell={(at) => <ImageCell cache={cache} image={shown[at]!} inspection={inspection} />}
          />
        </>
      )}
    </>
  );
}
