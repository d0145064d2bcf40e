/** Changes of a configuration that a running experiment takes up without starting over. */
import type { HyperChange } from './arm';
import type { ArmConfig, ArmId, ExperimentConfig } from './config';

/** The configuration after a change while training, so that the address and the next build keep it. */
export function withHyper(
  config: ExperimentConfig,
  id: ArmId,
  change: HyperChange,
): ExperimentConfig {
  const arms = config.arms.map((arm): ArmConfig => {
    if (arm.id !== id) return arm;
    switch (change.kind) {
      case 'learning-rate':
        return { ...arm, learningRate: change.value };
      case 'fixed-scale':
        // A fixed AdaCos arm whose s was moved by hand is a normalised softmax from then on.
        return { ...arm, loss: { kind: 'normalised-softmax', scale: change.value } };
      case 'cap-angle':
        return arm.loss.kind === 'dynamic-adacos'
          ? { ...arm, loss: { ...arm.loss, capAngleRad: change.valueRad } }
          : arm;
      default:
        return change satisfies never;
    }
  });
  return { ...config, arms };
}

/** True where the two differ in the engine and in nothing else: the same run can go on on another. */
export function differsInEngineOnly(a: ExperimentConfig, b: ExperimentConfig): boolean {
  const on = ({ storage: _, ...config }: ExperimentConfig) =>
    JSON.stringify({ ...config, engine: 'auto' });
  return wayOf(a) !== wayOf(b) && on(a) === on(b);
}

/** What an engine is opened by: another way needs another engine. */
export function wayOf({ engine, storage = 'float32' }: EngineWay): string {
  return `${engine} ${storage}`;
}

export type EngineWay = Pick<ExperimentConfig, 'engine' | 'storage'>;
