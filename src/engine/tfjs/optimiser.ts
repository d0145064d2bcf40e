/**
 * Optimisers over flat vectors: all parameters of a learner are one tensor, so an update is a handful
 * of operations whatever the number of layers.
 */
import * as tf from '@tensorflow/tfjs';
import type { OptimiserConfig } from '../engine';
import type { Constants } from './constants';
import { longSum } from './ops/long-sum';

export interface OptimiserInputs {
  readonly config: OptimiserConfig;
  /** `[parameters]`. */
  readonly parameters: tf.Tensor1D;
  readonly gradient: tf.Tensor1D;
  /** Momentum; or Adam's m and v. Each `[parameters]`. */
  readonly slots: readonly tf.Tensor1D[];
  /** `[parameters]`, the weight decay λ where it applies and 0 elsewhere; `null` for λ = 0. */
  readonly decay: tf.Tensor1D | null;
  readonly learningRate: number;
  /** Step number, counted from 1. */
  readonly step: number;
}

export interface OptimiserOutputs {
  readonly parameters: tf.Tensor1D;
  readonly slots: readonly tf.Tensor1D[];
}

export function slotCount(config: OptimiserConfig): number {
  return config.kind === 'sgd' ? 1 : 2;
}

/** One update; makes new tensors and leaves its inputs alone. */
export function update(inputs: OptimiserInputs, constants: Constants): OptimiserOutputs {
  const { config } = inputs;
  const clipped = { ...inputs, gradient: clip(inputs.gradient, config.clipNorm ?? 0, constants) };
  return config.kind === 'sgd'
    ? sgd(clipped, config, constants)
    : adamW(clipped, config, constants);
}

/** The gradient, shortened to `clipNorm` where it is longer; 0 leaves it alone. */
function clip(gradient: tf.Tensor1D, clipNorm: number, constants: Constants): tf.Tensor1D {
  if (clipNorm === 0) return gradient;
  const norm = tf.sqrt(longSum(tf.square(gradient)));
  const most = constants.scalar(clipNorm);
  // In this order a norm that is not a number makes a factor that is none either.
  const factor = tf.where(tf.lessEqual(norm, most), constants.scalar(1), tf.div(most, norm));
  return tf.mul(gradient, factor);
}

/** v ← μ·v + (g + λ·w);  w ← w − η·v. */
function sgd(
  { parameters, gradient, slots, decay, learningRate }: OptimiserInputs,
  config: Extract<OptimiserConfig, { kind: 'sgd' }>,
  constants: Constants,
): OptimiserOutputs {
  const pulled = decay === null ? gradient : tf.add(gradient, tf.mul(parameters, decay));
  const velocity = tf.add<tf.Tensor1D>(
    tf.mul(slots[0]!, constants.scalar(config.momentum)),
    pulled,
  );
  const step = tf.mul(velocity, tf.scalar(learningRate));
  return { parameters: tf.sub(parameters, step), slots: [velocity] };
}

/**
 * m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;
 * w ← w − η·λ·w − η·(m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε).
 */
function adamW(
  { parameters, gradient, slots, decay, learningRate, step }: OptimiserInputs,
  config: Extract<OptimiserConfig, { kind: 'adamw' }>,
  constants: Constants,
): OptimiserOutputs {
  const { beta1, beta2, epsilon } = config;
  const blend = (old: tf.Tensor1D, fresh: tf.Tensor1D, beta: number): tf.Tensor1D =>
    tf.add(tf.mul(old, constants.scalar(beta)), tf.mul(fresh, constants.scalar(1 - beta)));
  const first = blend(slots[0]!, gradient, beta1);
  const second = blend(slots[1]!, tf.square(gradient), beta2);
  const rate = tf.scalar(learningRate / (1 - beta1 ** step));
  const root = tf.sqrt(tf.mul(second, tf.scalar(1 / (1 - beta2 ** step))));
  const moved = tf.mul(tf.div(first, tf.add(root, constants.scalar(epsilon))), rate);
  const decayed =
    decay === null
      ? parameters
      : tf.sub<tf.Tensor1D>(parameters, tf.mul(tf.mul(parameters, decay), tf.scalar(learningRate)));
  return { parameters: tf.sub(decayed, moved), slots: [first, second] };
}
