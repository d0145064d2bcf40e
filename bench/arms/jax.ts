/**
 * jax-js on WebGPU: one jitted training step, gradients included, channels first as its convolutions
 * want them. Fixed AdaCos scale. Every function takes ownership of its arrays, as the library asks.
 */
import {
  blockUntilReady,
  defaultDevice,
  init,
  type Array as JaxArray,
  jit,
  numpy as np,
  tree,
  valueAndGrad,
} from '@jax-js/jax';
import { fixedAdaCosScale } from '../../src/losses/scaleRule';
import { headInputs, imageBatches, LEARNING_RATE, MOMENTUM, SEED, WEIGHT_DECAY } from '../inputs';
import type { HeadWorkload, NetworkWorkload, Workload } from '../workloads';
import { channelsFirst, denseForChannelsFirst, namedValues, outputsFirst } from './initial';
import { cosineLoss, embed, movedRunning, type Named, oneHot } from './jax-network';
import type { ArmRunner } from './runner';

/** @throws Error where WebGPU cannot be used */
export async function openJax(work: Workload): Promise<ArmRunner> {
  const devices = await init('webgpu');
  if (!devices.includes('webgpu')) throw new Error('jax-js finds no WebGPU');
  defaultDevice('webgpu');
  return work.kind === 'network' ? networkRunner(work) : headRunner(work);
}

// A type alias, not an interface: jax-js walks it as a tree.
type State = {
  parameters: Named;
  velocity: Named;
  running: Named;
  loss: JaxArray;
};

function networkRunner(work: NetworkWorkload): ArmRunner {
  const { model, classes, batch } = work;
  const { inputSize } = model;
  const batches = imageBatches(work).map(({ images, labels }) => ({
    images: channelsFirst(images, { images: batch, size: inputSize, channels: 3 }),
    labels: Int32Array.from(labels),
  }));
  const train = jit(trainStep(work));
  let states: State[] = Array.from({ length: work.learners }, () => initialState(work));
  let step = 0;
  return {
    versions: {},
    async step() {
      const { images, labels } = batches[step % batches.length]!;
      step += 1;
      const x = np.array(images, { shape: [batch, 3, inputSize, inputSize] });
      const y = oneHot(np.array(labels, { dtype: np.int32 }), classes);
      states = states.map(({ parameters, velocity, running, loss }) => {
        loss.dispose();
        return train(parameters, velocity, running, x.ref, y.ref);
      });
      tree.dispose([x, y]);
      await enqueue(states.map(({ loss }) => loss));
    },
    async finish() {
      await blockUntilReady(states);
      return (await states[0]!.loss.ref.data())[0] ?? null;
    },
    gpuBytes: () => null,
  };
}

/**
 * Hands what is pending to the GPU: jax-js holds it back until somebody asks for a result. Asking for
 * the buffer waits for pipelines, which exist after the first step, and not for the GPU.
 */
async function enqueue(results: readonly JaxArray[]): Promise<void> {
  for (const result of results) await result.ref.gpuBuffer();
}

function initialState({ model, classes }: NetworkWorkload): State {
  const parameters: Named = {};
  const velocity: Named = {};
  const running: Named = {};
  for (const [name, slot] of namedValues(model, classes, SEED)) {
    const { values, shape } =
      slot.shape.length === 4
        ? outputsFirst(slot)
        : name.endsWith('dense')
          ? denseForChannelsFirst(model, slot)
          : slot;
    parameters[name] = np.array(Float32Array.from(values), { shape: [...shape] });
    velocity[name] = np.zeros([...shape]);
    if (name.endsWith('/beta')) {
      running[name.replace('beta', 'mean')] = np.zeros([...shape]);
      running[name.replace('beta', 'variance')] = np.ones([...shape]);
    }
  }
  return { parameters, velocity, running, loss: np.zeros([]) };
}

function trainStep({ model, classes }: NetworkWorkload) {
  const scale = fixedAdaCosScale(classes);
  const lossOf = (parameters: Named, x: JaxArray, y: JaxArray): [JaxArray, Named] => {
    const { centres, ...layers } = parameters;
    const { embeddings, statistics } = embed(model, layers, x);
    return [cosineLoss(embeddings, centres!, y, scale), statistics];
  };
  const lossAndGradients = valueAndGrad(lossOf, { hasAux: true });
  return (parameters: Named, velocity: Named, running: Named, x: JaxArray, y: JaxArray): State => {
    const [[loss, statistics], gradients] = lossAndGradients(tree.ref(parameters), x, y);
    const next: State = { parameters: {}, velocity: {}, running: {}, loss };
    for (const [name, weight] of Object.entries(parameters)) {
      const decays = weight.ndim > 1;
      const gradient = (gradients as Named)[name]!;
      const pulled = decays ? gradient.add(weight.ref.mul(WEIGHT_DECAY)) : gradient;
      const moved = velocity[name]!.mul(MOMENTUM).add(pulled);
      next.velocity[name] = moved.ref;
      next.parameters[name] = weight.sub(moved.mul(LEARNING_RATE));
    }
    next.running = movedRunning(running, statistics);
    return next;
  };
}

function headRunner(work: HeadWorkload): ArmRunner {
  const { batch, embeddingSize, classes } = work;
  const inputs = headInputs(work);
  const scale = fixedAdaCosScale(classes);
  const x = np.array(Float32Array.from(inputs.embeddings), { shape: [batch, embeddingSize] });
  const w = np.array(Float32Array.from(inputs.centres), { shape: [embeddingSize, classes] });
  const labels = np.array(Int32Array.from(inputs.labels), { dtype: np.int32 });
  const head = jit((embeddings: JaxArray, centres: JaxArray, own: JaxArray) => {
    const targets = oneHot(own, classes);
    const lossOf = (e: JaxArray, c: JaxArray): JaxArray => cosineLoss(e, c, targets, scale);
    const [loss, [toEmbeddings, toCentres]] = valueAndGrad(lossOf, { argnums: [0, 1] })(
      embeddings,
      centres,
    );
    return [loss, toEmbeddings, toCentres] as JaxArray[];
  });
  let results: JaxArray[] = [];
  return {
    versions: {},
    async step() {
      tree.dispose(results);
      results = head(x.ref, w.ref, labels.ref);
      await enqueue(results);
    },
    async finish() {
      await blockUntilReady(results);
      return (await results[0]?.ref.data())?.[0] ?? null;
    },
    gpuBytes: () => null,
  };
}
