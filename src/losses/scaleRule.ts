/**
 * AdaCos's scale (Zhang et al., CVPR 2019): the fixed rule, the dynamic rule and the guard around it.
 * Everything here is a constant of the gradient. Engines compute the same in float32; this is float64.
 */
import { angleOfCosine } from '../math/angles';
import { logSumExp, lowerMedian } from '../math/statistics';
import { type CosineBatch, type CosineRow, checkBatch, targetAngles } from './batch';
import { LossError, requireClasses } from './errors';
import type { BatchAngles, LossConfig } from './types';

/**
 * s_f = √2·ln(C − 1) (Eq. 12); 0 for two identities.
 * @throws LossError for fewer than two identities
 */
export function fixedAdaCosScale(classes: number): number {
  requireClasses(classes);
  return Math.SQRT2 * Math.log(classes - 1);
}

/**
 * The scale at which arms are compared whatever their own: s_f, but at least 1, since at the 0 of two
 * identities every network would have the same loss.
 */
export function commonScale(classes: number): number {
  return Math.max(1, fixedAdaCosScale(classes));
}

/**
 * ln B_avg (Eq. 13): B is the sum over the other classes of exp(s·cosθ), with the previous step's s,
 * and B_avg its arithmetic mean over the batch. Never exponentiates what would overflow.
 */
export function logBAvg(batch: CosineBatch, previousScale: number): number {
  checkBatch(batch);
  const { cosines, labels, classes } = batch;
  const count = labels.length;
  const logits = new Float64Array(count * (classes - 1));
  let next = 0;
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < classes; column += 1) {
      if (column === labels[row]) continue;
      logits[next] = previousScale * cosines[row * classes + column]!;
      next += 1;
    }
  }
  return logSumExp(logits) - Math.log(count);
}

/** The same from rows with multiplicities. */
export function logBAvgOfRows(rows: readonly CosineRow[], previousScale: number): number {
  const logits = rows.flatMap(({ others }) =>
    others.map(([cosine, count]) => previousScale * cosine + Math.log(count)),
  );
  return logSumExp(logits) - Math.log(rows.length);
}

/** What a batch tells the rule: ln B_avg and the lower median of the target angles. */
export function batchAngles(batch: CosineBatch, previousScale: number): BatchAngles {
  return {
    logBAvg: logBAvg(batch, previousScale),
    medianAngleRad: lowerMedian(targetAngles(batch)),
  };
}

/** The same from rows with multiplicities. */
export function batchAnglesOfRows(rows: readonly CosineRow[], previousScale: number): BatchAngles {
  return {
    logBAvg: logBAvgOfRows(rows, previousScale),
    medianAngleRad: lowerMedian(rows.map(({ target }) => angleOfCosine(target))),
  };
}

/** s = ln B_avg / cos(min(cap, θ_med)) (Eq. 15, cap = π/4 there). Nothing else: see `guardScale`. */
export function dynamicScale(angles: BatchAngles & { readonly capAngleRad: number }): number {
  return angles.logBAvg / Math.cos(Math.min(angles.capAngleRad, angles.medianAngleRad));
}

/** The guard's bounds as multiples of max(s_f, 1): real faces have reached 1.9·s_f without harm. */
const GUARD = { lower: 0.25, upper: 4 } as const;

/** Where the guard lets the scale go: [¼, 4] · max(s_f, 1). */
export function guardRange(classes: number): { readonly lower: number; readonly upper: number } {
  const reference = commonScale(classes);
  return { lower: GUARD.lower * reference, upper: GUARD.upper * reference };
}

/** Keeps the scale finite and positive: clamped to `guardRange`; what is not finite keeps the previous. */
export function guardScale(input: {
  readonly scale: number;
  readonly previousScale: number;
  readonly classes: number;
}): number {
  if (!Number.isFinite(input.scale)) return input.previousScale;
  const { lower, upper } = guardRange(input.classes);
  return Math.min(upper, Math.max(lower, input.scale));
}

/**
 * The scale before the first batch: `null` for plain softmax, which has none; s_f, guarded if the
 * configuration says so, for dynamic AdaCos.
 * @throws LossError for fewer than two identities
 */
export function initialScale(config: LossConfig, classes: number): number | null {
  requireClasses(classes);
  switch (config.kind) {
    case 'softmax':
      return null;
    case 'normalised-softmax':
      return config.scale;
    case 'fixed-adacos':
      return fixedAdaCosScale(classes);
    case 'dynamic-adacos': {
      const scale = fixedAdaCosScale(classes);
      if (config.guard === 'paper-exact') return scale;
      return guardScale({ scale, previousScale: scale, classes });
    }
    default:
      throw unknownKind(config);
  }
}

function unknownKind(config: never): LossError {
  return new LossError(
    `loss ${JSON.stringify(config)} is not known`,
    'Choose one of the losses in the list.',
  );
}
