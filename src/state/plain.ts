/**
 * Every curve as plain JSON: numbers and nulls in arrays, one row a step. What an arm does not have
 * (plain softmax has no scale) is `null`; where an arm stopped being a number is said in `diverged`.
 */
import type { Mark, ValidationPoint } from '../bridge/protocol';
import type { ArmId } from '../training/config';
import type { ArmSeries, SessionState } from './session.types';

type Numbers = readonly (number | null)[];

export interface PlainArm {
  readonly arm: ArmId;
  readonly loss: string;
  /** Counted from 1; the paper's iteration t is step − 1. */
  readonly step: Numbers;
  /** s used in the step's loss. */
  readonly scale: Numbers;
  /** What the rule gave before the guard. */
  readonly unguardedScale: Numbers;
  readonly bAvg: Numbers;
  readonly logBAvg: Numbers;
  readonly medianAngleRad: Numbers;
  /** The arm's own loss. */
  readonly ownLoss: Numbers;
  /** Cross-entropy at the common scale max(√2·ln(C−1), 1). */
  readonly commonLoss: Numbers;
  /** Share of the training batch nearest to its own centre. */
  readonly accuracy: Numbers;
  readonly learningRate: Numbers;
  readonly validation: readonly Omit<ValidationPoint, 'arm'>[];
  /** Cosines of the newest batch to their own centres. */
  readonly targetCosines: readonly number[];
  /** Its angles to all other centres, counts per 5° from 0° up; `null` where the engine does not count them. */
  readonly otherAngles: readonly number[] | null;
  readonly diverged: { readonly step: number; readonly quantity: string } | null;
}

export interface PlainCurves {
  readonly arms: readonly PlainArm[];
  readonly marks: readonly Mark[];
}

function numbers(column: Float64Array, length: number): Numbers {
  return Array.from(column.subarray(0, length), (value) => (Number.isFinite(value) ? value : null));
}

function plainArm(series: ArmSeries, session: SessionState): PlainArm {
  const { columns, length } = series;
  const column = (values: Float64Array) => numbers(values, length);
  const diverged = session.diverged.find(({ arm }) => arm === series.arm);
  return {
    arm: series.arm,
    loss: session.config.arms.find(({ id }) => id === series.arm)?.loss.kind ?? '',
    step: column(columns.step),
    scale: column(columns.scale),
    unguardedScale: column(columns.unguardedScale),
    bAvg: column(columns.logBAvg.map(Math.exp)),
    logBAvg: column(columns.logBAvg),
    medianAngleRad: column(columns.medianAngleRad),
    ownLoss: column(columns.loss),
    commonLoss: column(columns.commonLoss),
    accuracy: column(columns.accuracy),
    learningRate: column(columns.learningRate),
    validation: series.validation.map(({ arm: _arm, ...point }) => point),
    targetCosines: Array.from(series.targetCosines ?? []),
    otherAngles: series.otherAngles === null ? null : Array.from(series.otherAngles),
    diverged: diverged ? { step: diverged.step, quantity: diverged.quantity } : null,
  };
}

export function plainCurves(session: SessionState): PlainCurves {
  return {
    arms: [...session.series.values()].map((series) => plainArm(series, session)),
    marks: session.marks,
  };
}
