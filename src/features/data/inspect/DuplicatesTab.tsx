/**
 * Copies and look-alikes in groups, each with the image to keep; across people a label is likely wrong,
 * and which of them is not decided for a person.
 */
import { useEffect, useMemo, useState } from 'react';
import {
  DEFAULT_SIMILARITY,
  type DuplicateGroup,
  LEAST_SIMILARITY,
  MOST_SIMILARITY,
} from '../../../data/inspect/duplicates';
import { useSession } from '../../../state/session';
import { formatItems, formatShare } from '../../../ui/format';
import { NumberField } from '../../../ui/NumberField';
import { ImageCell } from './ImageCell';
import styles from './inspect.module.css';
import { isUndecided, redundant } from './lists';
import { Searching } from './Searching';
import { useCrops } from './useCrops';
import type { Inspection } from './useInspection';

/** Groups on the page; the worst come first, and those that are dealt with make room. */
const SHOWN = 60;

export function DuplicatesTab({ inspection }: { readonly inspection: Inspection }) {
  const { edited, edit } = inspection;
  const ask = useSession((session) => session.ask);
  const [similarity, setSimilarity] = useState(DEFAULT_SIMILARITY);
  const [groups, setGroups] = useState<readonly DuplicateGroup[] | string | null>(null);
  const { imageIdentity } = edited;
  useEffect(() => {
    let wanted = true;
    void ask<'find-duplicates'>({ kind: 'find-duplicates', imageIdentity, similarity }).then(
      (outcome) => {
        if (!wanted) return;
        setGroups(outcome.kind === 'done' ? outcome.value : outcome.failure.message);
      },
    );
    return () => {
      wanted = false;
    };
  }, [ask, imageIdentity, similarity]);
  const found = Array.isArray(groups) ? (groups as readonly DuplicateGroup[]) : NONE;
  const shown = found.slice(0, SHOWN);
  const images = useMemo(() => found.slice(0, SHOWN).flatMap((group) => group.images), [found]);
  const cache = useCrops(images);
  if (groups === null || typeof groups === 'string') return <Searching failure={groups} />;
  const undecided = found.filter(isUndecided);
  const across = undecided.length;
  const copies = redundant(found);
  const remove = (them: readonly number[]): void => {
    edit({ kind: 'remove', images: them.map((image) => inspection.keys[image]!) });
  };
  return (
    <>
      <div className={styles.tools}>
        <span role="status">
          {found.length === 0
            ? 'No image repeats another.'
            : `${formatItems(found.length, 'group')} of images that repeat${across === 0 ? ', none across people' : ''}.`}
        </span>
        {found.length > 0 && (
          <button type="button" disabled={copies.length === 0} onClick={() => remove(copies)}>
            Keep one of each group
          </button>
        )}
      </div>
      {across > 0 && (
        <div className={styles.rule}>
          <p>
            {formatItems(across, 'group is', 'groups are')} under several names: decide{' '}
            {across === 1 ? 'that' : 'those'} yourself.
          </p>
          <button type="button" onClick={() => remove(undecided.flatMap(({ images }) => images))}>
            Remove all copies of {across === 1 ? 'it' : 'these'}
          </button>
        </div>
      )}
      <NumberField
        label="As similar as"
        value={similarity}
        range={[LEAST_SIMILARITY, MOST_SIMILARITY]}
        step={0.01}
        hint="Correlation of the two crops, 0 … 1. Lower finds more, and more that only look alike."
        onCommit={setSimilarity}
      />
      {shown.map((group) => (
        <section
          key={group.images.join(' ')}
          className={styles.group}
          aria-label="Images that repeat"
        >
          <p className={styles.count}>
            {group.kind === 'exact' ? 'identical' : `similar (${formatShare(group.similarity)})`}
            {group.relation === 'acrossIdentities' && ' · under several names'}
          </p>
          <div className={styles.groupImages}>
            {group.images.map((image) => (
              <ImageCell key={image} cache={cache} image={image} inspection={inspection} />
            ))}
          </div>
        </section>
      ))}
      {found.length > SHOWN && (
        <p className={styles.none}>
          The {SHOWN} most similar are shown; the others follow as these are dealt with.
        </p>
      )}
    </>
  );
}

const NONE: readonly DuplicateGroup[] = [];
