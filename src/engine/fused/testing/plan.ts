/** For tests: a training step or an inference pass as plain data, on a device that is only described. */
import type { LearnerConfig } from '../../engine';
import { choicesFor } from '../choices';
import { slotLength } from '../head';
import { scratch } from '../kernel';
import { layoutOf } from '../layout';
import { type MapStorage, mapStorage } from '../storage';
import type { PlanInput } from '../training-plan';

/** The two kinds of adapter that choices tell apart. */
export const DESCRIBED_DEVICES = [
  { title: 'hardware', software: false, quads: true },
  { title: 'software with subgroups', software: true, quads: true },
  { title: 'software without subgroups', software: true, quads: false },
] as const;

export interface DescribedDevice {
  readonly software: boolean;
  readonly quads: boolean;
  /** float32 where absent. */
  readonly maps?: MapStorage;
}

/** What `trainingStep` and `inferencePass` take, with no buffer behind any tensor. */
export function describedPlan(
  config: LearnerConfig,
  batch: number,
  { software, quads, maps = mapStorage('float32', false) }: DescribedDevice,
): PlanInput {
  const layout = layoutOf(config.model, config.classes);
  const { inputSize } = config.model;
  const slots = config.optimiser.kind === 'sgd' ? 1 : 2;
  return {
    config,
    layout,
    batch,
    tensors: {
      parameters: scratch('parameters', layout.length),
      gradient: scratch('gradient', layout.length),
      slots: scratch('slots', slots * layout.length),
      running: scratch('running', layout.runningLength),
      kinds: scratch('kinds', layout.runningLength),
      norms: scratch('norms', layout.runningLength),
      state: scratch('state', 1),
    },
    inputs: {
      images: scratch('images', 4 * batch * inputSize * inputSize, maps.values),
      targets: scratch('targets', batch),
    },
    ring: scratch('ring', slotLength(batch)),
    choices: choicesFor({
      quads,
      maps,
      facts: { vendor: 'test', architecture: '', description: '', software },
    }),
    constant: (label, values) => scratch(label, values.length),
  };
}
