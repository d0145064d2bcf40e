/** Which of the faces of a picture is meant, once they are looked for. */
import type { FoundFace } from '../../../bridge/protocol';
import { flatPoints } from '../../../data/align/points';
import type { FivePoints } from '../../../data/align/similarity';
import styles from './points.module.css';
import type { Answer } from './usePicture';

interface FaceChoiceProps {
  /** Undefined before they are looked for. */
  readonly faces: Answer<readonly FoundFace[]> | undefined;
  readonly points: FivePoints;
  readonly onLook: () => Promise<readonly FoundFace[]>;
  readonly onChoose: (points: FivePoints) => void;
}

export function FaceChoice({ faces, points, onLook, onChoose }: FaceChoiceProps) {
  if (faces === undefined) {
    return (
      <button
        type="button"
        onClick={() =>
          void onLook().then(([main]) => {
            if (main !== undefined) onChoose(main.points);
          })
        }
      >
        Find faces
      </button>
    );
  }
  if (faces === null) return <span role="status">Looking for faces …</span>;
  if (typeof faces === 'string') return <span role="status">{faces}</span>;
  if (faces.length === 0) return <span role="status">No face was found.</span>;
  return (
    <fieldset className={styles.faces}>
      <legend className={styles.unseen}>Face</legend>
      {faces.map((face, at) => (
        <button
          // biome-ignore lint/suspicious/noArrayIndexKey: the faces of one look keep their order
          key={at}
          type="button"
          aria-pressed={isAt(face.points, points)}
          onClick={() => onChoose(face.points)}
        >
          Face {at + 1}
        </button>
      ))}
    </fieldset>
  );
}

/** Kept points have lost some digits. */
const NEAR = 0.05;

function isAt(face: FivePoints, points: FivePoints): boolean {
  const others = flatPoints(points);
  return flatPoints(face).every((value, at) => Math.abs(value - others[at]!) < NEAR);
}
