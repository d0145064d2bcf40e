/**
 * What the generator's settings would draw: three people, a row each. The pictures of before stay until
 * the next ones have come.
 */
import { useEffect, useState } from 'react';
import type { Thumbnails } from '../../bridge/protocol';
import { imageCounts } from '../../data/synthetic/counts';
import type { SyntheticSettings } from '../../data/synthetic/settings';
import { useSession } from '../../state/session';
import { Face } from '../../ui/Face';
import styles from './DataPanel.module.css';
import { faceAt } from './faces';
import own from './Generator.module.css';

const PEOPLE = 3;
const IMAGES = 6;

interface Drawn {
  readonly faces: Thumbnails;
  /** How many images each person has: of somebody with few, the other places are empty. */
  readonly counts: Int32Array;
}

function isThere({ faces, counts }: Drawn, place: number): boolean {
  const images = counts[Math.floor(place / IMAGES)] ?? 0;
  return place < faces.indices.length && place % IMAGES < images;
}

export function GeneratorPreview({ settings }: { readonly settings: SyntheticSettings }) {
  const ask = useSession((session) => session.previewSynthetic);
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  useEffect(() => {
    let wanted = true;
    void ask(settings, PEOPLE, IMAGES).then((outcome) => {
      if (!wanted || outcome.kind !== 'done') return;
      setDrawn({ faces: outcome.value, counts: imageCounts(settings) });
    });
    return () => {
      wanted = false;
    };
  }, [settings, ask]);
  return (
    <div
      className={`${styles.faces} ${own.preview}`}
      role="img"
      aria-label="Some people as these settings would draw them"
    >
      {Array.from({ length: PEOPLE * IMAGES }, (_, place) =>
        drawn === null || !isThere(drawn, place) ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: places have no other identity
          <span key={place} className={styles.empty} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <Face key={place} size={drawn.faces.size} rgba={faceAt(drawn.faces, place)} />
        ),
      )}
    </div>
  );
}
