/**
 * What the page's requests mean. Owns the faces, the engine, the experiment and its clock; answers
 * requests and emits events. Needs a browser (image decoding, GPU) but no worker scope of its own.
 */
import type { FaceSet } from '../data/types';
import type { Engine, EngineChoice } from '../engine/engine';
import { requireAvailable, selectEngine } from '../engine/select';
import { checkLoss } from '../losses/check';
import { checkModel } from '../models/check';
import type { ArmId, ExperimentConfig } from '../training/config';
import { Experiment } from '../training/experiment';
import { toColumns } from '../training/metrics';
import { Runner } from '../training/runner';
import { labelOf, summarise, thumbnailsOf } from './answers';
import { FaceLoader } from './faceLoader';
import { TrainerError, toFailure } from './failure';
import type {
  ArmMetrics,
  ExperimentSummary,
  HyperChange,
  Request,
  RequestKind,
  ResponseMap,
  WorkerEvent,
} from './protocol';
import { yieldToTasks } from './tasks';

interface Live {
  readonly experiment: Experiment;
  readonly runner: Runner;
  readonly summary: ExperimentSummary;
}

export class Trainer {
  private readonly loader: FaceLoader;
  private engine: { readonly choice: EngineChoice; readonly engine: Engine } | null = null;
  private live: Live | null = null;

  constructor(private readonly emit: (event: WorkerEvent) => void) {
    this.loader = new FaceLoader(emit);
  }

  async handle(request: Request): Promise<ResponseMap[RequestKind]> {
    switch (request.kind) {
      case 'load-synthetic':
        return this.loader.loadSynthetic(request.config, this.pause());
      case 'load-files':
        return this.loader.loadFiles(request, this.pause());
      case 'cancel-load':
        this.loader.cancel();
        return null;
      case 'configure':
        return this.configure(request.config);
      case 'play':
        this.play();
        return null;
      case 'pause':
        await this.pause();
        return null;
      case 'step':
        await this.requireLive().runner.steps(request.count);
        return null;
      case 'reset':
        await this.requireLive().runner.reset();
        return null;
      case 'set-hyper':
        this.change(request.arm, request.change);
        return null;
      case 'thumbnails':
        return thumbnailsOf(this.requireFaces(), request.indices);
      case 'dispose':
        await this.disposeExperiment();
        this.engine?.engine.dispose();
        this.engine = null;
        return null;
      default:
        return request satisfies never;
    }
  }

  private async configure(config: ExperimentConfig): Promise<ExperimentSummary> {
    const faces = this.requireFaces();
    if (faces.cropSize !== config.model.inputSize) {
      throw new TrainerError(
        'config/invalid',
        `The network reads ${config.model.inputSize}×${config.model.inputSize} pixels but the faces are ${faces.cropSize}×${faces.cropSize}.`,
        'Load the faces again at the crop size of the network.',
      );
    }
    checkModel(config.model);
    for (const { loss } of config.arms) checkLoss(loss);
    if (this.engine?.choice !== config.engine) await requireAvailable(config.engine);
    await this.disposeExperiment();
    this.emit({ kind: 'status', status: 'compiling' });
    try {
      const engine = await this.engineFor(config.engine);
      const experiment = await Experiment.create(config, faces, engine, (done, total) =>
        this.emit({ kind: 'progress', task: 'compile', done, total, unit: 'arms', rate: null }),
      );
      const summary = summarise(config, faces, engine, experiment);
      const runner = new Runner(experiment, this.listenerOf(experiment, engine), {
        now: () => performance.now(),
        yieldToTasks,
      });
      this.live = { experiment, runner, summary };
      return summary;
    } finally {
      this.emit({ kind: 'status', status: this.live === null ? 'idle' : 'paused' });
    }
  }

  /** Keeps the engine while the choice stays the same: probing and compiling are paid once. */
  private async engineFor(choice: EngineChoice): Promise<Engine> {
    if (this.engine?.choice === choice) return this.engine.engine;
    this.engine?.engine.dispose();
    this.engine = null;
    const engine = await selectEngine(choice, {
      onProgress: (done, total) =>
        this.emit({ kind: 'progress', task: 'probe', done, total, unit: 'engines', rate: null }),
      onLost: (error) => this.lose(error),
    });
    this.engine = { choice, engine };
    return engine;
  }

  /**
   * The engine is gone: nothing it still says is a result, so the experiment ends and neither is kept.
   * Not waited for: numbers of a lost device may never arrive.
   */
  private lose(error: Error): void {
    const { engine, live } = this;
    this.engine = null;
    this.live = null;
    this.emit({ kind: 'failure', failure: toFailure(error) });
    this.emit({ kind: 'status', status: 'idle' });
    void live?.runner.pause().then(() => live.experiment.dispose());
    engine?.engine.dispose();
  }

  private pause(): Promise<void> {
    return this.live?.runner.pause() ?? Promise.resolve();
  }

  private play(): void {
    // Playing lasts until a pause; what breaks it is an event, not the answer to this request.
    this.requireLive()
      .runner.play()
      .catch((error: unknown) => this.emit({ kind: 'failure', failure: toFailure(error) }));
  }

  private change(arm: ArmId, change: HyperChange): void {
    const { experiment } = this.requireLive();
    experiment.change(arm, change);
    if (experiment.step === 0) return;
    this.emit({
      kind: 'mark',
      mark: { arm, step: experiment.step + 1, label: labelOf(change), change: change.kind },
    });
  }

  private listenerOf(
    experiment: Experiment,
    engine: Engine,
  ): ConstructorParameters<typeof Runner>[1] {
    const imagesPerStep = experiment.sampler.batchSize * experiment.arms.length;
    return {
      onUpdate: ({ step, epoch, arms, stepMs }) => {
        const batches: ArmMetrics[] = arms.flatMap(({ arm, rows, targetCosines }) =>
          rows.length === 0
            ? []
            : [{ arm, columns: toColumns(rows), targetCosines: targetCosines.slice() }],
        );
        const imagesPerSecond = stepMs === null ? null : (imagesPerStep * 1000) / stepMs;
        const memory = engine.memory();
        this.emit({ kind: 'metrics', step, epoch, arms: batches, stepMs, imagesPerSecond, memory });
      },
      onEvaluation: (results) => {
        const points = results.map(({ arm, step, evaluation }) => ({ arm, step, ...evaluation }));
        this.emit({ kind: 'validation', points });
      },
      onGuard: (arm, action) => this.emit({ kind: 'guard', arm, ...action }),
      onDiverged: (arm) => {
        const found = experiment.arms.find(({ config }) => config.id === arm)?.divergence;
        if (found != null) this.emit({ kind: 'diverged', arm, ...found });
      },
      onRunning: (running) => {
        this.emit({ kind: 'status', status: running ? 'running' : 'paused' });
      },
    };
  }

  private async disposeExperiment(): Promise<void> {
    const live = this.live;
    this.live = null;
    if (live === null) return;
    await live.runner.pause();
    live.experiment.dispose();
  }

  private requireFaces(): FaceSet {
    const { faces } = this.loader;
    if (faces === null) {
      throw new TrainerError(
        'state/no-data',
        'There are no faces loaded.',
        'Drop face crops on the page or use the generated faces.',
      );
    }
    return faces;
  }

  private requireLive(): Live {
    if (this.live === null) {
      throw new TrainerError(
        'state/no-data',
        'There is no experiment to train yet.',
        'Load faces first, or wait until the network is built.',
      );
    }
    return this.live;
  }
}
