/**
 * One image and the picture its crop was cut from: the five points of the face can be moved, another face
 * chosen, the middle taken, the image left out. What is decided is a correction like the others.
 */
import { type CSSProperties, useEffect, useMemo, useState } from 'react';
import type { FoundFace, InspectedPicture } from '../../../bridge/protocol';
import { CropSource } from '../../../data/align/alignCrop';
import {
  flatPoints,
  POINT_NAMES,
  pointsIn,
  pointsOfMiddle,
  viewAround,
} from '../../../data/align/points';
import type { FivePoints } from '../../../data/align/similarity';
import type { Edit } from '../../../data/inspect/edit';
import { DECISION } from '../../../data/inspect/editing';
import { Dialog } from '../../../ui/Dialog';
import { Face } from '../../../ui/Face';
import { Crop } from './Crop';
import { FaceChoice } from './FaceChoice';
import { PointsPicture, positionText } from './PointsPicture';
import styles from './points.module.css';
import { useCrops } from './useCrops';
import type { Inspection } from './useInspection';
import { useFaces, usePicture } from './usePicture';

interface PointsDialogProps {
  readonly image: number;
  readonly inspection: Inspection;
  readonly onClose: () => void;
}

export function PointsDialog({ image, inspection, onClose }: PointsDialogProps) {
  const picture = usePicture(image);
  const { inspected } = inspection;
  const name = inspected.faces.names[image]!;
  const title = name.slice(name.lastIndexOf('/') + 1);
  if (picture === null || typeof picture === 'string') {
    return (
      <Dialog title={title} width="wide" onClose={onClose}>
        <p role="status">{picture ?? 'Opening the picture …'}</p>
      </Dialog>
    );
  }
  return (
    <PointsEditor
      title={title}
      picture={picture}
      image={image}
      inspection={inspection}
      onClose={onClose}
    />
  );
}

interface EditorProps extends PointsDialogProps {
  readonly title: string;
  readonly picture: InspectedPicture;
}

