/**
 * Everything the insight panel shows, as plain data: each visible arm's curve of P(target) with its
 * newest s and ln B_avg, the point at θ_med, the newest batch's angles, the formula with numbers.
 */
import { initialScale } from '../losses/scaleRule';
import type { ArmSeries } from '../state/session.types';
import { visibleArms } from '../state/view';
import type { ArmConfig, ArmId } from '../training/config';
import {
  type AngleHistogram,
  angleDegrees,
  angleHistogram,
  histogramOfCounts,
} from './angleHistogram';
import { armName } from './armNames';
import { newestStep } from './chartModel';
import { closedFormScales } from './closedForm';
import { formatDegrees, formatFixed, formatStep } from './format';
import { buildFormula, type Formula, type StepNumbers } from './formula';
import { closedFormCurve, type ProbabilityCurve, targetProbability } from './probability';

export interface InsightInputs {
  readonly arms: readonly ArmConfig[];
  readonly classes: number | null;
  readonly series: ReadonlyMap<ArmId, ArmSeries>;
  readonly diverged: readonly { readonly arm: ArmId }[];
  readonly hiddenArms: readonly ArmId[];
  readonly paperCurves: boolean;
  readonly whatIfScale: number | null;
}

export interface InsightArm {
  readonly id: ArmId;
  readonly name: string;
  /** `before` training the curve is the initial s with B = C−1; `null` has no curve (plain softmax). */
  readonly when: 'before' | 'live';
  /** In words where the arm diverged and its numbers are those of an older step; else `null`. */
  readonly stoppedAt: string | null;
  readonly curve: ProbabilityCurve | null;
  /** The point at θ_med; `null` before the first step or where it is not a number. */
  readonly median: {
    readonly angleDegrees: number;
    /** `null` for an arm without a curve. */
    readonly probability: number | null;
    readonly label: string;
    /** The same in the picture, where the caption says what the points are. */
    readonly short: string;
  } | null;
  /** Target angles of the newest batch, degrees. */
  readonly batchDegrees: readonly number[];
  readonly histogram: AngleHistogram | null;
  /** Of the same batch to all other centres; `null` where the engine does not count them. */
  readonly others: AngleHistogram | null;
  readonly formula: Formula;
}

export interface InsightModel {
  /** Newest step of any arm; 0 before training. */
  readonly step: number;
  readonly arms: readonly InsightArm[];
  readonly capDegrees: readonly number[];
  readonly closedForm: readonly { readonly scale: number; readonly curve: ProbabilityCurve }[];
  readonly whatIf: { readonly scale: number; readonly curve: ProbabilityCurve } | null;
  /** For `aria-label`. */
  readonly summary: string;
}

/** Bin width of the angle histogram, degrees. */
const BIN_DEGREES = 5;

export function buildInsight(inputs: InsightInputs): InsightModel {
  const shown = visibleArms(
    inputs.arms.map(({ id }) => id),
    inputs.hiddenArms,
  );
  const visible = inputs.arms.filter(({ id }) => shown.includes(id));
  const step = newestStep(inputs.series);
  const arms = visible.map((arm) =>
    buildArm(arm, inputs.series.get(arm.id), {
      classes: inputs.classes,
      diverged: inputs.diverged.some((event) => event.arm === arm.id),
    }),
  );
  const caps = visible.flatMap(({ loss }) =>
    loss.kind === 'dynamic-adacos' ? [(loss.capAngleRad * 180) / Math.PI] : [],
  );
  const { classes } = inputs;
  // ln(C−1) is not positive for C = 2, and every closed-form curve the same; drawn all the same.
  const known = classes !== null && classes >= 2 ? classes : null;
  const ofScale = (scale: number) =>
    known === null ? [] : [{ scale, curve: closedFormCurve(scale, known) }];
  return {
    step,
    arms,
    capDegrees: caps.length === 0 ? [45] : [...new Set(caps)],
    closedForm:
      known === null || !inputs.paperCurves ? [] : closedFormScales(known).flatMap(ofScale),
    whatIf: inputs.whatIfScale === null ? null : (ofScale(inputs.whatIfScale)[0] ?? null),
    summary: summarise(arms, step),
  };
}

/** The newest row's numbers; `null` before the first step. */
export function newest(series: ArmSeries | undefined): StepNumbers | null {
  if (series === undefined || series.length === 0) return null;
  const row = series.length - 1;
  const at = (column: Float64Array): number => column[row] ?? Number.NaN;
  const { step, scale, unguardedScale, logBAvg, medianAngleRad } = series.columns;
  return {
    step: at(step),
    scale: at(scale),
    unguardedScale: at(unguardedScale),
    logBAvg: at(logBAvg),
    medianAngleRad: at(medianAngleRad),
  };
}

function buildArm(
  arm: ArmConfig,
  series: ArmSeries | undefined,
  { classes, diverged }: { readonly classes: number | null; readonly diverged: boolean },
): InsightArm {
  const numbers = newest(series);
  const formula = buildFormula(arm, numbers, classes);
  const name = armName(arm);
  if (numbers === null) {
    const scale = classes === null || classes < 2 ? null : initialScale(arm.loss, classes);
    const curve = scale === null || classes === null ? null : closedFormCurve(scale, classes);
    const nothing = {
      median: null,
      batchDegrees: [],
      histogram: null,
      others: null,
      stoppedAt: null,
    };
    return { id: arm.id, name, when: 'before', curve, ...nothing, formula };
  }
  const cosines = series?.targetCosines ?? null;
  const { scale, logBAvg: logB, medianAngleRad: angleRad } = numbers;
  const curve = Number.isFinite(scale) && Number.isFinite(logB) ? { scale, logB } : null;
  const probability = curve === null ? null : targetProbability({ ...curve, angleRad });
  const stoppedAt = diverged ? `stopped at step ${formatStep(numbers.step)}` : null;
  const short = [
    formatDegrees(angleRad),
    probability === null ? null : `P = ${formatFixed(probability, 2)}`,
    diverged ? `step ${formatStep(numbers.step)}` : null,
  ]
    .filter((part) => part !== null)
    .join(', ');
  return {
    id: arm.id,
    name,
    when: 'live',
    stoppedAt,
    curve,
    median: Number.isFinite(angleRad)
      ? { angleDegrees: (angleRad * 180) / Math.PI, probability, label: `θ_med ${short}`, short }
      : null,
    batchDegrees:
      cosines === null ? [] : Array.from(cosines, angleDegrees).filter((a) => Number.isFinite(a)),
    histogram: cosines === null ? null : angleHistogram(cosines, BIN_DEGREES),
    others: othersOf(series),
    formula,
  };
}

function othersOf(series: ArmSeries | undefined): AngleHistogram | null {
  const counts = series?.otherAngles ?? null;
  return counts === null ? null : histogramOfCounts(counts);
}

function summarise(arms: readonly InsightArm[], step: number): string {
  const head = 'Probability of the own identity against the target angle';
  const when = step === 0 ? 'before training' : `step ${formatStep(step)}`;
  const each = arms.map(({ name, curve, median }) => {
    if (curve === null) return `${name}: no scale, no curve`;
    const scale = `s ${formatFixed(curve.scale, 2)}`;
    return `${name}: ${scale}${median === null ? '' : `, ${median.label}`}`;
  });
  return `${head}, ${when}. ${each.join('; ')}.`;
}
