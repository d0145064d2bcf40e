/** One crop of the inspector, or its empty place while it is on its way. */
import { Face } from '../../../ui/Face';
import styles from './inspect.module.css';
import type { CropCache } from './useCrops';

export function Crop({ cache, image }: { readonly cache: CropCache; readonly image: number }) {
  const rgba = cache.get(image);
  return rgba === undefined ? (
    <span className={styles.empty} />
  ) : (
    <Face size={cache.size} rgba={rgba} className={styles.face} />
  );
}
