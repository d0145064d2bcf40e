/** All images of one identity, each to remove or keep, or to give to somebody else. */
import { useCallback, useMemo, useState } from 'react';
import { formatItems } from '../../../ui/format';
import { plainName } from './captions';
import { ImageCell } from './ImageCell';
import styles from './inspect.module.css';
import { NameForm } from './NameForm';
import { useCrops } from './useCrops';
import type { Inspection } from './useInspection';
import { VirtualGrid } from './VirtualGrid';

interface PersonViewProps {
  readonly inspection: Inspection;
  /** In `edited.identities`. */
  readonly place: number;
  readonly images: readonly number[];
  readonly onBack: () => void;
}

export function PersonView({ inspection, place, images, onBack }: PersonViewProps) {
  const { edited, edit } = inspection;
  const [view, setView] = useState<readonly number[]>([]);
  const [moving, setMoving] = useState<number | null>(null);
  const onView = useCallback(
    (first: number, last: number) => setView(images.slice(first, last + 1)),
    [images],
  );
  const cache = useCrops(view);
  const { name } = edited.identities[place]!;
  const naming = useMemo(
    () => ({
      purpose: 'move' as const,
      own: [name],
      names: edited.identities.map((one) => one.name),
    }),
    [edited, name],
  );
  return (
    <>
      <div className={styles.tools}>
        <button type="button" onClick={onBack}>
          ‹ All people
        </button>
        <strong>
          <bdi>{name}</bdi>
        </strong>
        <span>{formatItems(images.length, 'image')}</span>
      </div>
      {moving !== null && (
        <NameForm
          key={moving}
          naming={naming}
          label={`Move ${plainName(inspection.inspected.faces.names[moving]!)} to`}
          first=""
          onCancel={() => setMoving(null)}
          onName={(to) => {
            edit({ kind: 'move', images: [inspection.keys[moving]!], to });
            setMoving(null);
          }}
        />
      )}
      <VirtualGrid
        label={`Images of ${name}`}
        count={images.length}
        cellWidth={104}
        textHeight={64}
        onView={onView}
        cell={(at) => (
          <ImageCell
            cache={cache}
            image={images[at]!}
            inspection={inspection}
            alone
            moving={moving === images[at]}
            onMove={() => setMoving(images[at]!)}
          />
        )}
      />
    </>
  );
}
