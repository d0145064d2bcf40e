/**
 * How a person looks at the curves: smoothing, axes, zoom, hidden arms. Kept between visits in this
 * browser; a storage that is full, forbidden or holds nonsense only means the defaults.
 */
import { create } from 'zustand';
import { ARM_IDS, type ArmId } from '../training/config';

export const MAX_SMOOTHING = 0.99;

export interface ViewState {
  /** Weight of the past in the debiased smoothing, 0 … 0.99. */
  readonly smoothing: number;
  /** Logarithmic steps on every chart. */
  readonly logX: boolean;
  /** Logarithmic scale s. */
  readonly logScale: boolean;
  /** Logarithmic loss. */
  readonly logY: boolean;
  /** The right end of the charts follows the newest step. */
  readonly followLive: boolean;
  /** Steps shown; `null` is the whole run. While following, only its length counts. */
  readonly xRange: readonly [number, number] | null;
  readonly hiddenArms: readonly ArmId[];
  /** Loss at the common scale, which can be compared, or each arm's own, which cannot. */
  readonly lossMode: 'common' | 'own';
  readonly accuracy: { readonly training: boolean; readonly validation: boolean };
  /** The closed-form curves behind P(target). */
  readonly paperCurves: boolean;
  /** The scale of the "what if" curve; `null` while it is off. */
  readonly whatIfScale: number | null;
}

export interface ViewActions {
  setSmoothing(weight: number): void;
  setLogX(on: boolean): void;
  setLogScale(on: boolean): void;
  setLogY(on: boolean): void;
  /** Turning it off freezes the steps shown now; `shown` is that range. */
  setFollowLive(on: boolean, shown: readonly [number, number] | null): void;
  zoomTo(range: readonly [number, number], newestStep: number): void;
  resetZoom(): void;
  /** Shows or hides an arm; of those in `present`, the last visible one stays. */
  toggleArm(arm: ArmId, present: readonly ArmId[]): void;
  setLossMode(mode: ViewState['lossMode']): void;
  /** At least one kind stays on. */
  toggleAccuracy(kind: 'training' | 'validation'): void;
  setPaperCurves(on: boolean): void;
  setWhatIfScale(scale: number | null): void;
}

export const DEFAULT_VIEW: ViewState = {
  smoothing: 0.6,
  logX: false,
  logScale: false,
  logY: false,
  followLive: true,
  xRange: null,
  hiddenArms: [],
  lossMode: 'common',
  accuracy: { training: true, validation: true },
  paperCurves: true,
  whatIfScale: null,
};

const STORAGE_KEY = 'adacos-playground.view';

/** The hidden arms after a toggle: the last visible arm among `present` cannot be hidden. */
export function toggleHidden(
  hidden: readonly ArmId[],
  arm: ArmId,
  present: readonly ArmId[],
): readonly ArmId[] {
  const visible = visibleArms(present, hidden);
  if (!visible.includes(arm)) return hidden.filter((id) => id !== arm);
  if (visible.length <= 1) return hidden;
  // Where all were hidden by an earlier experiment, all are shown: begin from there.
  const effective = hidden.filter((id) => !visible.includes(id));
  return [...effective, arm];
}

/** The arms that are drawn. An experiment whose arms were all hidden by an earlier one shows them all. */
export function visibleArms(present: readonly ArmId[], hidden: readonly ArmId[]): readonly ArmId[] {
  const visible = present.filter((id) => !hidden.includes(id));
  return visible.length === 0 ? present : visible;
}

/** The steps to show; `null` is the whole run. A followed window ends at the newest step. */
export function shownRange(
  view: Pick<ViewState, 'xRange' | 'followLive'>,
  newestStep: number,
): readonly [number, number] | null {
  if (view.xRange === null || !view.followLive) return view.xRange;
  const length = view.xRange[1] - view.xRange[0];
  return newestStep <= length ? null : [newestStep - length, newestStep];
}

