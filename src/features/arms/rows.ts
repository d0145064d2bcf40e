/**
 * An arm as the rows of its card, and which rows differ between the arms. Only differences are set in
 * bold, so that two arms can be told apart at a glance. What stands at the paper's value and needs no
 * word (the cap at 45°, the guard, the first step) has a row only where it departs from it.
 */
import type { OptimiserConfig } from '../../engine/engine';
import { LOSSES } from '../../losses/registry';
import type { LossConfig } from '../../losses/types';
import type { ArmConfig, ScheduleConfig } from '../../training/config';
import { formatAngle, formatCount, formatNumber } from '../../ui/format';

export const ROW_KEYS = [
  'scale',
  'capAngle',
  'guard',
  'firstStep',
  'optimiser',
  'learningRate',
  'schedule',
] as const;
export type RowKey = (typeof ROW_KEYS)[number];

/** What a row compares; `null` where the arm has no such row. */
function rowValue(arm: ArmConfig, key: RowKey): unknown {
  const { loss } = arm;
  const dynamic = loss.kind === 'dynamic-adacos' ? loss : null;
  switch (key) {
    case 'scale':
      return loss.kind === 'normalised-softmax' ? [loss.kind, loss.scale] : loss.kind;
    case 'capAngle':
      return dynamic === null || dynamic.capAngleRad === Math.PI / 4 ? null : dynamic.capAngleRad;
    case 'guard':
      return dynamic?.guard === 'paper-exact' ? dynamic.guard : null;
    case 'firstStep':
      return dynamic?.firstStep === 'reference' ? dynamic.firstStep : null;
    case 'optimiser':
      return arm.optimiser;
    case 'learningRate':
      return arm.learningRate;
    case 'schedule':
      return arm.schedule;
    default:
      return key satisfies never;
  }
}

/** Rows an arm's card shows, in order. */
export function rowsOf(arm: ArmConfig): readonly RowKey[] {
  return ROW_KEYS.filter((key) => rowValue(arm, key) !== null);
}

/** Rows in which at least two arms differ; empty for a single arm. */
export function differences(arms: readonly ArmConfig[]): ReadonlySet<RowKey> {
  return new Set(
    ROW_KEYS.filter(
      (key) => new Set(arms.map((arm) => JSON.stringify(rowValue(arm, key)))).size > 1,
    ),
  );
}

export function lossLabel(loss: LossConfig): string {
  return LOSSES[loss.kind].label;
}

/** `SGD 0.9, decay 0.0005`, and where gradients are clipped `, clip 1`. */
export function optimiserText(optimiser: OptimiserConfig): string {
  const decay =
    optimiser.weightDecay === 0 ? 'no decay' : `decay ${formatNumber(optimiser.weightDecay)}`;
  const clip = optimiser.clipNorm ? `, clip ${formatNumber(optimiser.clipNorm)}` : '';
  switch (optimiser.kind) {
    case 'sgd':
      return `SGD ${formatNumber(optimiser.momentum)}, ${decay}${clip}`;
    case 'adamw':
      return `AdamW ${formatNumber(optimiser.beta1)}/${formatNumber(optimiser.beta2)}, ${decay}${clip}`;
    default:
      return optimiser satisfies never;
  }
}

/** `constant`, `cosine to step 2,000`, `×0.1 every 1,000 steps`, each with its warm-up. */
export function scheduleText(schedule: ScheduleConfig): string {
  const warmup = schedule.warmupSteps === 0 ? '' : `, warm-up ${formatCount(schedule.warmupSteps)}`;
  switch (schedule.kind) {
    case 'constant':
      return `constant${warmup}`;
    case 'cosine':
      return `cosine to step ${formatCount(schedule.totalSteps)}${warmup}`;
    case 'step':
      return `×${formatNumber(schedule.factor)} every ${formatCount(schedule.everySteps)} steps${warmup}`;
    default:
      return schedule satisfies never;
  }
}

/** The words of every row but the scale, which is set as a formula. */
export function rowText(arm: ArmConfig, key: Exclude<RowKey, 'scale'>): string {
  switch (key) {
    case 'capAngle':
      return arm.loss.kind === 'dynamic-adacos' ? formatAngle(arm.loss.capAngleRad) : '';
    case 'guard':
      return 'off, paper-exact';
    case 'firstStep':
      return 'moves at once';
    case 'optimiser':
      return optimiserText(arm.optimiser);
    case 'learningRate':
      return formatNumber(arm.learningRate);
    case 'schedule':
      return scheduleText(arm.schedule);
    default:
      return key satisfies never;
  }
}

export const ROW_LABELS: Readonly<Record<RowKey, string>> = {
  scale: 'scale',
  capAngle: 'cap angle',
  guard: 'guard',
  firstStep: 'first batch',
  optimiser: 'optimiser',
  learningRate: 'learning rate',
  schedule: 'schedule',
};
