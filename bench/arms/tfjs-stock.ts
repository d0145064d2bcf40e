/**
 * TensorFlow.js on WebGPU as its users write it: a LayersModel, a cosine head as a custom loss,
 * `optimizer.minimize`. Its kernels are the ones it ships, so it must not share a thread with the
 * product's engine, which replaces some. Fixed AdaCos scale.
 */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';
import { fixedAdaCosScale } from '../../src/losses/scaleRule';
import { BATCH_NORM } from '../../src/models/layout';
import { headInputs, imageBatches, LEARNING_RATE, MOMENTUM, SEED, WEIGHT_DECAY } from '../inputs';
import type { HeadWorkload, NetworkWorkload, Workload } from '../workloads';
import { type NamedValues, namedValues, unknownStage } from './initial';
import type { ArmRunner } from './runner';

const VERSIONS = { tfjs: tf.version_core } as const;

/** @throws Error where WebGPU cannot be used */
export async function openStock(work: Workload): Promise<ArmRunner> {
  // Typed as always there.
  if ((globalThis.navigator?.gpu as GPU | undefined) === undefined)
    throw new Error('there is no WebGPU');
  if (!(await tf.setBackend('webgpu'))) throw new Error('the webgpu backend did not start');
  return work.kind === 'network' ? networkRunner(work) : headRunner(work);
}

interface Learner {
  readonly model: tf.LayersModel;
  readonly centres: tf.Variable;
  readonly optimiser: tf.Optimizer;
  /** What weight decay pulls at. */
  readonly decayed: readonly tf.Variable[];
}

function networkRunner(work: NetworkWorkload): ArmRunner {
  const { model, classes, batch } = work;
  const { inputSize } = model;
  const batches = imageBatches(work);
  const learners = Array.from({ length: work.learners }, () => makeLearner(work));
  const scale = fixedAdaCosScale(classes);
  let step = 0;
  let loss: tf.Scalar | null = null;

  function train(
    { model: network, centres, optimiser, decayed }: Learner,
    batchOf: Batch,
  ): tf.Scalar {
    let crossEntropy: tf.Scalar | null = null;
    optimiser.minimize(() => {
      const embeddings = network.apply(batchOf.images, { training: true }) as tf.Tensor2D;
      const data = cosineLoss(embeddings, centres as tf.Tensor2D, batchOf.targets, scale);
      crossEntropy = tf.keep(data.clone());
      // One after the other: addN of more than seven needs a limit tfjs does not raise.
      const squares = decayed
        .map((weight) => tf.sum(tf.square(weight)))
        .reduce((sum, square) => tf.add(sum, square));
      return data.add(squares.mul(WEIGHT_DECAY / 2)) as tf.Scalar;
    });
    // minimize runs its function at once; the compiler cannot see that.
    return crossEntropy as unknown as tf.Scalar;
  }

  return {
    versions: VERSIONS,
    step() {
      const { images, labels } = batches[step % batches.length]!;
      step += 1;
      const losses = tf.tidy(() => {
        const batchOf = {
          images: tf.tensor4d(images, [batch, inputSize, inputSize, 3]),
          targets: tf.oneHot(tf.tensor1d(labels, 'int32'), classes).toFloat() as tf.Tensor2D,
        };
        return learners.map((learner) => train(learner, batchOf));
      });
      loss?.dispose();
      loss = losses[0]!;
      tf.dispose(losses.slice(1));
    },
    async finish() {
      const value = (await loss?.data())?.[0] ?? null;
      // The update comes after the loss in the queue: one number of what was updated last.
      for (const { centres } of learners) {
        const one = tf.tidy(() => tf.slice(centres, [0, 0], [1, 1]));
        await one.data();
        one.dispose();
      }
      return value;
    },
    gpuBytes: () => null,
  };
}

interface Batch {
  readonly images: tf.Tensor4D;
  readonly targets: tf.Tensor2D;
}

/** Mean cross-entropy of s·cosθ, `targets` one-hot. */
function cosineLoss(
  embeddings: tf.Tensor2D,
  centres: tf.Tensor2D,
  targets: tf.Tensor2D,
  scale: number,
): tf.Scalar {
  const x = tf.div(embeddings, tf.norm(embeddings, 'euclidean', 1, true));
  const w = tf.div(centres, tf.norm(centres, 'euclidean', 0, true));
  const logits = tf.mul(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), scale);
  return tf.losses.softmaxCrossEntropy(targets, logits);
}

