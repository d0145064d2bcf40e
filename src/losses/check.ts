/**
 * Whether a loss that came from outside (a link, a script) may be trained: its numbers are in range.
 * The forms, the registry and this check read the same limits.
 */
import { toDegrees, toRadians } from '../math/angles';
import { LossError } from './errors';
import type { LossConfig } from './types';

/** What may be chosen, both ends included. */
export const LOSS_LIMITS = {
  /** The constant s of normalised softmax. */
  scale: [0.1, 512],
  /** Radians; cos(cap) is divided by, so it keeps clear of 90°. */
  capAngleRad: [toRadians(1), toRadians(89)],
} as const satisfies Record<string, readonly [minimum: number, maximum: number]>;

/** @throws LossError naming the offending value and what to choose instead */
export function checkLoss(config: LossConfig): void {
  switch (config.kind) {
    case 'softmax':
    case 'fixed-adacos':
      return;
    case 'normalised-softmax': {
      const [minimum, maximum] = LOSS_LIMITS.scale;
      // Written so that NaN fails.
      if (!(config.scale >= minimum && config.scale <= maximum)) {
        throw new LossError(
          `scale ${config.scale} is out of range`,
          `Choose s from ${minimum} to ${maximum}.`,
        );
      }
      return;
    }
    case 'dynamic-adacos': {
      const [minimum, maximum] = LOSS_LIMITS.capAngleRad;
      if (!(config.capAngleRad >= minimum && config.capAngleRad <= maximum)) {
        throw new LossError(
          `cap angle ${toDegrees(config.capAngleRad)}° is out of range`,
          'Choose a cap from 1° to 89°; the paper uses 45°.',
        );
      }
      return;
    }
    default:
      throw new LossError(
        `loss ${JSON.stringify(config satisfies never)} is not known`,
        'Choose one of the losses in the list.',
      );
  }
}
