/** Images too poor to learn from, by kind, the worst first. */
import { useCallback, useEffect, useState } from 'react';
import {
  QUALITY_THRESHOLDS,
  type QualityKind,
  type QualityReport,
} from '../../../data/inspect/quality';
import { useSession } from '../../../state/session';
import { formatCount } from '../../../ui/format';
import { ImageCell } from './ImageCell';
import styles from './inspect.module.css';
import { Searching } from './Searching';
import { useCrops } from './useCrops';
import type { Inspection } from './useInspection';
import { VirtualGrid } from './VirtualGrid';

const LIMITS = QUALITY_THRESHOLDS;

interface Kind {
  readonly kind: QualityKind;
  readonly title: string;
  /** What makes an image one of these. */
  readonly rule: (cropSize: number) => string;
}

const KINDS: readonly Kind[] = [
  {
    kind: 'blank',
    title: 'Blank',
    rule: () => `spread of brightness under ${LIMITS.blankBelow} of 255 grey levels`,
  },
  {
    kind: 'tiny',
    title: 'Tiny',
    rule: (cropSize) => `shorter side of the picture under ${LIMITS.tinyBelow * cropSize} px`,
  },
  {
    kind: 'blurred',
    title: 'Blurred',
    rule: () => `edges wider than ${LIMITS.blurredAbove} px of the crop`,
  },
  {
    kind: 'dark',
    title: 'Dark',
    rule: () => `mean brightness under ${LIMITS.darkBelow} of 255`,
  },
  {
    kind: 'bright',
    title: 'Bright',
    rule: () => `mean brightness above ${LIMITS.brightAbove} of 255`,
  },
];

export function QualityTab({ inspection }: { readonly inspection: Inspection }) {
  const { edited, edit } = inspection;
  const ask = useSession((session) => session.ask);
  const [report, setReport] = useState<QualityReport | string | null>(null);
  // What was chosen, else the first kind that an image is of.
  const [chosen, setKind] = useState<QualityKind | null>(null);
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
  const judged = report === null || typeof report === 'string' ? null : report;
  const kind =
    chosen ?? KINDS.find((one) => judged !== null && judged[one.kind].length > 0)?.kind ?? 'blank';
  const images = judged?.[kind] ?? NONE;
  const [view, setView] = useState<readonly number[]>([]);
  const onView = useCallback(
    (first: number, last: number) => setView([...images.subarray(first, last + 1)]),
    [images],
  );
  const cache = useCrops(view);
  if (report === null || typeof report === 'string') return <Searching failure={report} />;
  const current = KINDS.find((one) => one.kind === kind)!;
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
      </div>
      <div className={styles.rule}>
        <p>
          {current.title}: {current.rule(inspection.inspected.faces.cropSize)}.
        </p>
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
          textHeight={82}
          onView={onView}
          cell={(at) => <ImageCell cache={cache} image={images[at]!} inspection={inspection} />}
        />
      )}
    </>
  );
}

const NONE = new Uint32Array(0);