function PointsEditor({ title, picture, image, inspection, onClose }: EditorProps) {
  const { inspected, edited, keys, edit } = inspection;
  const { faces: all } = inspected;
  const [before] = useState(() => firstPoints(inspection, image, picture));
  const [points, setPoints] = useState(before);
  const several = all.placements?.[image] === 'several';
  const [view, setView] = useState(() => (several ? wholeOf(picture) : firstView(points, picture)));
  const { faces, look } = useFaces(image);
  const crop = useCrop(picture, points, all.cropSize);
  // What was found the first time is looked for again: only the main face was kept.
  useEffect(() => {
    if (several) void look();
  }, [several, look]);
  const found: readonly FoundFace[] = Array.isArray(faces) ? faces : NO_FACES;
  const take = (next: FivePoints): void => {
    setPoints(next);
    setView((now) => (now.width === picture.width ? now : viewAround(next, picture)));
  };
  const decide = (decision: Edit): void => {
    edit(decision);
    onClose();
  };
  const key = keys[image]!;
  const close = view.width < picture.width;
  const removed = edited.decisions[image] === DECISION.remove;
  return (
    <Dialog
      title={title}
      width="table"
      onClose={onClose}
      foot={
        <>
          <button
            type="button"
            disabled={removed}
            onClick={() => decide({ kind: 'remove', images: [key] })}
          >
            {removed ? 'Left out' : 'Leave out'}
          </button>
          <button type="button" onClick={() => decide({ kind: 'middle', images: [key] })}>
            Use the middle
          </button>
          <button
            type="button"
            className={styles.primary}
            disabled={typeof crop === 'string'}
            onClick={() => decide({ kind: 'align', image: key, points: flatPoints(points) })}
          >
            Use these points
          </button>
        </>
      }
    >
      <p className={styles.hint}>
        Drag the points, or move the chosen one with the arrow keys: 1 pixel, with Shift 10. Left
        and right are as you see them: the left eye is the one on the left of the picture, which is
        the person’s right eye.
      </p>
      <div className={styles.editor} style={pictureWidth(picture)}>
        <PointsPicture
          picture={picture}
          view={view}
          points={points}
          faces={found}
          onPoints={setPoints}
        />
        <div className={styles.side}>
          <div className={styles.crops}>
            <Now image={image} inspection={inspection} />
            <figure>
              {typeof crop === 'string' ? (
                <span className={styles.noCrop} />
              ) : (
                <Face size={all.cropSize} rgba={crop} className={styles.crop} />
              )}
              <figcaption>with these points</figcaption>
            </figure>
          </div>
          <p className={styles.problem} role="alert">
            {typeof crop === 'string' ? crop : ''}
          </p>
          <div className={styles.ways}>
            <button
              type="button"
              aria-pressed={close}
              onClick={() => setView(close ? wholeOf(picture) : viewAround(points, picture))}
            >
              Closer
            </button>
            <FaceChoice faces={faces} points={points} onLook={look} onChoose={take} />
          </div>
          <table className={styles.positions}>
            <caption>
              <span>Pixels of the picture, {`${picture.width}×${picture.height}`}</span>
              <button type="button" disabled={points === before} onClick={() => take(before)}>
                Put back
              </button>
            </caption>
            <tbody>
              {points.map((point, at) => (
                <tr key={POINT_NAMES[at]}>
                  <th scope="row">{POINT_NAMES[at]}</th>
                  <td>{positionText(point)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </Dialog>
  );
}

/** The crop as it is used now. */
function Now({ image, inspection }: { readonly image: number; readonly inspection: Inspection }) {
  const images = useMemo(() => [image], [image]);
  const cache = useCrops(images);
  return (
    <figure>
      <div className={styles.crop}>
        <Crop cache={cache} image={image} correction={inspection.edited.crops.get(image)} />
      </div>
      <figcaption>now</figcaption>
    </figure>
  );
}

/** As wide as the picture is at most, so that nothing beside it is empty. */
function pictureWidth({ width, height }: InspectedPicture): CSSProperties {
  // React's type has no custom properties.
  return { '--picture': `${(60 * width) / height}vh` } as CSSProperties;
}

const NO_FACES: readonly FoundFace[] = [];

function wholeOf({ width, height }: InspectedPicture) {
  return { left: 0, top: 0, width, height };
}

/** A face that is small in its picture is shown close. */
const SMALL_SHARE = 0.6;

function firstView(points: FivePoints, picture: InspectedPicture) {
  const view = viewAround(points, picture);
  return view.width < SMALL_SHARE * picture.width ? view : wholeOf(picture);
}

/** What a person set, else what was found or listed, else where a face would be in the middle. */
function firstPoints(
  { edited, inspected }: Inspection,
  image: number,
  picture: InspectedPicture,
): FivePoints {
  const correction = edited.crops.get(image);
  const set = correction?.kind === 'points' ? pointsIn(correction.points) : null;
  const { facePoints } = inspected.faces;
  const known = facePoints === undefined ? null : pointsIn(facePoints, image);
  return set ?? known ?? pointsOfMiddle(picture);
}

/** `[size, size, 4]`, or why the points give no crop. */
function useCrop(picture: InspectedPicture, points: FivePoints, size: number) {
  const source = useMemo(() => {
    const { shownWidth: width, shownHeight: height, rgba: data } = picture;
    return new CropSource({ width, height, channels: 4, data }, picture.width);
  }, [picture]);
  return useMemo(() => {
    try {
      const rgb = source.aligned(points, picture.template, size);
      const rgba = new Uint8ClampedArray(size * size * 4).fill(255);
      for (let pixel = 0; pixel < size * size; pixel += 1) {
        rgba.set(rgb.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
      }
      return rgba;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }, [source, points, picture, size]);
}
