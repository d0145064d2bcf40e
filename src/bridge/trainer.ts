/**
 * What the page's requests mean. Owns the faces, the engine, the experiment and its clock; answers
 * requests and emits events. Needs a browser (image decoding, GPU) but no worker scope of its own.
 */
import type { FaceSet } from '../data/types';
import type { Engine, PlanDescription } from '../engine/engine';
import { checkLoss } from '../losses/check';
import { checkModel } from '../models/check';
import { differsInEngineOnly, withHyper } from '../training/change';
import type { ArmId, ExperimentConfig } from '../training/config';
import { type BuildProgress, Experiment } from '../training/experiment';
import { Runner } from '../training/runner';
import { AlignPictures } from './alignPictures';
import { engineLabelOf, labelOf, previewOf, summarise, thumbnailsOf } from './answers';
import { EngineHolder } from './engineHolder';
import { FaceLoader } from './faceLoader';
import { TrainerError, toFailure } from './failure';
import { Inspection } from './inspection';
import { LeakCheck } from './leakCheck';
import type { OpenedFiles } from './openedFiles';
import type {
  Configured,
  HyperChange,
  Request,
  RequestKind,
  ResponseMap,
  SuspectReport,
  WorkerEvent,
} from './protocol';
import { runnerEvents } from './runnerEvents';
import { yieldToTasks } from './tasks';

interface Live {
  readonly experiment: Experiment;
  readonly runner: Runner;
  /** As it was built, with what was changed while training. */
  config: ExperimentConfig;
}

export class Trainer {
  private readonly loader: FaceLoader;
  private readonly inspection: Inspection;
  private readonly pictures: AlignPictures;
  private readonly leaks: LeakCheck;
  private readonly engines: EngineHolder;
  private live: Live | null = null;

