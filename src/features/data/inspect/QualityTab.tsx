/** Images too poor to learn from, by kind, the worst first. */
import { useCallback, useEffect, useState } from 'react';
import type { QualityKind, QualityReport } from '../../../data/inspect/quality';
import { useSession } from '../../../state/session';
import { formatCount } from '../../../ui/format';
import { ImageCell } from './ImageCell';
import styles from './inspect.module.css';
import { Searching } from './Searching';
import { useCrops } from './useCrops';
import type { Inspection } from './useInspection';
import { VirtualGrid } from './VirtualGrid';

const KINDS: readonly { readonly kind: QualityKind; readonly title: string }[] = [
  { kind: 'blank', title: 'Blank' },
  { kind: 'tiny', title: 'Tiny' },
  { kind: 'blurred', title: 'Blurred' },
  { kind: 'dark', title: 'Dark' },
  { kind: 'bright', title: 'Bright' },
];

export function QualityTab({ inspection }: { readonly inspection: Inspection }) {
  const { edited, edit } = inspection;
  const ask = useSession((session) => session.ask);
  const [report, setReport] = useState<QualityReport | string | null>(null);
  const [kind, setKind] = useState<QualityKind>('blank');
  const { imageIdentity } = edited;
  useEffect(() => {
    let wanted = true;
    void ask<'judge-quality'>({ kind: 'judge-quality', imageIdentity }).then((outcome) => {
      if (wanted) setReport(outcome.kind === 'done' ? outcome.value : outcome.failure.message);
    });
    return () => {
      wanted = false;
    };
  }, [ask, imageIdentity]);
  const images = report === null || typeof report === 'string' ? NONE : report[kind];
  const [view, setView] = useState<readonly number[]>([]);
  const onView = useCallback(
    (first: number, last: number) => setView([...images.subarray(first, last + 1)]),
    [images],
  );
  const cache = useCrops(view);
  if (report === null || typeof report === 'string') return <Searching failure={report} />;
  return (
    <>
      <div className={styles.tools}>
        {KINDS.map((one) => (
          <button
            key={one.kind}
            type="button"
            aria-pressed={kind === one.kind}
            onClick={() => setKind(one.kind)}
          >
            {one.title} {formatCount(report[one.kind].length)}
          </button>
        ))}
        {images.length > 0 && (
          <button
            type="button"
            onClick={() => {
              const names = Array.from(images, (image) => inspection.keys[image]!);
              edit({ kind: 'remove', images: names });
            }}
          >
            Remove these {formatCount(images.length)}
          </button>
        )}
      </div>
      {images.length === 0 ? (
        <p className={styles.none}>No image is that poor.</p>
      ) : (
        <VirtualGrid
          label="Poor images"
          count={images.length}
          cellWidth={104}
          textHeight={64}
          onView={onView}
          cell={(at) => <ImageCell cache={cache} image={images[at]!} inspection={inspection} />}
        />
      )}
    </>
  );
}

const NONE = new Uint32Array(0);
