/** One image with its name, its size, and whether it takes part: remove, keep, give to somebody else. */
import { useContext } from 'react';
import { DECISION } from '../../../data/inspect/editing';
import { Crop } from './Crop';
import { headAndTail, ownPart } from './captions';
import styles from './inspect.module.css';
import { type CropCache, OpenPicture } from './useCrops';
import type { Inspection } from './useInspection';

interface ImageCellProps {
  readonly cache: CropCache;
  readonly image: number;
  readonly inspection: Inspection;
  /** Under the name: why the image is here. */
  readonly note?: string;
  /** Among images of the same person, who need not be named under each. */
  readonly alone?: boolean;
  /** Whom it shows is being asked for. */
  readonly moving?: boolean;
  readonly onMove?: () => void;
}

export function ImageCell(props: ImageCellProps) {
  const { cache, image, inspection, note, alone = false, moving = false, onMove } = props;
  const { inspected, edited, edit } = inspection;
  const name = inspected.faces.names[image]!;
  const open = useContext(OpenPicture);
  const crop = <Crop cache={cache} image={image} correction={edited.crops.get(image)} />;
  const removed = edited.decisions[image] === DECISION.remove;
  const sizes = inspected.faces.sourceSizes;
  const size = sizes === undefined ? [] : [`${sizes[2 * image]}×${sizes[2 * image + 1]}`];
  const owner = edited.identities[edited.owner[image]!]!.name;
  const about = note === undefined ? [...(alone ? [] : [owner]), ...size] : [note];
  return (
    <div
      className={styles.image}
      data-out={edited.imageIdentity[image] === -1 || undefined}
      data-moving={moving || undefined}
    >
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
      <Caption text={ownPart(name, owner)} title={[name, ...size, owner].join(' · ')} />
      {about.map((line) => (
        <span key={line} className={styles.count} title={line}>
          {line}
        </span>
      ))}
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

/** A name that is too long is cut in the middle: images of one person differ at the end. */
function Caption({ text, title }: { readonly text: string; readonly title: string }) {
  const parts = headAndTail(text);
  return (
    <bdi className={styles.caption} title={title}>
      {parts === null ? (
        text
      ) : (
        <>
          <span>{parts[0]}</span>
          <span>{parts[1]}</span>
        </>
      )}
    </bdi>
  );
}
