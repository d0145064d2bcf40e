/**
 * One arm on a tfjs backend. Its state is four flat vectors (parameters, optimiser slots, running
 * statistics) and a scale, all on the device; a step replaces them and reads nothing back, and its
 * numbers follow in one small tensor.
 */
import * as tf from '@tensorflow/tfjs';
import { initialScale } from '../../losses/scaleRule';
import { initialParameters, initialRunningStatistics } from '../../models/initial';
import { BATCH_NORM, parameterLayout, runningLayout } from '../../models/layout';
import { inferShapes } from '../../models/shapes';
import { Arrivals } from '../arrivals';
import type {
  Evaluation,
  Learner,
  LearnerConfig,
  LearnerState,
  PreparedBatch,
  StepHyper,
  StepMetrics,
} from '../engine';
import { EvaluationSum } from '../metrics';
import type { TfjsBatch } from './batch';
import type { Constants } from './constants';
import { chunks, decayVector, parameterViews, take } from './flat';
import { evaluationHead, type HeadOutputs, trainingHead } from './head';
import { network } from './network';
import type { BatchStatistics } from './ops/batch-norm';
import { normalise } from './ops/normalise';
import { slotCount, update } from './optimiser';
import { type ScaleRule, scaleRuleFor } from './scale-rule';

/** What a learner needs from its engine. */
export interface LearnerHost {
  readonly constants: Constants;
  /** Images without augmentation. */
  gather(indices: Uint32Array): TfjsBatch;
  /** Called when the learner is disposed. */
  forget(learner: Learner): void;
}

/** Images per inference pass: enough to be busy, few enough for small memories. */
const INFERENCE_CHUNK = 128;

export class TfjsLearner implements Learner {
  readonly config: LearnerConfig;
  readonly #host: LearnerHost;
  readonly #slotsOf: ReturnType<typeof parameterLayout>;
  readonly #running: ReturnType<typeof runningLayout>;
  readonly #features: number;
  readonly #rule: ScaleRule;
  readonly #decay: tf.Tensor1D | null;
  readonly #arrivals: Arrivals;
  #parameters: tf.Tensor1D;
  #slots: readonly tf.Tensor1D[];
  #statistics: tf.Tensor1D;
  #scale: tf.Scalar | null;
  #step = 0;

