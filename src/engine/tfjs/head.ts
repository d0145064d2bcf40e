/**
 * The loss on the device: cosines to the class centres, the scale, the cross-entropy and what one step
 * tells. The scale is a constant of the derivative (Eq. 16–17 of AdaCos), and the loss of a step uses
 * the scale that this step's batch gave.
 */
import * as tf from '@tensorflow/tfjs';
import type { LossConfig } from '../../losses/types';
import type { StepHyper } from '../engine';
import type { Constants } from './constants';
import { customGradient } from './ops/custom-gradient';
import { longSum } from './ops/long-sum';
import { medianCosine } from './ops/median-cosine';
import { normalise } from './ops/normalise';
import {
  dynamicScale,
  logBAverage,
  type ScaleChange,
  type ScaleRule,
  type Targets,
} from './scale-rule';

export interface LossInputs {
  readonly targets: Targets;
  readonly loss: LossConfig;
  readonly hyper: StepHyper;
  /** The scale of the step before; `null` for plain softmax. */
  readonly previousScale: tf.Scalar | null;
  /** Step number, counted from 1. */
  readonly step: number;
  readonly rule: ScaleRule;
}

export interface HeadInputs extends LossInputs {
  /** `[batch, embedding]`, as the network gives them. */
  readonly embeddings: tf.Tensor2D;
  /** `[embedding, classes]`, a class centre per column. */
  readonly centres: tf.Tensor2D;
}

export interface HeadOutputs {
  /** `[batch]`, what is minimised; on the tape. */
  readonly losses: tf.Tensor1D;
  /**
   * `[4·batch + 3]`, kept: target cosines, own losses, common losses, nearest classes; then scale,
   * unguarded scale and ln B_avg, which are 0 for plain softmax.
   */
  readonly packed: tf.Tensor1D;
  /** The scale used, kept; `null` for plain softmax. */
  readonly scale: tf.Scalar | null;
}

/** Forward pass of the head for one training step, inside the tape. */
export function trainingHead(inputs: HeadInputs, constants: Constants): HeadOutputs {
  const { embeddings, centres, loss } = inputs;
  return loss.kind === 'softmax'
    ? softmaxHead(inputs, constants)
    : cosineHead(cosineMatrix(embeddings, centres, constants), inputs, constants);
}

/** `[batch, classes]`: x̂·Ŵ. */
export function cosineMatrix(
  embeddings: tf.Tensor2D,
  centres: tf.Tensor2D,
  constants: Constants,
): tf.Tensor2D {
  return tf.matMul(normalise(embeddings, 1, constants), normalise(centres, 0, constants));
}

/** Moves the scale by `[batch, classes]` cosines and takes the loss with the new one. */
export function cosineHead(
  cosines: tf.Tensor2D,
  inputs: LossInputs,
  constants: Constants,
): HeadOutputs {
  const { targets, rule } = inputs;
  let aside: Omit<HeadOutputs, 'losses'> | null = null;
  const losses = customGradient<tf.Tensor1D>([cosines], () => {
    const targetCosines = targetsOf(cosines, targets);
    const { scale, unguarded, logB } = scaleOf(inputs, cosines, targetCosines, constants);
    // The own and the common scale at once: half the operations.
    const both = tf.concat([scale.as1D(), constants.scalar(rule.commonScale).as1D()]);
    const { probabilities, losses: two } = crossEntropies(cosines, targetCosines, both);
    const packed = pack(targetCosines, two, cosines, [scale, unguarded, logB]);
    aside = { packed: tf.keep(packed), scale: tf.keep(scale.clone()) };
    const own = tf.slice(probabilities, [0, 0, 0], [1, -1, -1]).reshape(cosines.shape);
    return {
      value: tf.slice(two, [0, 0], [1, -1]).as1D(),
      saved: [own, targets.oneHot, scale],
      gradient: scaledGradient,
    };
  });
  // customGrad runs its function at once, so `aside` is there; the compiler cannot see that.
  return { losses, ...(aside as unknown as Omit<HeadOutputs, 'losses'>) };
}

