/**
 * One meaning per colour: each arm's colour and dash, used for cards, curves, dots and table rows.
 * Colours are the theme's Okabe–Ito variables; the dash tells the arms apart without colour.
 */
import type { ArmId } from '../training/config';

export interface ArmStyle {
  /** CSS colour, a custom property of the theme. */
  readonly colour: string;
  /** SVG `stroke-dasharray`; `null` is a solid line. */
  readonly dash: string | null;
  /** The dash in words, for people who cannot see it. */
  readonly dashName: string;
}

export const ARM_STYLES: Readonly<Record<ArmId, ArmStyle>> = {
  A: { colour: 'var(--arm-a)', dash: '6 4', dashName: 'dashed' },
  B: { colour: 'var(--arm-b)', dash: null, dashName: 'solid' },
  C: { colour: 'var(--arm-c)', dash: '2 3', dashName: 'dotted' },
  D: { colour: 'var(--arm-d)', dash: '9 3 2 3', dashName: 'dash-dotted' },
};

/** Solid lines first, so that a dashed one over them lets both be seen where arms agree. */
export function drawingOrder<T extends { readonly id: ArmId }>(arms: readonly T[]): readonly T[] {
  const rank = ({ id }: T) => (ARM_STYLES[id].dash === null ? 0 : 1);
  return [...arms].sort((a, b) => rank(a) - rank(b));
}
