/**
 * A picture with the five points of a face on it, each a button that is dragged, or moved with the arrow
 * keys. Boxes of faces that were found are drawn beneath, with their numbers.
 */
import { type CSSProperties, useEffect, useRef, useState } from 'react';
import type { FoundFace, InspectedPicture } from '../../../bridge/protocol';
import { movePoint, POINT_NAMES, type View } from '../../../data/align/points';
import type { FivePoints, Point } from '../../../data/align/similarity';
import { formatNumber } from '../../../ui/format';
import styles from './points.module.css';

interface PointsPictureProps {
  readonly picture: InspectedPicture;
  /** The part that is shown, pixels of the picture. */
  readonly view: View;
  readonly points: FivePoints;
  readonly faces: readonly FoundFace[];
  readonly onPoints: (points: FivePoints) => void;
}

/** Pixels of the picture a press moves a point. */
const STEP = 1;
const LONG_STEP = 10;

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

export function positionText({ x, y }: Point): string {
  return `${formatNumber(Math.round(x * 10) / 10, 6)}, ${formatNumber(Math.round(y * 10) / 10, 6)}`;
}

export function PointsPicture({ picture, view, points, faces, onPoints }: PointsPictureProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [moved, setMoved] = useState('');
  const { width, height } = picture;
  const place = ({ x, y }: Point): CSSProperties => ({
    left: `${(100 * (x - view.left)) / view.width}%`,
    top: `${(100 * (y - view.top)) / view.height}%`,
  });
  const move = (index: number, to: Point): void => {
    onPoints(movePoint(points, index, to, picture));
  };
  return (
    <div ref={frame} className={styles.frame} style={{ aspectRatio: `${width} / ${height}` }}>
      <Canvas
        picture={picture}
        style={{
          ...place({ x: 0, y: 0 }),
          width: `${(100 * width) / view.width}%`,
          height: `${(100 * height) / view.height}%`,
        }}
      />
      {faces.length > 1 &&
        faces.map(({ box }, at) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: the faces of one look keep their order
            key={at}
            className={styles.box}
            aria-hidden="true"
            style={{
              ...place({ x: box.left, y: box.top }),
              width: `${(100 * box.width) / view.width}%`,
              height: `${(100 * box.height) / view.height}%`,
            }}
          >
            {at + 1}
          </span>
        ))}
      {points.map((point, index) => (
        <Handle
          key={POINT_NAMES[index]}
          name={POINT_NAMES[index]!}
          point={point}
          style={place(point)}
          scaleOf={() => view.width / (frame.current?.clientWidth ?? view.width)}
          onMove={(to) => move(index, to)}
          onKeyMove={(to) => {
            const next = movePoint(points, index, to, picture);
            onPoints(next);
            setMoved(`${POINT_NAMES[index]} ${positionText(next[index]!)}`);
          }}
        />
      ))}
      <span role="status" className={styles.unseen}>
        {moved}
      </span>
    </div>
  );
}

function Canvas({
  picture,
  style,
}: {
  readonly picture: InspectedPicture;
  readonly style: CSSProperties;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { rgba, shownWidth, shownHeight } = picture;
  useEffect(() => {
    const image = new ImageData(rgba, shownWidth, shownHeight);
    canvas.current?.getContext('2d')?.putImageData(image, 0, 0);
  }, [rgba, shownWidth, shownHeight]);
  return (
    <canvas
      ref={canvas}
      className={styles.picture}
      width={shownWidth}
      height={shownHeight}
      style={style}
    />
  );
}

interface HandleProps {
  readonly name: string;
  readonly point: Point;
  readonly style: CSSProperties;
  /** Pixels of the picture behind one of the screen. */
  readonly scaleOf: () => number;
  readonly onMove: (to: Point) => void;
  readonly onKeyMove: (to: Point) => void;
}

function Handle({ name, point, style, scaleOf, onMove, onKeyMove }: HandleProps) {
  /** Where the pointer and the point were when it was taken up. */
  const [grip, setGrip] = useState<{ readonly from: Point; readonly point: Point } | null>(null);
  const letGo = (): void => setGrip(null);
  return (
    <button
      type="button"
      className={styles.point}
      data-point={name}
      data-held={grip === null ? undefined : true}
      style={style}
      aria-label={`${name}, at ${positionText(point)}`}
      aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setGrip({ from: { x: event.clientX, y: event.clientY }, point });
      }}
      onPointerMove={(event) => {
        if (grip === null) return;
        const scale = scaleOf();
        onMove({
          x: grip.point.x + scale * (event.clientX - grip.from.x),
          y: grip.point.y + scale * (event.clientY - grip.from.y),
        });
      }}
      onPointerUp={letGo}
      onPointerCancel={letGo}
      onKeyDown={(event) => {
        const way = ARROWS[event.key];
        if (way === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
        // The dialog would scroll.
        event.preventDefault();
        const step = event.shiftKey ? LONG_STEP : STEP;
        onKeyMove({ x: point.x + step * way.x, y: point.y + step * way.y });
      }}
    >
      <span>{name}</span>
    </button>
  );
}
