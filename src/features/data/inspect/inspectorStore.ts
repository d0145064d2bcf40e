/**
 * Whether the inspector is open and the corrections made in it: outside React, because a page that is
 * laid out anew (a tablet that is turned) must not lose them.
 */
import { create } from 'zustand';
import type { EditHistory } from '../../../data/inspect/history';

interface InspectorStore {
  readonly open: boolean;
  /** `null` until something was corrected. */
  readonly history: EditHistory | null;
}

export const useInspector = create<InspectorStore>()(() => ({ open: false, history: null }));

export function openInspector(): void {
  useInspector.setState({ open: true, history: null });
}

export function closeInspector(): void {
  useInspector.setState({ open: false, history: null });
}

export function setHistory(history: EditHistory): void {
  useInspector.setState({ history });
}