/** What can be trusted of a stored text; everything else is the default. Never throws. */
export function parseView(text: string | null): ViewState {
  let stored: unknown = null;
  try {
    stored = text === null ? null : JSON.parse(text);
  } catch {
    return DEFAULT_VIEW;
  }
  if (typeof stored !== 'object' || stored === null) return DEFAULT_VIEW;
  const of = (key: string): unknown => (key in stored ? Reflect.get(stored, key) : undefined);
  const flag = (value: unknown, otherwise: boolean) =>
    typeof value === 'boolean' ? value : otherwise;
  const smoothing = of('smoothing');
  const hidden = of('hiddenArms');
  const accuracy = of('accuracy');
  const kinds =
    typeof accuracy === 'object' && accuracy !== null
      ? {
          training: flag(Reflect.get(accuracy, 'training'), true),
          validation: flag(Reflect.get(accuracy, 'validation'), true),
        }
      : DEFAULT_VIEW.accuracy;
  return {
    ...DEFAULT_VIEW,
    smoothing:
      typeof smoothing === 'number' && smoothing >= 0 && smoothing <= MAX_SMOOTHING
        ? smoothing
        : DEFAULT_VIEW.smoothing,
    logX: flag(of('logX'), DEFAULT_VIEW.logX),
    logScale: flag(of('logScale'), DEFAULT_VIEW.logScale),
    logY: flag(of('logY'), DEFAULT_VIEW.logY),
    hiddenArms: Array.isArray(hidden) ? ARM_IDS.filter((id) => hidden.includes(id)) : [],
    lossMode: of('lossMode') === 'own' ? 'own' : 'common',
    accuracy: kinds.training || kinds.validation ? kinds : DEFAULT_VIEW.accuracy,
    paperCurves: flag(of('paperCurves'), DEFAULT_VIEW.paperCurves),
  };
}

/** What is kept: habits. Zoom, following and "what if" belong to the run being looked at. */
export function serialiseView(view: ViewState): string {
  const { smoothing, logX, logScale, logY, hiddenArms, lossMode, accuracy, paperCurves } = view;
  const kept = { smoothing, logX, logScale, logY, hiddenArms, lossMode, accuracy, paperCurves };
  return JSON.stringify(kept);
}

function readStorage(): string | null {
  try {
    return globalThis.localStorage?.getItem(STORAGE_KEY) ?? null;
  } catch {
    return null; // Storage is forbidden: private windows, sandboxed frames.
  }
}

function writeStorage(text: string): void {
  try {
    globalThis.localStorage?.setItem(STORAGE_KEY, text);
  } catch {
    // Full or forbidden: the settings last as long as the page.
  }
}

export const useView = create<ViewState & ViewActions>()((set, get) => ({
  ...parseView(readStorage()),
  setSmoothing: (weight) => {
    if (!Number.isFinite(weight)) return;
    set({ smoothing: Math.min(MAX_SMOOTHING, Math.max(0, weight)) });
  },
  setLogX: (logX) => set({ logX }),
  setLogScale: (logScale) => set({ logScale }),
  setLogY: (logY) => set({ logY }),
  setFollowLive: (followLive, shown) =>
    set(followLive ? { followLive } : { followLive, xRange: get().xRange ?? shown }),
  zoomTo: ([from, to], newestStep) => {
    if (!(to > from)) return;
    set({ xRange: [from, to], followLive: to >= newestStep });
  },
  resetZoom: () => set({ xRange: null, followLive: true }),
  toggleArm: (arm, present) => set({ hiddenArms: toggleHidden(get().hiddenArms, arm, present) }),
  setLossMode: (lossMode) => set({ lossMode }),
  toggleAccuracy: (kind) => {
    const next = { ...get().accuracy, [kind]: !get().accuracy[kind] };
    if (next.training || next.validation) set({ accuracy: next });
  },
  setPaperCurves: (paperCurves) => set({ paperCurves }),
  setWhatIfScale: (whatIfScale) => set({ whatIfScale }),
}));

useView.subscribe((view, before) => {
  const text = serialiseView(view);
  if (text !== serialiseView(before)) writeStorage(text);
});
