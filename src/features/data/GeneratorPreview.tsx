/**
 * What the generator's settings would draw: three people, a row each. The pictures of before stay until
 * the next ones have come.
 */
import { useEffect, useState } from 'react';
import type { Thumbnails } from '../../bridge/protocol';
import type { SyntheticSettings } from '../../data/synthetic/settings';
import { useSession } from '../../state/session';
import { Face } from '../../ui/Face';
import styles from './DataPanel.module.css';
import { faceAt } from './faces';
import own from './Generator.module.css';

const PEOPLE = 3;
const IMAGES = 6;

export function GeneratorPreview({ settings }: { readonly settings: SyntheticSettings }) {
  const ask = useSession((session) => session.previewSynthetic);
  const [faces, setFaces] = useState<Thumbnails | null>(null);
  useEffect(() => {
    let wanted = true;
    void ask(settings, PEOPLE, IMAGES).then((outcome) => {
      if (wanted && outcome.kind === 'done') setFaces(outcome.value);
    });
    return () => {
      wanted = false;
    };
  }, [settings, ask]);
  return (
    <div
      className={`${styles.faces} ${own.preview}`}
      role="img"
      aria-label="Three people as these settings would draw them, six images each"
    >
      {Array.from({ length: PEOPLE * IMAGES }, (_, place) =>
        faces === null || place >= faces.indices.length ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: places have no other identity
          <span key={place} className={styles.empty} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <Face key={place} size={faces.size} rgba={faceAt(faces, place)} />
        ),
      )}
    </div>
  );
}
