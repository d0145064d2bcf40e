/** Marks on the step axis, those too near to be told apart put together. */
import type { Mark } from '../bridge/protocol';
import type { ArmId } from '../training/config';
import { formatStep } from './format';
import type { PixelScale } from './scale';

export interface MarkGroup {
  readonly pixel: number;
  /** Arms concerned, in the order they appear. */
  readonly arms: readonly ArmId[];
  readonly label: string;
}

/** Nearer marks share a line; the label names the first few and counts the rest. */
const MIN_GAP_PX = 4;
const NAMED = 3;

export function groupMarks(
  marks: readonly Mark[],
  visible: readonly ArmId[],
  scale: PixelScale,
  [left, right]: readonly [number, number],
): readonly MarkGroup[] {
  const placed = marks
    .filter(({ arm }) => arm === null || visible.includes(arm))
    .flatMap((mark) => {
      const pixel = scale.toPixel(mark.step);
      return pixel === null || pixel < left || pixel > right ? [] : [{ mark, pixel }];
    })
    .sort((a, b) => a.pixel - b.pixel);
  const groups: { pixel: number; marks: Mark[] }[] = [];
  for (const { mark, pixel } of placed) {
    const group = groups.at(-1);
    if (group !== undefined && pixel - group.pixel < MIN_GAP_PX) group.marks.push(mark);
    else groups.push({ pixel, marks: [mark] });
  }
  return groups.map((group) => ({
    pixel: group.pixel,
    arms: [...new Set(group.marks.flatMap(({ arm }) => arm ?? visible))],
    label: labelOf(group.marks),
  }));
}

function labelOf(marks: readonly Mark[]): string {
  const named = marks.slice(0, NAMED).map(({ arm, step, label }) => {
    const place = `step ${formatStep(step)}: ${label}`;
    return arm === null ? place : `${arm}, ${place}`;
  });
  if (marks.length > NAMED) named.push(`and ${marks.length - NAMED} more`);
  return named.join('; ');
}
