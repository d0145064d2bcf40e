/**
 * AdaCos's scale rule on the device, in float32 (Zhang et al., CVPR 2019, Eq. 13–15). The scale never
 * leaves the device within a step. Sums are log-sum-exp; no acos is taken, since
 * cos(min(cap, θ_med)) = max(cos(cap), cos θ_med).
 */
import * as tf from '@tensorflow/tfjs';
import { commonScale, fixedAdaCosScale, guardRange } from '../../losses/scaleRule';
import type { Constants } from './constants';
import { longSum } from './ops/long-sum';

/** Subtracted from a target's logit so that its exponential is 0; far inside float32, so no ∞ − ∞. */
export const EXCLUDED = 1e30;

/** Where the targets are, once per batch. */
export interface Targets {
  /** `[batch, classes]`, 1 at the own identity. */
  readonly oneHot: tf.Tensor2D;
  /** `[batch, classes]`, `EXCLUDED` at the own identity. */
  readonly excluded: tf.Tensor2D;
}

/** Constants of the scale rule for a number of identities. */
export interface ScaleRule {
  /** √2·ln(C−1) (Eq. 12). */
  readonly fixedScale: number;
  /** Scale at which losses of different arms are comparable; at least 1, so that C = 2 has one too. */
  readonly commonScale: number;
  readonly guard: ScaleGuard;
}

/** Limits of the guard. */
export type ScaleGuard = ReturnType<typeof guardRange>;

export interface ScaleChange {
  /** What the formula gives (Eq. 15). */
  readonly unguarded: tf.Scalar;
  /** After the guard. */
  readonly scale: tf.Scalar;
}

/** @throws LossError for fewer than two identities */
export function scaleRuleFor(classes: number): ScaleRule {
  return {
    fixedScale: fixedAdaCosScale(classes),
    commonScale: commonScale(classes),
    guard: guardRange(classes),
  };
}

/** ln B_avg (Eq. 13): mean over the batch of Σ_{k≠y} exp(s·cosθ_k), as one log-sum-exp over the matrix. */
export function logBAverage(
  cosines: tf.Tensor2D,
  targets: Targets,
  previousScale: tf.Scalar,
  constants: Constants,
): tf.Scalar {
  const exponents = tf.sub(tf.mul(cosines, previousScale), targets.excluded);
  const largest = tf.max(exponents);
  const sum = tf.sum(longSum(tf.exp(tf.sub(exponents, largest))));
  const logSum = tf.add(largest, tf.log(sum));
  // All operands are scalars, so the difference is one.
  return tf.sub(logSum, constants.scalar(Math.log(cosines.shape[0]))) as tf.Scalar;
}

/** s = ln B_avg / cos(min(cap, θ_med)) (Eq. 15), then the guard; `null` applies only the formula. */
export function dynamicScale(
  { logB, cosMedian }: { readonly logB: tf.Scalar; readonly cosMedian: tf.Scalar },
  capAngleRad: number,
  guard: ScaleGuard | null,
  previousScale: tf.Scalar,
  constants: Constants,
): ScaleChange {
  // The cap may change at every step, so it is no constant to keep.
  const divisor = tf.maximum(cosMedian, tf.scalar(Math.cos(capAngleRad)));
  // Both operands are scalars, so the quotient is one.
  const unguarded = tf.div(logB, divisor) as tf.Scalar;
  if (guard === null) return { unguarded, scale: unguarded };
  const clamped = tf.clipByValue(unguarded, guard.lower, guard.upper);
  // Not a number compares false where the device keeps it at all; then the previous scale stands.
  const finite = tf.less(tf.abs(unguarded), constants.scalar(EXCLUDED));
  return { unguarded, scale: tf.where(finite, clamped, previousScale) };
}
