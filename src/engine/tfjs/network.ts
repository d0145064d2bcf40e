/**
 * The network of a `ModelSpec` as tfjs operations, in training and in inference mode. It names the
 * parameters as `parameterLayout` does and asks a `NetworkTensors` for them, so it holds no state.
 */
import * as tf from '@tensorflow/tfjs';
import { BATCH_NORM, type RunningSlot } from '../../models/layout';
import { inferShapes, type StageShape } from '../../models/shapes';
import type { ModelSpec } from '../../models/spec';
import type { Constants } from './constants';
import { type BatchStatistics, trainingBatchNorm } from './ops/batch-norm';
import { pool2x2 } from './ops/pool';
import { prelu } from './ops/prelu';

export type NetworkMode =
  | {
      readonly kind: 'training';
      /** `[batch, features]` of 0 and 1/(1 − p), or `null` for no dropout. */
      readonly dropoutMask: tf.Tensor2D | null;
      /** Filled with the statistics of every batch norm, in the order of `runningLayout`. */
      readonly statistics: BatchStatistics[];
    }
  | {
      readonly kind: 'inference';
      readonly running: tf.Tensor1D;
      readonly layout: ReadonlyMap<string, RunningSlot>;
    };

export interface NetworkInputs {
  readonly model: ModelSpec;
  /** A parameter by its name in `parameterLayout`, in its shape. */
  readonly parameter: (name: string) => tf.Tensor;
  readonly mode: NetworkMode;
  readonly constants: Constants;
}

/** `[batch, size, size, 3]` → `[batch, embeddingSize]`, not normalised. */
export function network(inputs: NetworkInputs, images: tf.Tensor4D): tf.Tensor2D {
  const { model, parameter, mode } = inputs;
  let map = images;
  inferShapes(model).stages.forEach((shape, index) => {
    map = stageOf(inputs, `stage${index + 1}`, shape, map);
  });
  let features =
    model.pooling === 'flatten'
      ? map.reshape<tf.Tensor2D>([images.shape[0], -1])
      : (tf.mean(map, [1, 2]) as tf.Tensor2D);
  if (mode.kind === 'training' && mode.dropoutMask !== null) {
    features = tf.mul(features, mode.dropoutMask);
  }
  const embeddings = tf.matMul(
    features,
    parameter('embedding/dense') as tf.Tensor2D,
  ) as tf.Tensor2D;
  return batchNorm<tf.Tensor2D>(inputs, 'embedding/bn', embeddings, 'without-scale');
}

function stageOf(
  inputs: NetworkInputs,
  name: string,
  { stage, projection }: StageShape,
  x: tf.Tensor4D,
): tf.Tensor4D {
  switch (stage.kind) {
    case 'conv':
      return convolutionStage(inputs, name, stage.stride, x);
    case 'residual':
      return residualStage(inputs, name, stage.stride, projection, x);
    case 'depthwise':
      return depthwiseStage(inputs, name, stage.stride, x);
    case 'pool':
      return pool2x2(x, stage.pool);
    default:
      return stage satisfies never;
  }
}

function convolutionStage(
  inputs: NetworkInputs,
  name: string,
  stride: 1 | 2,
  x: tf.Tensor4D,
): tf.Tensor4D {
  const convolved = convolution(inputs, `${name}/conv`, x, stride, 1);
  return activation(inputs, `${name}/prelu`, batchNorm(inputs, `${name}/bn`, convolved, 'scaled'));
}

function residualStage(
  inputs: NetworkInputs,
  name: string,
  stride: 1 | 2,
  projection: boolean,
  x: tf.Tensor4D,
): tf.Tensor4D {
  const first = convolution(inputs, `${name}/conv1`, x, stride, 1);
  const middle = batchNorm(inputs, `${name}/bn1`, first, 'scaled');
  const active = activation(inputs, `${name}/prelu1`, middle);
  const second = convolution(inputs, `${name}/conv2`, active, 1, 1);
  const branch = batchNorm(inputs, `${name}/bn2`, second, 'scaled');
  let shortcut = x;
  if (projection) {
    const projected = convolution(inputs, `${name}/shortcut/conv`, x, stride, 0);
    shortcut = batchNorm(inputs, `${name}/shortcut/bn`, projected, 'scaled');
  }
  return activation(inputs, `${name}/prelu2`, tf.add(branch, shortcut));
}

function depthwiseStage(
  inputs: NetworkInputs,
  name: string,
  stride: 1 | 2,
  x: tf.Tensor4D,
): tf.Tensor4D {
  const filter = inputs.parameter(`${name}/depthwise`);
  const filters = filter.reshape<tf.Tensor4D>([...filter.shape, 1]);
  const alone = tf.depthwiseConv2d(x, filters, stride, 1);
  const middle = batchNorm(inputs, `${name}/bn1`, alone, 'scaled');
  const active = activation(inputs, `${name}/prelu1`, middle);
  const mixed = convolution(inputs, `${name}/pointwise`, active, 1, 0);
  return activation(inputs, `${name}/prelu2`, batchNorm(inputs, `${name}/bn2`, mixed, 'scaled'));
}

function convolution(
  { parameter }: NetworkInputs,
  name: string,
  x: tf.Tensor4D,
  stride: 1 | 2,
  padding: 0 | 1,
): tf.Tensor4D {
  // An explicit pad is the same on all four sides; 'same' would pad only right and below at stride 2.
  return tf.conv2d(x, parameter(name) as tf.Tensor4D, stride, padding);
}

function activation(
  { model, parameter, constants }: NetworkInputs,
  name: string,
  x: tf.Tensor4D,
): tf.Tensor4D {
  if (model.activation === 'relu') return tf.relu(x);
  return prelu(x, parameter(name) as tf.Tensor1D, constants);
}

function batchNorm<T extends tf.Tensor4D | tf.Tensor2D>(
  { parameter, mode, constants }: NetworkInputs,
  name: string,
  x: T,
  scaling: 'scaled' | 'without-scale',
): T {
  const gamma = scaling === 'scaled' ? (parameter(`${name}/gamma`) as tf.Tensor1D) : null;
  const beta = parameter(`${name}/beta`) as tf.Tensor1D;
  if (mode.kind === 'training') {
    const { y, mean, variance } = trainingBatchNorm<T>(
      { x, gamma, beta },
      BATCH_NORM.epsilon,
      constants,
    );
    mode.statistics.push({ mean, variance });
    return y;
  }
  const { offset, channels } = mode.layout.get(name)!;
  const mean = tf.slice(mode.running, [offset], [channels]);
  const variance = tf.slice(mode.running, [offset + channels], [channels]);
  const y = tf.batchNorm(x, mean, variance, beta, gamma ?? undefined, BATCH_NORM.epsilon);
  // batchNorm keeps rank and shape of its first argument.
  return y as T;
}
