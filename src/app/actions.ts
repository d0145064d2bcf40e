/**
 * The action registry: every action a person has, once, with its label, key, and when it is possible.
 * Buttons, keyboard shortcuts and the help list are all made from it.
 */
import type { Action } from '../ui/action';

/** What decides which actions are possible, and nothing that changes at every step. */
export interface ActionFacts {
  readonly running: boolean;
  /** Running, but only the batches that were asked for. */
  readonly stepping: boolean;
  /** Play was pressed while something was still being prepared. */
  readonly waiting: boolean;
  /** Faces are being loaded or networks built. */
  readonly busy: boolean;
  /** There is an experiment to train. */
  readonly ready: boolean;
}

/** What the actions do. */
export interface ActionEffects {
  play(): void;
  pause(): void;
  stepBatch(): void;
  stepEpoch(): void;
  reset(): void;
  newSeed(): void;
  share(): void;
  cycleTheme(): void;
  openHelp(): void;
}

export interface Actions {
  readonly play: Action;
  readonly stepBatch: Action;
  readonly stepEpoch: Action;
  readonly reset: Action;
  readonly newSeed: Action;
  readonly share: Action;
  readonly theme: Action;
  readonly help: Action;
}

export function createActions(facts: ActionFacts, effects: ActionEffects): Actions {
  const { running, stepping, waiting, busy, ready } = facts;
  const still = ready && !busy && !running;
  return {
    play: {
      id: 'play',
      label: running ? 'Pause' : waiting ? 'Waiting…' : 'Play',
      description: running
        ? 'Stops after the step that is under way.'
        : waiting
          ? 'Starts as soon as everything is ready; press again to call it off.'
          : busy
            ? 'Trains all arms as soon as the faces are read and the networks built.'
            : 'Trains all arms until you pause.',
      key: ' ',
      enabled: ready || busy,
      listed: {
        label: 'Play or pause',
        description: 'Trains all arms until you pause; a pause comes after the step under way.',
      },
      run: running || waiting ? effects.pause : effects.play,
    },
    stepBatch: {
      id: 'step-batch',
      label: '1 batch',
      description: 'Trains every arm on one more batch.',
      key: 's',
      // Batches asked for while others are trained are added to them.
      enabled: still || (ready && !busy && stepping),
      run: effects.stepBatch,
    },
    stepEpoch: {
      id: 'step-epoch',
      label: '1 epoch',
      description: 'Trains to the end of this pass through all training crops.',
      key: 'e',
      enabled: still,
      run: effects.stepEpoch,
    },
    reset: {
      id: 'reset',
      label: 'Reset',
      description: 'Back to step 0 with the same seed: the same weights, the same order.',
      key: 'r',
      enabled: ready && !busy,
      run: effects.reset,
    },
    newSeed: {
      id: 'new-seed',
      label: 'New seed',
      description: 'Back to step 0 with other first weights and another order.',
      key: null,
      enabled: ready && !busy,
      run: effects.newSeed,
    },
    share: {
      id: 'share',
      label: 'Share',
      description: 'Copies a link to this experiment; it carries settings, never images.',
      key: null,
      enabled: true,
      run: effects.share,
    },
    theme: {
      id: 'theme',
      label: 'Theme',
      description: 'Light, dark, or as the system has it.',
      key: null,
      enabled: true,
      run: effects.cycleTheme,
    },
    help: {
      id: 'help',
      label: 'Help and keys',
      description: 'What this is, and every key.',
      key: '?',
      enabled: true,
      run: effects.openHelp,
    },
  };
}

/** The part of a keyboard event that decides. */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

/** Where the key was pressed: what the focused element does with keys itself. */
export interface Focus {
  /** A field that is typed into or moved with keys. */
  readonly typing: boolean;
  /** A button or the like, which Space presses. */
  readonly pressable: boolean;
  /** A modal dialog is open. */
  readonly modal: boolean;
}

/** The possible action of a key press; `null` where the key belongs to the page or the browser. */
export function actionForPress(actions: Actions, press: Press, focus: Focus): Action | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.repeat) return null;
  if (focus.modal || focus.typing) return null;
  if (focus.pressable && press.key === ' ') return null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const action = Object.values(actions).find((candidate: Action) => candidate.key === key);
  return action?.enabled === true ? action : null;
}