  constructor(config: LearnerConfig, host: LearnerHost) {
    const { model, classes, seed, loss, optimiser } = config;
    this.config = config;
    this.#host = host;
    this.#slotsOf = parameterLayout(model, classes);
    this.#running = runningLayout(model);
    this.#features = inferShapes(model).features;
    this.#rule = scaleRuleFor(classes);
    this.#arrivals = new Arrivals({ scaled: loss.kind !== 'softmax' });
    const scale = initialScale(loss, classes);
    const parameters = initialParameters(model, classes, seed);
    this.#decay = decayVector(this.#slotsOf, parameters.length, optimiser.weightDecay);
    this.#parameters = tf.tensor1d(parameters);
    this.#slots = Array.from({ length: slotCount(optimiser) }, () =>
      tf.tensor1d(new Float32Array(parameters.length)),
    );
    this.#statistics = tf.tensor1d(initialRunningStatistics(model));
    this.#scale = scale === null ? null : tf.scalar(scale);
  }

  step(batch: PreparedBatch, hyper: StepHyper): void {
    // Batches come from the same engine, which makes no other kind.
    const prepared = batch as TfjsBatch;
    this.#step += 1;
    const packed = tf.tidy(() => this.#trainOnce(prepared, hyper));
    this.#arrivals.add(this.#step, prepared.labels, take(packed));
  }

  metrics(): Promise<readonly StepMetrics[]> {
    return this.#arrivals.metrics();
  }

  async evaluate(indices: Uint32Array): Promise<Evaluation> {
    const sum = new EvaluationSum();
    const { constants } = this.#host;
    for (const chunk of chunks(indices, INFERENCE_CHUNK)) {
      const { values, labels } = await this.#infer(chunk, (embeddings, centres, batch) =>
        evaluationHead(
          embeddings,
          centres,
          batch.targets(this.config.classes),
          this.#rule,
          constants,
        ),
      );
      sum.add(values, labels);
    }
    return sum.result();
  }

  async embed(indices: Uint32Array): Promise<Float32Array> {
    const size = this.config.model.embeddingSize;
    const result = new Float32Array(indices.length * size);
    let offset = 0;
    for (const chunk of chunks(indices, INFERENCE_CHUNK)) {
      const { values } = await this.#infer(chunk, (embeddings) =>
        normalise(embeddings, 1, this.#host.constants),
      );
      result.set(values, offset);
      offset += values.length;
    }
    return result;
  }

  async exportState(): Promise<LearnerState> {
    const step = this.#step;
    // Cloned first, so that a step enqueued while this waits cannot dispose what is being read.
    const state = [this.#parameters, ...this.#slots, this.#statistics].map((t) => t.clone());
    const scale = this.#scale?.clone() ?? null;
    const [parameters, ...others] = await Promise.all(state.map((tensor) => take(tensor)));
    const runningStatistics = others.pop();
    const slots = new Float32Array(others.length * parameters!.length);
    others.forEach((slot, index) => {
      slots.set(slot, index * parameters!.length);
    });
    return {
      step,
      parameters: parameters!,
      slots,
      runningStatistics: runningStatistics!,
      scale: scale === null ? null : (await take(scale))[0]!,
    };
  }

  importState(state: LearnerState): void {
    const size = this.#parameters.size;
    const slots = this.#slots.length;
    if (
      state.parameters.length !== size ||
      state.slots.length !== size * slots ||
      state.runningStatistics.length !== this.#statistics.size ||
      (state.scale === null) !== (this.#scale === null)
    ) {
      throw new RangeError(
        `state of ${state.parameters.length} parameters and ${state.slots.length} slots does not fit ` +
          `a learner of ${size} and ${size * slots}`,
      );
    }
    this.#freeState();
    this.#step = state.step;
    this.#parameters = tf.tensor1d(state.parameters.slice());
    this.#slots = Array.from({ length: slots }, (_, index) =>
      tf.tensor1d(state.slots.slice(index * size, (index + 1) * size)),
    );
    this.#statistics = tf.tensor1d(state.runningStatistics.slice());
    this.#scale = state.scale === null ? null : tf.scalar(state.scale);
  }

  dispose(): void {
    this.#freeState();
    this.#decay?.dispose();
    this.#arrivals.clear();
    this.#host.forget(this);
  }

  /** Forward, backward, update; returns the packed numbers of the step. */
  #trainOnce(batch: TfjsBatch, hyper: StepHyper): tf.Tensor1D {
    const { constants } = this.#host;
    const { model, classes, loss, optimiser } = this.config;
    const statistics: BatchStatistics[] = [];
    const views = parameterViews(this.#slotsOf, this.#parameters);
    const names = [...views.keys()];
    let head: HeadOutputs | null = null;
    const forward = (...parameters: tf.Tensor[]): tf.Tensor1D => {
      const byName = new Map(names.map((name, index) => [name, parameters[index]!]));
      const parameter = (name: string): tf.Tensor => byName.get(name)!;
      const mode = {
        kind: 'training',
        dropoutMask: this.#dropoutMask(batch),
        statistics,
      } as const;
      const embeddings = network({ model, parameter, mode, constants }, batch.images);
      head = trainingHead(
        {
          embeddings,
          centres: parameter('centres') as tf.Tensor2D,
          targets: batch.targets(classes),
          loss,
          hyper,
          previousScale: this.#scale,
          step: this.#step,
          rule: this.#rule,
        },
        constants,
      );
      return head.losses;
    };
    // dL/d(loss of one image) = 1/batch: the loss is their mean.
    const { grads } = tf.valueAndGrads(forward)(
      [...views.values()],
      constants.filled(batch.size, 1 / batch.size),
    );
    const gradient = tf.concat1d(grads.map((tensor) => tensor.flatten()));
    const updated = update(
      {
        config: optimiser,
        parameters: this.#parameters,
        gradient,
        slots: this.#slots,
        decay: this.#decay,
        learningRate: hyper.learningRate,
        step: this.#step,
      },
      constants,
    );
    const running = this.#movedStatistics(statistics);
    // valueAndGrads runs `forward` at once, so the head is there; the compiler cannot see that.
    const { packed, scale } = head as unknown as HeadOutputs;
    this.#freeState();
    this.#parameters = tf.keep(updated.parameters);
    this.#slots = updated.slots.map((slot) => tf.keep(slot));
    this.#statistics = tf.keep(running);
    this.#scale = scale;
    return packed;
  }

  #dropoutMask(batch: TfjsBatch): tf.Tensor2D | null {
    const { model, seed } = this.config;
    if (model.dropout === 0) return null;
    return batch.dropoutMask(seed, this.#step, this.#features, model.dropout);
  }

  /** running ← momentum · running + (1 − momentum) · batch, all layers at once. */
  #movedStatistics(layers: readonly BatchStatistics[]): tf.Tensor1D {
    const { constants } = this.#host;
    const batch = tf.concat1d(layers.flatMap(({ mean, variance }) => [mean, variance]));
    for (const { mean, variance } of layers) tf.dispose([mean, variance]);
    const moved = tf.add<tf.Tensor1D>(
      tf.mul(this.#statistics, constants.scalar(BATCH_NORM.momentum)),
      tf.mul(batch, constants.scalar(1 - BATCH_NORM.momentum)),
    );
    return moved;
  }

  /**
   * The running statistics without what is left of their initial values (0 and 1): after t steps that
   * is momentumᵗ of them, which for the first few dozen steps would drown small variances.
   */
  #unbiasedStatistics(): tf.Tensor1D {
    const remainder = BATCH_NORM.momentum ** this.#step;
    if (this.#step === 0 || remainder < 1e-7) return this.#statistics;
    const initial = tf.tensor1d(initialRunningStatistics(this.config.model));
    const seen = tf.sub(this.#statistics, tf.mul(initial, remainder));
    return tf.div(seen, 1 - remainder);
  }

  async #infer(
    indices: Uint32Array,
    finish: (embeddings: tf.Tensor2D, centres: tf.Tensor2D, batch: TfjsBatch) => tf.Tensor,
  ): Promise<{ values: Float32Array; labels: Int32Array }> {
    const batch = this.#host.gather(indices);
    let result: tf.Tensor;
    try {
      result = tf.tidy(() => this.#inferBatch(batch, finish));
    } finally {
      batch.dispose();
    }
    return { values: await take(result), labels: batch.labels };
  }

  #inferBatch(
    batch: TfjsBatch,
    finish: (embeddings: tf.Tensor2D, centres: tf.Tensor2D, batch: TfjsBatch) => tf.Tensor,
  ): tf.Tensor {
    const { constants } = this.#host;
    const { model } = this.config;
    const views = parameterViews(this.#slotsOf, this.#parameters);
    const parameter = (name: string): tf.Tensor => views.get(name)!;
    const layout = new Map(this.#running.map((slot) => [slot.name, slot]));
    const mode = { kind: 'inference', running: this.#unbiasedStatistics(), layout } as const;
    const embeddings = network({ model, parameter, mode, constants }, batch.images);
    return finish(embeddings, parameter('centres') as tf.Tensor2D, batch);
  }

  #freeState(): void {
    tf.dispose([this.#parameters, ...this.#slots, this.#statistics]);
    this.#scale?.dispose();
  }
}
