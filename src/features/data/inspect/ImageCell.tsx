/** One image with its name, its size, and whether it takes part: remove, keep, give to somebody else. */
import { useContext } from 'react';
import { DECISION } from '../../../data/inspect/editing';
import { Crop } from './Crop';
import styles from './inspect.module.css';
import { type CropCache, OpenPicture } from './useCrops';
import type { Inspection } from './useInspection';

interface ImageCellProps {
  readonly cache: CropCache;
  readonly image: number;
  readonly inspection: Inspection;
  /** Under the name: why the image is here. */
  readonly note?: string;
  readonly onMove?: () => void;
}

export function ImageCell({ cache, image, inspection, note, onMove }: ImageCellProps) {
  const { inspected, edited, edit } = inspection;
  const name = inspected.faces.names[image]!;
  const open = useContext(OpenPicture);
  const crop = <Crop cache={cache} image={image} correction={edited.crops.get(image)} />;
  const removed = edited.decisions[image] === DECISION.remove;
  const sizes = inspected.faces.sourceSizes;
  const size = sizes === undefined ? '' : ` · ${sizes[2 * image]}×${sizes[2 * image + 1]}`;
  const owner = edited.identities[edited.owner[image]!]!.name;
  return (
    <div className={styles.image} data-out={edited.imageIdentity[image] === -1 || undefined}>
      {open === null ? (
        crop
      ) : (
        <button
          type="button"
          className={styles.open}
          aria-label={`Open ${name}`}
          onClick={() => open(image)}
        >
          {crop}
        </button>
      )}
      <bdi className={styles.name} title={`${name}${size}`}>
        {name.slice(name.lastIndexOf('/') + 1)}
      </bdi>
      <span className={styles.count}>{note ?? `${owner}${size}`}</span>
      <span className={styles.decide}>
        <button
          type="button"
          aria-label={`${removed ? 'Keep' : 'Remove'} ${name}`}
          onClick={() =>
            edit({ kind: removed ? 'keep' : 'remove', images: [inspection.keys[image]!] })
          }
        >
          {removed ? 'Keep' : 'Remove'}
        </button>
        {onMove !== undefined && (
          <button type="button" aria-label={`Move ${name}`} onClick={onMove}>
            Move…
          </button>
        )}
      </span>
    </div>
  );
}