function makeLearner(work: NetworkWorkload): Learner {
  const { model, classes } = work;
  const values = namedValues(model, classes, SEED);
  const network = buildModel(work, values);
  const centre = values.get('centres')!;
  const centres = tf.variable(tf.tensor2d(centre.values, [model.embeddingSize, classes]));
  const weights = network.trainableWeights
    .filter(({ shape }) => shape.length > 1 && shape.at(-2) !== 1)
    // `val` is the variable behind a layer's weight; the public `read` gives its value only.
    .map((weight) => (weight as unknown as { val: tf.Variable }).val);
  return {
    model: network,
    centres,
    optimiser: tf.train.momentum(LEARNING_RATE, MOMENTUM),
    decayed: [...weights, centres],
  };
}

/** The network of a specification in layers. */
function buildModel({ model }: NetworkWorkload, values: NamedValues): tf.LayersModel {
  const input = tf.input({ shape: [model.inputSize, model.inputSize, 3] });
  const tensor = (name: string): tf.Tensor => {
    const { values: numbers, shape } = values.get(name)!;
    return tf.tensor(numbers, [...shape]);
  };
  const convolution = (x: tf.SymbolicTensor, name: string, stride: number): tf.SymbolicTensor => {
    const kernel = tensor(name);
    const [size = 3, , , filters = 1] = kernel.shape;
    // At stride 2 'same' pads right and below only; a padding of 1 is a layer of its own.
    const explicit = stride === 2 && size === 3;
    const layer = tf.layers.conv2d({
      filters,
      kernelSize: size,
      strides: stride,
      padding: explicit ? 'valid' : 'same',
      useBias: false,
    });
    const padded = explicit ? tf.layers.zeroPadding2d({ padding: 1 }).apply(x) : x;
    const y = layer.apply(padded as tf.SymbolicTensor) as tf.SymbolicTensor;
    layer.setWeights([kernel]);
    return y;
  };
  // Scaled after the embedding layer too: this layer fails in training without its scale.
  const norm = (x: tf.SymbolicTensor): tf.SymbolicTensor =>
    tf.layers.batchNormalization({ ...BATCH_NORM }).apply(x) as tf.SymbolicTensor;
  const activation = (x: tf.SymbolicTensor): tf.SymbolicTensor => {
    if (model.activation === 'relu') return tf.layers.reLU().apply(x) as tf.SymbolicTensor;
    const alphaInitializer = tf.initializers.constant({ value: 0.25 });
    const layer = tf.layers.prelu({ alphaInitializer, sharedAxes: [1, 2] });
    return layer.apply(x) as tf.SymbolicTensor;
  };

  let x = input;
  model.stages.forEach((stage, index) => {
    const name = `stage${index + 1}`;
    if (stage.kind === 'conv') {
      x = activation(norm(convolution(x, `${name}/conv`, stage.stride)));
      return;
    }
    if (stage.kind !== 'residual') throw unknownStage(stage);
    const first = activation(norm(convolution(x, `${name}/conv1`, stage.stride)));
    const branch = norm(convolution(first, `${name}/conv2`, 1));
    const shortcut = values.has(`${name}/shortcut/conv`)
      ? norm(convolution(x, `${name}/shortcut/conv`, stage.stride))
      : x;
    x = activation(tf.layers.add().apply([branch, shortcut]) as tf.SymbolicTensor);
  });
  const flat = tf.layers.flatten().apply(x) as tf.SymbolicTensor;
  const dense = tf.layers.dense({ units: model.embeddingSize, useBias: false });
  const embedding = dense.apply(flat) as tf.SymbolicTensor;
  dense.setWeights([tensor('embedding/dense')]);
  return tf.model({ inputs: input, outputs: norm(embedding) });
}

function headRunner(work: HeadWorkload): ArmRunner {
  const { batch, embeddingSize, classes } = work;
  const inputs = headInputs(work);
  const embeddings = tf.tensor2d(inputs.embeddings, [batch, embeddingSize]);
  const centres = tf.tensor2d(inputs.centres, [embeddingSize, classes]);
  const labels = tf.tensor1d(inputs.labels, 'int32');
  const scale = fixedAdaCosScale(classes);
  let last: { value: tf.Tensor; grads: tf.Tensor[] } | null = null;
  return {
    versions: VERSIONS,
    step() {
      const previous = last;
      last = tf.tidy(() => {
        const targets = tf.oneHot(labels, classes).toFloat() as tf.Tensor2D;
        return tf.valueAndGrads((x, w) =>
          cosineLoss(x as tf.Tensor2D, w as tf.Tensor2D, targets, scale),
        )([embeddings, centres]);
      });
      if (previous !== null) tf.dispose([previous.value, ...previous.grads]);
    },
    async finish() {
      // The gradients come after the loss in the queue, but reading submits what came before it all.
      return (await last?.value.data())?.[0] ?? null;
    },
    gpuBytes: () => null,
  };
}
