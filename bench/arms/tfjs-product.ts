/**
 * The product's TensorFlow.js engine: tfjs with every trick that can be played from outside, kernels of
 * its own on WebGPU, one fused batch norm, one flat optimiser.
 */
import * as tf from '@tensorflow/tfjs';
import { globalGpu } from '../../src/engine/adapter';
import { openBackend } from '../../src/engine/tfjs/backend';
import { TfjsBatch } from '../../src/engine/tfjs/batch';
import { Constants } from '../../src/engine/tfjs/constants';
import { TfjsEngine } from '../../src/engine/tfjs/engine';
import { type HeadOutputs, trainingHead } from '../../src/engine/tfjs/head';
import { scaleRuleFor } from '../../src/engine/tfjs/scale-rule';
import { initialScale } from '../../src/losses/scaleRule';
import { headInputs } from '../inputs';
import type { HeadWorkload, Workload } from '../workloads';
import { DYNAMIC, engineRunner, HYPER } from './engine';
import type { ArmRunner } from './runner';

/** @throws EngineError where the backend cannot run here */
export async function openProduct(
  name: Parameters<typeof openBackend>[0],
  work: Workload,
): Promise<ArmRunner> {
  const backend = await openBackend(name, {
    onFailure: (error) => console.error(error.message),
    gpu: globalGpu(),
  });
  const { adapter, threads } = backend;
  const engine = new TfjsEngine(backend, {
    name,
    backend: backend.backend,
    adapter,
    threads,
    reason: 'Chosen by the benchmark.',
    considered: [],
  });
  // tfjs submits every 15 dispatches unless told; a step is a few hundred.
  if (name === 'tfjs-webgpu') tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 256);
  const versions = {
    tfjs: tf.version_core,
    ...(threads === null ? {} : { 'tfjs-wasm threads': `${threads}` }),
  };
  return work.kind === 'network'
    ? engineRunner(engine, work, versions)
    : headRunner(engine, work, versions);
}

function headRunner(
  engine: TfjsEngine,
  work: HeadWorkload,
  versions: Readonly<Record<string, string>>,
): ArmRunner {
  const { batch, embeddingSize, classes } = work;
  const inputs = headInputs(work);
  const embeddings = tf.tensor2d(inputs.embeddings, [batch, embeddingSize]);
  const centres = tf.tensor2d(inputs.centres, [embeddingSize, classes]);
  const constants = new Constants();
  const rule = scaleRuleFor(classes);
  const start = initialScale(DYNAMIC, classes);
  let scale = start === null ? null : tf.scalar(start);
  let packed: tf.Tensor1D | null = null;
  let step = 0;

  function head(): void {
    step += 1;
    const targets = new TfjsBatch(step, 1, new Float32Array(batch * 3), inputs.labels);
    let outputs: HeadOutputs | null = null;
    tf.tidy(() => {
      const forward = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => {
        outputs = trainingHead(
          {
            embeddings: x as tf.Tensor2D,
            centres: w as tf.Tensor2D,
            targets: targets.targets(classes),
            loss: DYNAMIC,
            hyper: HYPER,
            previousScale: scale,
            step,
            rule,
          },
          constants,
        );
        return outputs.losses;
      };
      tf.valueAndGrads(forward)([embeddings, centres], constants.filled(batch, 1 / batch));
    });
    targets.dispose();
    // valueAndGrads runs `forward` at once, so the outputs are there; the compiler cannot see that.
    const made = outputs as unknown as HeadOutputs;
    tf.dispose([packed, scale].filter((tensor) => tensor !== null));
    packed = made.packed;
    scale = made.scale;
  }

  return {
    versions,
    step: head,
    async finish() {
      if (packed === null) return null;
      const values = Array.from(await packed.data());
      // Layout of `trainingHead`: the own losses follow the target cosines.
      return values.slice(batch, 2 * batch).reduce((sum, loss) => sum + loss / batch, 0);
    },
    gpuBytes: () => engine.memory().gpuBytes,
  };
}
