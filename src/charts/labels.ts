/**
 * Words inside a picture, kept off each other and, where there is room, off the curves. Each label
 * comes with the places it may take, best first. One that fits nowhere is left out: two labels over
 * each other can be read by nobody.
 */
import type { PixelPoint } from './paths';

export interface LabelPlace {
  readonly x: number;
  /** Baseline. */
  readonly y: number;
  readonly anchor: 'start' | 'end';
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface WantedLabel {
  readonly text: string;
  /** Best first. */
  readonly places: readonly LabelPlace[];
  /** Where every place is crossed by a curve: take the least crossed, or leave the label out. */
  readonly crossed: 'keep' | 'drop';
}

export interface Surroundings {
  /** Labels stay inside. */
  readonly frame: Box;
  /** Never covered: other labels, words laid over the picture. */
  readonly taken: readonly Box[];
  readonly lines: readonly (readonly PixelPoint[])[];
  /** Lines that a label may rather cross than one of `lines`. */
  readonly faintLines?: readonly (readonly PixelPoint[])[];
}

/** Width of a character at 11 px: digits and small letters are narrower, capitals wider. */
const CHARACTER_PX = 5.7;
const ASCENT_PX = 10;
const DESCENT_PX = 3;
/** Several faint lines weigh as much as one curve. */
const FAINT = 0.3;

/** Estimated: measuring would force a layout in every update. */
export const labelWidth = (text: string): number => text.length * CHARACTER_PX;

/** The room a label takes. */
export function labelBox(text: string, { x, y, anchor }: LabelPlace): Box {
  const width = labelWidth(text);
  const left = anchor === 'start' ? x : x - width;
  return { left, right: left + width, top: y - ASCENT_PX, bottom: y + DESCENT_PX };
}

/** The place of each label, in the order given; `null` where it is left out. */
export function placeLabels(
  wanted: readonly WantedLabel[],
  { frame, taken, lines, faintLines = [] }: Surroundings,
): readonly (LabelPlace | null)[] {
  const boxes = [...taken];
  return wanted.map(({ text, places, crossed }) => {
    let best: LabelPlace | null = null;
    let fewest = crossed === 'keep' ? Number.POSITIVE_INFINITY : FAINT;
    for (const place of places) {
      const box = labelBox(text, place);
      if (!inside(box, frame) || boxes.some((other) => overlap(box, other))) continue;
      const count = (all: typeof lines) => all.filter((line) => crosses(line, box)).length;
      const crossings = count(lines) + FAINT * count(faintLines);
      if (crossings >= fewest) continue;
      best = place;
      fewest = crossings;
      if (crossings === 0) break;
    }
    if (best !== null) boxes.push(labelBox(text, best));
    return best;
  });
}

const inside = (box: Box, frame: Box): boolean =>
  box.left >= frame.left &&
  box.right <= frame.right &&
  box.top >= frame.top &&
  box.bottom <= frame.bottom;

export const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Whether a line from left to right, broken where y is `null`, passes through the box. */
export function crosses(line: readonly PixelPoint[], box: Box): boolean {
  let last: { readonly x: number; readonly y: number } | null = null;
  for (const { x, y } of line) {
    if (x === null || y === null) {
      last = null;
      continue;
    }
    const from = last ?? { x, y };
    last = { x, y };
    const left = Math.max(box.left, from.x);
    const right = Math.min(box.right, x);
    if (left > right) continue;
    const slope = x === from.x ? 0 : (y - from.y) / (x - from.x);
    const ends =
      x === from.x
        ? [from.y, y]
        : [from.y + slope * (left - from.x), from.y + slope * (right - from.x)];
    if (Math.min(...ends) <= box.bottom && Math.max(...ends) >= box.top) return true;
  }
  return false;
}
