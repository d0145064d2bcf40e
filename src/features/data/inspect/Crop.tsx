/** One crop of the inspector, as corrected, or its empty place while it is on its way. */
import { useEffect } from 'react';
import type { CropCorrection } from '../../../data/align/placement';
import { Face } from '../../../ui/Face';
import styles from './inspect.module.css';
import type { CropCache } from './useCrops';

interface CropProps {
  readonly cache: CropCache;
  readonly image: number;
  readonly correction?: CropCorrection | undefined;
}

export function Crop({ cache, image, correction }: CropProps) {
  useEffect(() => {
    if (correction !== undefined) cache.wantCorrected(image, correction);
  }, [cache, image, correction]);
  const corrected = correction === undefined ? undefined : cache.corrected(image, correction);
  const rgba = corrected ?? cache.get(image);
  return rgba === undefined ? (
    <span className={styles.empty} />
  ) : (
    <Face size={cache.size} rgba={rgba} className={styles.face} />
  );
}