function softmaxHead(inputs: HeadInputs, constants: Constants): HeadOutputs {
  const { embeddings, centres, targets, rule } = inputs;
  const logits: tf.Tensor2D = tf.matMul(embeddings, centres);
  const one = constants.scalar(1);
  const losses = customGradient<tf.Tensor1D>([logits], () => {
    const own = crossEntropies(logits, targetsOf(logits, targets), one.as1D());
    return {
      value: own.losses.as1D(),
      saved: [own.probabilities.reshape(logits.shape), targets.oneHot, one],
      gradient: scaledGradient,
    };
  });
  // The cosines are only looked at: nothing below leads to the loss, so the derivative ignores it.
  const packed = tf.tidy(() => {
    const cosines = cosineMatrix(embeddings, centres, constants);
    const targetCosines = targetsOf(cosines, targets);
    const scale = constants.scalar(rule.commonScale).as1D();
    const common = crossEntropies(cosines, targetCosines, scale).losses;
    const none = constants.scalar(0);
    return pack(targetCosines, tf.concat([losses, common.as1D()]), cosines, [none, none, none]);
  });
  return { losses, packed: tf.keep(packed), scale: null };
}

/**
 * `[3·batch]` of held-out images: target cosines, cross-entropies at the common scale, nearest classes.
 */
export function evaluationHead(
  embeddings: tf.Tensor2D,
  centres: tf.Tensor2D,
  targets: Targets,
  rule: ScaleRule,
  constants: Constants,
): tf.Tensor1D {
  const cosines = cosineMatrix(embeddings, centres, constants);
  const targetCosines = targetsOf(cosines, targets);
  const scale = constants.scalar(rule.commonScale).as1D();
  return pack(targetCosines, crossEntropies(cosines, targetCosines, scale).losses, cosines, []);
}

/** `[batch, classes]` → `[batch]`, the own class's element. */
function targetsOf(matrix: tf.Tensor2D, { oneHot }: Targets): tf.Tensor1D {
  return tf.sum(tf.mul(matrix, oneHot), 1);
}

/**
 * Cross-entropy of s·cosθ at every scale: `[scales, batch]` losses and `[scales, batch, classes]`
 * probabilities.
 */
function crossEntropies(
  cosines: tf.Tensor2D,
  targetCosines: tf.Tensor1D,
  scales: tf.Tensor1D,
): { losses: tf.Tensor2D; probabilities: tf.Tensor3D } {
  const count = scales.size;
  const logits = tf.mul(cosines.expandDims(0), scales.reshape([count, 1, 1]));
  const largest = tf.max(logits, 2, true);
  const exponentials = tf.exp(tf.sub(logits, largest));
  const sum = longSum(exponentials);
  const logSum = tf.add(largest, tf.log(sum)).reshape<tf.Tensor2D>([count, -1]);
  const targetLogits = tf.mul(targetCosines.expandDims(0), scales.reshape([count, 1]));
  return { losses: tf.sub(logSum, targetLogits), probabilities: tf.div(exponentials, sum) };
}

/** s·(P − 1[j = y])·dy, from saved P, one-hot targets and s: s is a constant here (Eq. 16). */
function scaledGradient(dy: tf.Tensor1D, saved: tf.Tensor[]): tf.Tensor[] {
  const [probabilities, oneHot, scale] = saved as [tf.Tensor, tf.Tensor, tf.Scalar];
  return [tf.mul(tf.sub(probabilities, oneHot), tf.mul(dy, scale).reshape([-1, 1]))];
}

function scaleOf(
  { loss, hyper, previousScale, step, rule, targets }: LossInputs,
  cosines: tf.Tensor2D,
  targetCosines: tf.Tensor1D,
  constants: Constants,
): ScaleChange & { readonly logB: tf.Scalar } {
  const previous = previousScale ?? constants.scalar(rule.fixedScale);
  const logB = logBAverage(cosines, targets, previous, constants);
  if (loss.kind !== 'dynamic-adacos') {
    const configured = loss.kind === 'normalised-softmax' ? loss.scale : rule.fixedScale;
    const scale = tf.scalar(hyper.fixedScale ?? configured);
    return { scale, unguarded: scale, logB };
  }
  if (step === 1 && loss.firstStep === 'paper') {
    return { scale: previous, unguarded: constants.scalar(rule.fixedScale), logB };
  }
  const cap = hyper.capAngleRad ?? loss.capAngleRad;
  const guard = loss.guard === 'clamp' ? rule.guard : null;
  const batch = { logB, cosMedian: medianCosine(targetCosines, constants) };
  return { ...dynamicScale(batch, cap, guard, previous, constants), logB };
}

function pack(
  targetCosines: tf.Tensor1D,
  losses: tf.Tensor,
  cosines: tf.Tensor2D,
  scalars: readonly tf.Scalar[],
): tf.Tensor1D {
  const nearest = tf.argMax(cosines, 1).toFloat().as1D();
  const parts = [targetCosines, losses.flatten(), nearest];
  return tf.concat([...parts, ...scalars.map((scalar) => scalar.as1D())]);
}
