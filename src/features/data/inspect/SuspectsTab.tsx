/** Images that a trained arm puts nearer to somebody else than to the name they have. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Suspect } from '../../../bridge/protocol';
import { useSession } from '../../../state/session';
import type { ArmId } from '../../../training/config';
import { formatItems, formatNumber } from '../../../ui/format';
import { ImageCell } from './ImageCell';
import styles from './inspect.module.css';
import { Searching } from './Searching';
import { useCrops } from './useCrops';
import type { Inspection } from './useInspection';
import { VirtualGrid } from './VirtualGrid';

export function SuspectsTab({ inspection }: { readonly inspection: Inspection }) {
  const { inspected, edited, edit } = inspection;
  const ask = useSession((session) => session.ask);
  const arms = useSession((session) => session.config.arms);
  const [arm, setArm] = useState<ArmId>(arms[0]!.id);
  const [suspects, setSuspects] = useState<readonly Suspect[] | string | null>(null);
  useEffect(() => {
    let wanted = true;
    setSuspects(null);
    void ask<'find-mislabelled'>({ kind: 'find-mislabelled', arm }).then((outcome) => {
      if (!wanted) return;
      const { kind } = outcome;
      setSuspects(
        kind === 'done' ? outcome.value : `${outcome.failure.message} ${outcome.failure.remedy}`,
      );
    });
    return () => {
      wanted = false;
    };
  }, [ask, arm]);
  const places = useMemo(
    () => new Map(inspected.faces.names.map((name, image) => [name, image])),
    [inspected],
  );
  const found = useMemo(
    () => (Array.isArray(suspects) ? (suspects as readonly Suspect[]) : []),
    [suspects],
  );
  const [view, setView] = useState<readonly number[]>([]);
  const onView = useCallback(
    (first: number, last: number) =>
      setView(found.slice(first, last + 1).flatMap(({ image }) => places.get(image) ?? [])),
    [found, places],
  );
  const cache = useCrops(view);
  return (
    <>
      <div className={styles.tools}>
        <label>
          Arm{' '}
          <select
            value={arm}
            onChange={(event) => {
              const chosen = arms.find(({ id }) => id === event.target.value);
              if (chosen !== undefined) setArm(chosen.id);
            }}
          >
            {arms.map(({ id }) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
        {Array.isArray(suspects) && (
          <span role="status">
            {found.length === 0
              ? 'No image is nearer to somebody else.'
              : `${formatItems(found.length, 'image is', 'images are')} nearer to somebody else. A model errs, too: look before you remove.`}
          </span>
        )}
      </div>
      {!Array.isArray(suspects) && (
        <Searching failure={typeof suspects === 'string' ? suspects : null} />
      )}
      {found.length > 0 && (
        <VirtualGrid
          label="Images whose label may be wrong"
          count={found.length}
          cellWidth={132}
          textHeight={92}
          onView={onView}
          cell={(at) => {
            const suspect = found[at]!;
            const image = places.get(suspect.image);
            if (image === undefined) return null;
            const moved = edited.identities[edited.owner[image]!]!.name === suspect.otherIdentity;
            return (
              <div className={styles.suspect}>
                <ImageCell
                  cache={cache}
                  image={image}
                  inspection={inspection}
                  note={`${suspect.identity} ${formatNumber(suspect.own, 2)}`}
                />
                <button
                  type="button"
                  disabled={moved}
                  aria-label={`Give ${suspect.image} to ${suspect.otherIdentity}`}
                  onClick={() =>
                    edit({
                      kind: 'move',
                      images: [inspection.keys[image]!],
                      to: suspect.otherIdentity,
                    })
                  }
                >
                  → {suspect.otherIdentity} {formatNumber(suspect.other, 2)}
                </button>
              </div>
            );
          }}
        />
      )}
    </>
  );
}
