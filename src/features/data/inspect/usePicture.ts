/** What the worker tells of one picture: the picture itself, and the faces a detector finds on it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { FoundFace, InspectedPicture } from '../../../bridge/protocol';
import { useSession } from '../../../state/session';

/** The answer, `null` while it is on its way, or why there is none. */
export type Answer<T> = T | string | null;

export function usePicture(image: number): Answer<InspectedPicture> {
  const ask = useSession((session) => session.ask);
  const [picture, setPicture] = useState<Answer<InspectedPicture>>(null);
  useEffect(() => {
    let wanted = true;
    setPicture(null);
    void ask<'inspect-picture'>({ kind: 'inspect-picture', image }).then((outcome) => {
      if (wanted) setPicture(outcome.kind === 'done' ? outcome.value : outcome.failure.message);
    });
    return () => {
      wanted = false;
    };
  }, [ask, image]);
  return picture;
}

/** @returns what was found, and a way to look for it; it takes a moment, so it is done when asked for */
export function useFaces(image: number) {
  const ask = useSession((session) => session.ask);
  const [faces, setFaces] = useState<Answer<readonly FoundFace[]> | undefined>(undefined);
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  const look = useCallback(async (): Promise<readonly FoundFace[]> => {
    setFaces(null);
    const outcome = await ask<'find-faces'>({ kind: 'find-faces', image });
    if (!open.current) return [];
    setFaces(outcome.kind === 'done' ? outcome.value : outcome.failure.message);
    return outcome.kind === 'done' ? outcome.value : [];
  }, [ask, image]);
  return { faces, look };
}
