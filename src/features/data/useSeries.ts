/**
 * A count-down and the series of crops after it. Crops stay when the series is called off; each has a
 * number that no other gets, so that one can be taken away.
 */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { COUNT_FROM, cropOfFrame, nextPhase, type Phase, type Tempo, toRgba } from './camera';

export interface Crop {
  readonly number: number;
  /** `[CROP_SIDE, CROP_SIDE, 3]` and, to be drawn, `[CROP_SIDE, CROP_SIDE, 4]`. */
  readonly rgb: Uint8Array<ArrayBuffer>;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

export interface Series {
  readonly phase: Phase;
  readonly crops: readonly Crop[];
  begin(): void;
  callOff(): void;
  remove(number: number): void;
}

export function useSeries(
  video: RefObject<HTMLVideoElement | null>,
  wanted: number,
  tempo: Tempo,
): Series {
  const [phase, setPhase] = useState<Phase>(null);
  const [crops, setCrops] = useState<readonly Crop[]>([]);
  const taken = useRef(0);

  useEffect(() => {
    if (phase === null) return;
    const beat = (): void => {
      if (phase.kind === 'taking') {
        const rgb = takeCrop(video.current);
        if (rgb === null) {
          // The camera has no picture at the moment: the same beat again.
          setPhase({ ...phase });
          return;
        }
        taken.current += 1;
        const crop: Crop = { number: taken.current, rgb, rgba: toRgba(rgb) };
        setCrops((before) => [...before, crop]);
      }
      setPhase(nextPhase(phase, wanted));
    };
    const timer = setTimeout(beat, phase.kind === 'counting' ? tempo.countMs : tempo.cropMs);
    return () => clearTimeout(timer);
  }, [phase, wanted, tempo, video]);

  const begin = useCallback(() => setPhase({ kind: 'counting', left: COUNT_FROM }), []);
  const callOff = useCallback(() => setPhase(null), []);
  const remove = useCallback(
    (number: number) => setCrops((before) => before.filter((crop) => crop.number !== number)),
    [],
  );
  return { phase, crops, begin, callOff, remove };
}

/** `null` while there is no picture. */
function takeCrop(video: HTMLVideoElement | null): Uint8Array<ArrayBuffer> | null {
  if (video === null || video.readyState < video.HAVE_CURRENT_DATA) return null;
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || height === 0) return null;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  context.drawImage(video, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return cropOfFrame({ width, height, channels: 4, data });
}
