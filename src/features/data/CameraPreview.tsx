/**
 * The camera's picture as a mirror: the largest square in its middle, the guide of what becomes a crop,
 * and the number that is being counted.
 */
import { type RefObject, useEffect } from 'react';
import styles from './CameraDialog.module.css';

interface CameraPreviewProps {
  readonly stream: MediaStream;
  readonly video: RefObject<HTMLVideoElement | null>;
  /** What stands over the picture, large. */
  readonly count: number | null;
  /** There is a picture from now on. */
  readonly onPicture: () => void;
}

export function CameraPreview({ stream, video, count, onPicture }: CameraPreviewProps) {
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    element.srcObject = stream;
    return () => {
      element.srcObject = null;
    };
  }, [stream, video]);
  return (
    <div className={styles.preview}>
      <video
        ref={video}
        muted
        autoPlay
        playsInline
        aria-label="Picture of the camera, mirrored"
        onPlaying={onPicture}
      />
      <span className={styles.guide} aria-hidden="true" />
      {count !== null && (
        <span className={styles.count} role="timer" aria-live="assertive">
          {count}
        </span>
      )}
    </div>
  );
}
