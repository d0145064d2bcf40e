/** The values under the crosshair: for each arm the raw number at that step, never an interpolation. */
import type { ArmSeries } from '../state/session.types';
import type { ArmId } from '../training/config';
import { CHART_SPECS } from './chartKinds';
import type { ChartModel } from './chartModel';
import { lowerBound } from './reduction';

export interface Reading {
  readonly arm: ArmId;
  /** Step read, the nearest one the arm has. */
  readonly step: number;
  /** Drawn unit; not finite where the arm's number was not. */
  readonly value: number;
  readonly text: string;
  /** The newest held-out value up to that step, in words; `null` where the chart has none. */
  readonly heldOut: string | null;
}

/** Index of the row whose step is nearest, or −1 in an empty series. */
export function nearestRow(series: ArmSeries, step: number): number {
  const { columns, length } = series;
  if (length === 0) return -1;
  const above = lowerBound(columns.step, length, step);
  if (above === 0) return 0;
  if (above === length) return length - 1;
  return columns.step[above]! - step < step - columns.step[above - 1]! ? above : above - 1;
}

export function readAt(
  model: ChartModel,
  series: ReadonlyMap<ArmId, ArmSeries>,
  step: number,
): readonly Reading[] {
  const { draw, format } = CHART_SPECS[model.kind];
  return model.arms.flatMap(({ id }) => {
    const own = series.get(id);
    const row = own === undefined ? -1 : nearestRow(own, step);
    if (own === undefined || row < 0) return [];
    const at = own.columns.step[row]!;
    const value = draw(own.columns[model.metric][row]!);
    const held = (model.validation.get(id) ?? []).findLast(({ x }) => x <= at);
    const heldOut = held === undefined ? null : format(held.value);
    return [{ arm: id, step: at, value, text: format(value), heldOut }];
  });
}
