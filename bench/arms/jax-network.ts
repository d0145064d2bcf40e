/** The networks and the cosine loss in jax-js. Every function takes ownership of its arrays. */
import { type Array as JaxArray, lax, nn, numpy as np } from '@jax-js/jax';
import { BATCH_NORM } from '../../src/models/layout';
import type { ModelSpec } from '../../src/models/spec';
import { unknownStage } from './initial';

/** Arrays by the names of `parameterLayout`; running statistics as `…/mean` and `…/variance`. */
export type Named = { [name: string]: JaxArray };

/** `[batch, 3, size, size]` → `[batch, embeddingSize]`, and the batch's statistics by name. */
export function embed(
  model: ModelSpec,
  parameters: Named,
  images: JaxArray,
): { embeddings: JaxArray; statistics: Named } {
  const statistics: Named = {};

  /** Over all axes but the second (channels first) or the first (a vector per image). */
  const norm = (x: JaxArray, name: string): JaxArray => {
    const axes = x.ndim === 4 ? [0, 2, 3] : [0];
    const shape = x.ndim === 4 ? [1, x.shape[1]!, 1, 1] : [1, x.shape[1]!];
    const mean = np.mean(x.ref, axes, { keepdims: true });
    const centred = x.sub(mean.ref);
    const variance = np.mean(np.square(centred.ref), axes, { keepdims: true });
    statistics[`${name}/mean`] = mean.reshape([-1]);
    statistics[`${name}/variance`] = variance.ref.reshape([-1]);
    const y = centred.div(np.sqrt(variance.add(BATCH_NORM.epsilon)));
    const gamma = parameters[`${name}/gamma`];
    const scaled = gamma === undefined ? y : y.mul(gamma.reshape(shape));
    return scaled.add(parameters[`${name}/beta`]!.reshape(shape));
  };
  const convolution = (x: JaxArray, name: string, stride: number): JaxArray => {
    const kernel = parameters[name]!;
    const pad: [number, number] = kernel.shape[2] === 3 ? [1, 1] : [0, 0];
    return lax.convGeneralDilated(x, kernel, [stride, stride], [pad, pad]);
  };
  const activation = (x: JaxArray, name: string): JaxArray => {
    if (model.activation === 'relu') return nn.relu(x);
    const slope = parameters[name]!.reshape([1, x.shape[1]!, 1, 1]);
    return np.maximum(x.ref, 0).add(np.minimum(x, 0).mul(slope));
  };

  const batch = images.shape[0]!;
  let x = images;
  model.stages.forEach((stage, index) => {
    const name = `stage${index + 1}`;
    if (stage.kind === 'conv') {
      const y = norm(convolution(x, `${name}/conv`, stage.stride), `${name}/bn`);
      x = activation(y, `${name}/prelu`);
      return;
    }
    if (stage.kind !== 'residual') throw unknownStage(stage);
    const input = x.ref;
    const first = norm(convolution(x, `${name}/conv1`, stage.stride), `${name}/bn1`);
    const middle = activation(first, `${name}/prelu1`);
    const branch = norm(convolution(middle, `${name}/conv2`, 1), `${name}/bn2`);
    const shortcut =
      parameters[`${name}/shortcut/conv`] === undefined
        ? input
        : norm(convolution(input, `${name}/shortcut/conv`, stage.stride), `${name}/shortcut/bn`);
    x = activation(branch.add(shortcut), `${name}/prelu2`);
  });
  const features = model.pooling === 'flatten' ? x.reshape([batch, -1]) : np.mean(x, [2, 3]);
  const embeddings = norm(np.matmul(features, parameters['embedding/dense']!), 'embedding/bn');
  return { embeddings, statistics };
}

/** running ← momentum · running + (1 − momentum) · batch. */
export function movedRunning(running: Named, statistics: Named): Named {
  return Object.fromEntries(
    Object.entries(running).map(([name, value]) => [
      name,
      value.mul(BATCH_NORM.momentum).add(statistics[name]!.mul(1 - BATCH_NORM.momentum)),
    ]),
  );
}

/** Mean cross-entropy of s·cosθ; `targets` one-hot `[batch, classes]`. */
export function cosineLoss(
  embeddings: JaxArray,
  centres: JaxArray,
  targets: JaxArray,
  scale: number,
): JaxArray {
  const batch = embeddings.shape[0]!;
  const cosines = np.matmul(unitLength(embeddings, 1), unitLength(centres, 0));
  const logProbabilities = nn.logSoftmax(cosines.mul(scale), -1);
  return np.sum(logProbabilities.mul(targets)).mul(-1 / batch);
}

/** Compared: the library's own takes rows of an identity matrix, classes² numbers. */
export function oneHot(labels: JaxArray, classes: number): JaxArray {
  const columns = np.arange(0, classes, 1, { dtype: np.int32 }).reshape([1, classes]);
  return np.equal(labels.reshape([-1, 1]), columns).astype(np.float32);
}

function unitLength(x: JaxArray, axis: number): JaxArray {
  const length = np.sqrt(np.sum(np.square(x.ref), axis, { keepdims: true }));
  return x.div(length);
}
