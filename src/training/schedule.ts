/**
 * The learning rate as a function of the step, nothing else: pausing, arms and time do not enter.
 */
import type { ScheduleConfig } from './config';

/**
 * Learning rate of a step counted from 1. Warm-up rises in a straight line and reaches the full rate at
 * step `warmupSteps`. After it, `cosine` follows ½(1 + cos πp) from the end of the warm-up (p = 0) to
 * `totalSteps` (p = 1) and stays at 0 (Loshchilov and Hutter 2017, without restarts); `step` multiplies
 * by `factor` after every `everySteps` steps, warm-up included.
 */
export function learningRateAt(config: ScheduleConfig, baseRate: number, step: number): number {
  return baseRate * warmup(config.warmupSteps, step) * decay(config, step);
}

function warmup(warmupSteps: number, step: number): number {
  return step < warmupSteps ? step / warmupSteps : 1;
}

function decay(config: ScheduleConfig, step: number): number {
  switch (config.kind) {
    case 'constant':
      return 1;
    case 'cosine': {
      const { warmupSteps, totalSteps } = config;
      if (step <= warmupSteps) return 1;
      if (step >= totalSteps) return 0;
      return (1 + Math.cos((Math.PI * (step - warmupSteps)) / (totalSteps - warmupSteps))) / 2;
    }
    case 'step':
      return config.factor ** Math.floor((step - 1) / config.everySteps);
    default:
      return config satisfies never;
  }
}
