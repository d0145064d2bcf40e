/** Images that a trained arm puts nearer to somebody else than to the name they have. */
import { useCallback, useMemo, useState } from 'react';
import type { Failure, Suspect, SuspectReport } from '../../../bridge/protocol';
import { useSession } from '../../../state/session';
import type { ArmId } from '../../../training/config';
import { formatCount, formatNumber } from '../../../ui/format';
import { ImageCell } from './ImageCell';
import styles from './inspect.module.css';
import { Searching } from './Searching';
import { suspectText } from './suspectText';
import { useCrops } from './useCrops';
import type { Inspection } from './useInspection';
import { useSuspects } from './useSuspects';
import { VirtualGrid } from './VirtualGrid';

export function SuspectsTab({ inspection }: { readonly inspection: Inspection }) {
  const { inspected, edited, edit } = inspection;
  const arms = useSession((session) => session.config.arms);
  const [arm, setArm] = useState<ArmId>(arms[0]!.id);
  const search = useSuspects(arm);
  const training = useSession(({ status }) => status === 'running');
  const places = useMemo(
    () => new Map(inspected.faces.names.map((name, image) => [name, image])),
    [inspected],
  );
  const found = search.kind === 'done' ? search.report.suspects : NONE;
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
        {search.kind === 'searching' && training && (
          <span role="status">Training waits until this is done, and then goes on.</span>
        )}
      </div>
      {search.kind === 'searching' && <Searching failure={null} />}
      {search.kind === 'failed' && <Refusal failure={search.failure} />}
      {search.kind === 'done' && <Decided report={search.report} />}
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

const NONE: readonly Suspect[] = [];

function Decided({ report }: { readonly report: SuspectReport }) {
  const { found, grounds } = suspectText(report);
  const hidden = report.found - report.suspects.length;
  return (
    <div role="status" className={styles.none}>
      <p>{found}</p>
      {grounds !== null && <p>{grounds}</p>}
      {hidden > 0 && <p>The {formatCount(report.suspects.length)} most suspect are shown.</p>}
    </div>
  );
}

const GIVEN_UP =
  'The search was given up for a pause or for other faces. Open this tab again to search anew.';

/** That nothing has trained yet is no fault of anything, nor is what a person stopped. */
function Refusal({ failure }: { readonly failure: Failure }) {
  const { code, message, remedy } = failure;
  if (code === 'data/cancelled') {
    return (
      <p role="status" className={styles.none}>
        {GIVEN_UP}
      </p>
    );
  }
  if (code !== 'state/no-data') return <Searching failure={`${message} ${remedy}`} />;
  return (
    <p role="status" className={styles.none}>
      {message} {remedy}
    </p>
  );
}
