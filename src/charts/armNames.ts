/** The short name of an arm in legends, labels and tables: its letter and what decides its scale. */
import type { LossConfig } from '../losses/types';
import type { ArmConfig } from '../training/config';
import { formatNumber } from './format';

/** What decides the scale, in one or two words: `fixed`, `dynamic`, `s = 16`, `softmax`. */
export function lossName(loss: LossConfig): string {
  switch (loss.kind) {
    case 'softmax':
      return 'softmax';
    case 'normalised-softmax':
      return `s = ${formatNumber(loss.scale)}`;
    case 'fixed-adacos':
      return 'fixed';
    case 'dynamic-adacos':
      return 'dynamic';
    default:
      return loss satisfies never;
  }
}

/** `A fixed`, `B dynamic`. */
export function armName(arm: Pick<ArmConfig, 'id' | 'loss'>): string {
  return `${arm.id} ${lossName(arm.loss)}`;
}