  /** @param select opens engines; for tests */
  constructor(
    private readonly emit: (event: WorkerEvent) => void,
    select?: ConstructorParameters<typeof EngineHolder>[0]['select'],
  ) {
    this.loader = new FaceLoader(emit);
    this.inspection = new Inspection(emit);
    this.pictures = new AlignPictures(this.loader.corrected);
    this.leaks = new LeakCheck(this.loader, emit);
    this.engines = new EngineHolder({
      onProbe: (done, total) =>
        emit({ kind: 'progress', task: 'probe', done, total, unit: 'engines', rate: null }),
      onLost: (error) => this.lose(error),
      onRecovering: (reason) => emit({ kind: 'recovering', reason }),
      onRecovered: (reason) => emit({ kind: 'recovered', reason }),
      ...(select === undefined ? {} : { select }),
    });
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
      case 'keep-set':
        return this.loader.keep(request.name);
      case 'kept-sets':
        return this.loader.store.list();
      case 'open-kept':
        return this.loader.openKept(request.id, this.pause());
      case 'delete-kept':
        await this.loader.deleteKept(request.id);
        return null;
      case 'inspect':
        return this.inspection.describe(this.loader.base(), this.loader.named);
      case 'inspect-crops':
        return thumbnailsOf((await this.loader.base().whole()).all, request.indices);
      case 'inspect-picture':
        return this.pictures.open(this.loader.source(), request.image);
      case 'find-faces':
        return this.pictures.faces(this.loader.source(), request.image);
      case 'correct-crop':
        return this.pictures.crop(this.loader.source(), request.image, request.correction);
      case 'find-duplicates':
        return this.inspection.duplicates(await this.loader.base().whole(), request);
      case 'judge-quality':
        return this.inspection.judge(await this.loader.base().whole(), request.imageIdentity);
      case 'find-mislabelled':
        return this.mislabelled(request.arm);
      case 'cancel-mislabelled':
        this.inspection.cancelSearch();
        return null;
      case 'check-leak':
        return this.leaks.check(request.against, this.trainingNames());
      case 'cancel-leak':
        this.leaks.cancel();
        return null;
      case 'edit-faces':
        return this.loader.edit(request.edits, this.pause());
      case 'add-identity':
        return this.loader.addIdentity(request, this.pause());
      case 'opened-files':
        return this.loader.opened()?.describe() ?? null;
      case 'preview-files':
        return this.requireOpened().preview(request.config);
      case 'prepare-engine':
        this.engines.prepare(request.way);
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
      case 'preview-synthetic':
        return previewOf(request.settings, request.identities, request.images);
      case 'reset-tuning':
        await this.engines.engine?.resetTuning?.();
        return null;
      case 'describe-plan':
        return this.describe(request.arm, request.measure);
      case 'dispose':
        await this.disposeExperiment();
        this.pictures.dispose();
        this.engines.close();
        return null;
      default:
        return request satisfies never;
    }
  }

  private async configure(config: ExperimentConfig): Promise<Configured> {
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
    if (this.engines.choice !== config.engine) await this.engines.requireAvailable(config.engine);
    const { live } = this;
    const goesOn =
      live?.experiment.intact === true &&
      live.experiment.faces === faces &&
      differsInEngineOnly(live.config, config);
    return goesOn ? this.move(live, config) : this.rebuild(config, faces);
  }

  /** A new experiment, from step 0; where it cannot be built the one before stays. */
  private async rebuild(config: ExperimentConfig, faces: FaceSet): Promise<Configured> {
    const before = await this.setAside();
    this.emit({ kind: 'status', status: 'compiling' });
    try {
      const experiment = await this.engines.build(config, (engine) =>
        Experiment.create(config, faces, engine, this.onBuilding),
      );
      const runner = new Runner(experiment, runnerEvents(experiment, this.engines, this.emit), {
        now: () => performance.now(),
        yieldToTasks,
      });
      this.live = { experiment, runner, config };
      return this.configured(config, experiment, false);
    } catch (error) {
      if (before !== null) await this.moveBack(before);
      throw error;
    } finally {
      this.emit({ kind: 'status', status: this.live === null ? 'idle' : 'paused' });
    }
  }

  /** Takes the experiment off the engine, to make room; `null` where there is none to come back to. */
  private async setAside(): Promise<Live | null> {
    const { live } = this;
    this.live = null;
    if (live === null) return null;
    await live.runner.pause();
    try {
      if (!live.experiment.intact) throw new Error('a half-taken step');
      await live.experiment.park();
      return live;
    } catch {
      live.experiment.dispose();
      return null;
    }
  }

  /** The same run on another engine; where that does not work out, on the one before. */
  private async move(live: Live, config: ExperimentConfig): Promise<Configured> {
    const { experiment, runner } = live;
    const before = this.engines.engine?.report.name;
    try {
      await runner.interlude(async () => {
        this.emit({ kind: 'status', status: 'compiling' });
        await experiment.park();
        await this.engines
          .build(config, (engine) => experiment.moveTo(engine, this.onBuilding))
          .catch(async (error: unknown) => {
            await this.moveBack(live);
            throw error;
          });
      });
    } finally {
      this.emit({ kind: 'status', status: this.live === null ? 'idle' : 'paused' });
    }
    live.config = config;
    const { report } = this.requireEngine();
    if (experiment.step > 0 && report.name !== before) {
      const mark = { arm: null, step: experiment.step + 1, label: engineLabelOf(report) };
      this.emit({ kind: 'mark', mark });
    }
    return this.configured(config, experiment, true);
  }

  /** What kept the run from its place is told by who asked; where it cannot go back it is over. */
  private async moveBack(live: Live): Promise<void> {
    try {
      await this.engines.build(live.config, (engine) =>
        live.experiment.moveTo(engine, this.onBuilding),
      );
      this.live = live;
    } catch {
      this.live = null;
    }
  }

  private configured(
    config: ExperimentConfig,
    experiment: Experiment,
    continued: boolean,
  ): Configured {
    return {
      experiment: summarise(config, this.requireEngine(), experiment),
      continued,
    };
  }

  private readonly onBuilding = (progress: BuildProgress): void =>
    this.emit({ kind: 'progress', task: 'compile', rate: null, ...progress });

  /**
   * The engine is gone: nothing it still says is a result, so the experiment ends and neither is kept.
   * Not waited for: numbers of a lost device may never arrive.
   */
  private lose(error: Error): void {
    const { live } = this;
    this.live = null;
    this.emit({ kind: 'failure', failure: toFailure(error) });
    this.emit({ kind: 'status', status: 'idle' });
    void live?.runner.pause().then(() => live.experiment.dispose());
  }

  /** Not after a search for wrong labels, which may take long: it is given up. */
  private pause(): Promise<void> {
    this.inspection.cancelSearch();
    return this.live?.runner.pause() ?? Promise.resolve();
  }

  private play(): void {
    // Playing lasts until a pause; what breaks it is an event, not the answer to this request.
    this.requireLive()
      .runner.play()
      .catch((error: unknown) => this.emit({ kind: 'failure', failure: toFailure(error) }));
  }

  private change(arm: ArmId, change: HyperChange): void {
    const live = this.requireLive();
    const { experiment } = live;
    experiment.change(arm, change);
    live.config = withHyper(live.config, arm, change);
    if (experiment.step === 0) return;
    this.emit({
      kind: 'mark',
      mark: { arm, step: experiment.step + 1, label: labelOf(change), change: change.kind },
    });
  }

  private async describe(arm: ArmId, measure: boolean): Promise<PlanDescription | null> {
    const { experiment, runner } = this.requireLive();
    if (!measure) return experiment.describe(arm, { measure });
    if (runner.running) {
      throw new TrainerError(
        'state/training',
        'The plan cannot be measured while it trains.',
        'Pause first.',
      );
    }
    return runner.interlude(() => experiment.describe(arm, { measure }));
  }

  /** Between two steps, since an engine embeds or trains, not both at once; training goes on afterwards. */
  private mislabelled(arm: ArmId): Promise<SuspectReport> {
    const { experiment, runner } = this.requireLive();
    const signal = this.inspection.beginSearch();
    return runner.aside(() => this.inspection.mislabelled(experiment, arm, signal));
  }

  /** Names of the identities that train; of all that are in use where no experiment is built of them. */
  private trainingNames(): string[] {
    const faces = this.requireFaces();
    const names = faces.identities.map(({ name }) => name);
    const experiment = this.live?.experiment;
    return experiment?.faces === faces
      ? Array.from(experiment.split.trainIdentities, (identity) => names[identity]!)
      : names;
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

  private requireOpened(): OpenedFiles {
    const opened = this.loader.opened();
    if (opened !== null) return opened;
    throw new TrainerError(
      'state/no-data',
      'No files of your own are open.',
      'Drop a folder or an archive on the page.',
    );
  }

  private requireEngine(): Engine {
    const { engine } = this.engines;
    if (engine === null) throw new Error('an experiment without an engine');
    return engine;
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
