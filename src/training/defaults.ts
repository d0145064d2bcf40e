/**
 * The experiment the page opens on: built-in faces, the tiny network, fixed against dynamic AdaCos.
 * The learning rate and batch are the ones the curves in the README were made with.
 */
import { DEFAULT_SYNTHETIC } from '../data/synthetic/settings';
import type { OptimiserConfig } from '../engine/engine';
import { PRESETS } from '../models/presets';
import type { ArmConfig, ExperimentConfig, ScheduleConfig } from './config';

export const DEFAULT_OPTIMISER: OptimiserConfig = {
  kind: 'sgd',
  momentum: 0.9,
  weightDecay: 5e-4,
};

export const DEFAULT_SCHEDULE: ScheduleConfig = { kind: 'constant', warmupSteps: 0 };

export const DEFAULT_LEARNING_RATE = 0.05;

export const DEFAULT_ARMS: readonly ArmConfig[] = [
  {
    id: 'A',
    loss: { kind: 'fixed-adacos' },
    optimiser: DEFAULT_OPTIMISER,
    learningRate: DEFAULT_LEARNING_RATE,
    schedule: DEFAULT_SCHEDULE,
  },
  {
    id: 'B',
    loss: {
      kind: 'dynamic-adacos',
      capAngleRad: Math.PI / 4,
      guard: 'clamp',
      firstStep: 'paper',
    },
    optimiser: DEFAULT_OPTIMISER,
    learningRate: DEFAULT_LEARNING_RATE,
    schedule: DEFAULT_SCHEDULE,
  },
];

export const DEFAULT_EXPERIMENT: ExperimentConfig = {
  seed: 7,
  engine: 'auto',
  data: { kind: 'synthetic', settings: DEFAULT_SYNTHETIC },
  model: PRESETS.tiny,
  batchSize: 32,
  augmentation: { flip: true, shift: 2 },
  validationShare: 0.2,
  evaluateEvery: 24,
  arms: DEFAULT_ARMS,
};
