/** The registry over the session: the actions as they are possible now, and the keys that run them. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useSession } from '../state/session';
import { useTheme } from '../state/theme';
import { type Actions, actionForPress, createActions, type Focus } from './actions';
import { share } from './share';

export function useActions(openHelp: () => void): Actions {
  const facts = useSession(
    useShallow(({ status, playWhenReady, busy, experiment }) => ({
      running: status === 'running',
      waiting: playWhenReady,
      busy: busy !== null,
      ready: experiment !== null,
    })),
  );
  // The session says `running` for Play and for a few batches alike; these are the latter.
  const [pending, setPending] = useState(0);
  const whileStepping = useCallback(async (steps: Promise<void>): Promise<void> => {
    setPending((count) => count + 1);
    try {
      await steps;
    } finally {
      setPending((count) => count - 1);
    }
  }, []);
  const stepping = pending > 0;
  return useMemo(() => {
    const session = useSession.getState;
    return createActions(
      { ...facts, stepping },
      {
        play: () => void session().play(),
        pause: () => void session().pause(),
        stepBatch: () => void whileStepping(session().stepBatches(1)),
        stepEpoch: () => void whileStepping(session().stepEpoch()),
        reset: () => void session().reset(),
        newSeed: () => void session().newSeed(),
        share: () => void share(),
        cycleTheme: () => useTheme.getState().cycle(),
        openHelp,
      },
    );
  }, [facts, stepping, whileStepping, openHelp]);
}

/** Listens for the registry's keys as long as the page lives. */
export function useShortcuts(actions: Actions): void {
  const newest = useRef(actions);
  useEffect(() => {
    newest.current = actions;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      const action = actionForPress(newest.current, event, focusOf(event.target));
      if (action === null) return;
      event.preventDefault();
      action.run();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

const TYPING =
  'input:not([type=checkbox], [type=button]), select, textarea, [contenteditable=true]';
const PRESSABLE = 'button, a[href], summary, label, input, [role=button], [tabindex]';

function focusOf(target: EventTarget | null): Focus {
  const element = target instanceof Element ? target : null;
  return {
    typing: element?.closest(TYPING) != null,
    pressable: element?.closest(PRESSABLE) != null,
    modal: document.querySelector('dialog:modal') !== null,
  };
}
