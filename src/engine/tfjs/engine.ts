/**
 * The TensorFlow.js engine: holds the resident faces and an open backend, prepares batches and makes
 * learners. It serves where nothing faster runs, and it is what faster engines are checked against.
 */
import * as tf from '@tensorflow/tfjs';
import { gatherBatch } from '../../data/batch';
import type { FaceSet } from '../../data/types';
import type {
  BatchPlan,
  Engine,
  EngineMemory,
  EngineReport,
  Learner,
  LearnerConfig,
} from '../engine';
import type { OpenBackend } from './backend';
import { TfjsBatch } from './batch';
import { Constants } from './constants';
import { TfjsLearner } from './learner';

const NO_AUGMENTATION = { flip: false, shift: 0 } as const;

export class TfjsEngine implements Engine {
  readonly report: EngineReport;
  /** The GPU device, for another engine to share; `null` without WebGPU. */
  readonly device: GPUDevice | null;
  readonly #backend: OpenBackend;
  readonly #constants = new Constants();
  readonly #learners = new Set<Learner>();
  #faces: FaceSet | null = null;

  /** Takes over `backend` and closes it on `dispose`. */
  constructor(backend: OpenBackend, report: EngineReport) {
    this.#backend = backend;
    this.report = report;
    this.device = backend.device;
  }

  loadFaces(faces: FaceSet): void {
    this.#faces = faces;
  }

  prepareBatch(plan: BatchPlan): TfjsBatch {
    const { step, indices, seed, augmentation } = plan;
    const faces = this.#requireFaces();
    const { images, labels } = gatherBatch(faces, indices, augmentation, seed, step);
    return new TfjsBatch(step, faces.cropSize, images, labels);
  }

  async createLearner(config: LearnerConfig): Promise<Learner> {
    const learner = new TfjsLearner(config, {
      constants: this.#constants,
      gather: (indices) =>
        this.prepareBatch({ step: 0, indices, seed: 0, augmentation: NO_AUGMENTATION }),
      forget: (disposed) => this.#forget(disposed),
    });
    this.#learners.add(learner);
    return learner;
  }

  memory(): EngineMemory {
    const { numTensors, numBytes, ...rest } = tf.memory();
    // Only the GPU backends report these, each under its own name.
    const gpu = rest as { numBytesAllocatedInGPU?: number; numBytesInGPUAllocated?: number };
    return {
      tensors: numTensors,
      bytes: numBytes,
      gpuBytes: gpu.numBytesAllocatedInGPU ?? gpu.numBytesInGPUAllocated ?? null,
    };
  }

  dispose(): void {
    for (const learner of [...this.#learners]) learner.dispose();
    this.#constants.dispose();
    this.#faces = null;
    this.#backend.close();
  }

  /** What learners share goes with the last of them. */
  #forget(learner: Learner): void {
    this.#learners.delete(learner);
    if (this.#learners.size === 0) this.#constants.dispose();
  }

  #requireFaces(): FaceSet {
    if (this.#faces === null) throw new RangeError('no faces are loaded: call loadFaces first');
    return this.#faces;
  }
}
