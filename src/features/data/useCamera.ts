/**
 * The camera of this computer: off until `start`, off again after `stop`, when the dialog goes, and when
 * it went off by itself. No picture of it is kept here.
 */
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { CAMERA_ENDED, cameraProblem, INSECURE } from './camera';

type CameraState =
  | { readonly kind: 'off'; readonly problem: string | null }
  | { readonly kind: 'starting' }
  | { readonly kind: 'on'; readonly stream: MediaStream };

export interface Camera {
  readonly state: CameraState;
  start(): void;
  stop(): void;
}

const OFF: CameraState = { kind: 'off', problem: null };

/** Enough for a crop; a larger picture would only cost time. */
const WANTED: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 } },
};

function turnOff(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

export function useCamera(): Camera {
  const [state, setState] = useState<CameraState>(OFF);
  const open = useRef<MediaStream | null>(null);
  /** Counts starts and stops: an answer to an earlier question turns nothing on. */
  const turn = useRef(0);

  const end = useCallback((next: CameraState): void => {
    turn.current += 1;
    turnOff(open.current);
    open.current = null;
    setState(next);
  }, []);

  const start = useCallback((): void => {
    end({ kind: 'starting' });
    const mine = turn.current;
    void openCamera().then((answer) => {
      if (mine !== turn.current) {
        if (answer.kind === 'on') turnOff(answer.stream);
        return;
      }
      setState(answer);
      if (answer.kind !== 'on') return;
      open.current = answer.stream;
      for (const track of answer.stream.getTracks()) {
        // `stop()` does not fire this: it is the camera that went.
        track.addEventListener('ended', () => {
          if (open.current === answer.stream) end({ kind: 'off', problem: CAMERA_ENDED });
        });
      }
    });
  }, [end]);

  // A layout effect: the camera goes off together with the dialog, not once the browser is idle.
  useLayoutEffect(
    () => () => {
      turn.current += 1;
      turnOff(open.current);
      open.current = null;
    },
    [],
  );

  const stop = useCallback(() => end(OFF), [end]);
  return { state, start, stop };
}

async function openCamera(): Promise<Exclude<CameraState, { kind: 'starting' }>> {
  // Typed as always there; pages that did not come by a secure way have none.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) return { kind: 'off', problem: INSECURE };
  try {
    return { kind: 'on', stream: await devices.getUserMedia(WANTED) };
  } catch (error) {
    return { kind: 'off', problem: cameraProblem(error) };
  }
}
