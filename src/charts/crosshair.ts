/** The step under the crosshair, shared by all curve charts; `null` while there is none. */
import { create } from 'zustand';

export interface CrosshairState {
  readonly step: number | null;
  show(step: number | null): void;
}

export const useCrosshair = create<CrosshairState>()((set, get) => ({
  step: null,
  show: (step) => {
    if (step !== get().step) set({ step });
  },
}));
