/** One face crop, drawn from RGBA bytes; the layout decides its size on screen. Its name stands beside it. */
import { useEffect, useRef } from 'react';

interface FaceProps {
  /** Pixels of a side. */
  readonly size: number;
  /** `[size, size, 4]`. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly className?: string | undefined;
}

export function Face({ size, rgba, className }: FaceProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(new ImageData(rgba, size, size), 0, 0);
  }, [rgba, size]);
  return <canvas ref={canvas} width={size} height={size} className={className} />;
}
