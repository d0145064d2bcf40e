/**
 * The state a network starts from. A weight depends only on the seed, its slot and its place in it, so
 * arms with equal models start equal whatever their loss, and any engine can make the same weights.
 */
import { normal, STREAM } from '../math/random';
import {
  type ParameterSlot,
  parameterCount,
  parameterLayout,
  runningCount,
  runningLayout,
} from './layout';
import type { ModelSpec } from './spec';

const PRELU_SLOPE = 0.25;

/**
 * Initial parameters, flat, in the order of `parameterLayout`. Convolutions: He normal, √(2/fanIn)
 * (He et al. 2015); embedding layer: Glorot normal, √(2/(in + out)); class centres: normal/√d, so a
 * centre's length is about 1; batch norm 1 and 0; PReLU slopes 0.25.
 * Draws are `normal(seed, STREAM.initialWeights, slotIndex, elementIndex)`.
 */
export function initialParameters(model: ModelSpec, classes: number, seed: number): Float32Array {
  const parameters = new Float32Array(parameterCount(model, classes));
  parameterLayout(model, classes).forEach((slot, slotIndex) => {
    const part = parameters.subarray(slot.offset, slot.offset + slot.size);
    const constant = constantOf(slot);
    if (constant !== null) {
      part.fill(constant);
      return;
    }
    const deviation = deviationOf(slot);
    for (let index = 0; index < part.length; index += 1) {
      part[index] = deviation * normal(seed, STREAM.initialWeights, slotIndex, index);
    }
  });
  return parameters;
}

/** Running statistics before the first step, flat, in the order of `runningLayout`: mean 0, variance 1. */
export function initialRunningStatistics(model: ModelSpec): Float32Array {
  const statistics = new Float32Array(runningCount(model));
  for (const { channels, offset } of runningLayout(model)) {
    statistics.fill(1, offset + channels, offset + 2 * channels);
  }
  return statistics;
}

function constantOf({ kind }: ParameterSlot): number | null {
  if (kind === 'gamma') return 1;
  if (kind === 'beta') return 0;
  return kind === 'prelu' ? PRELU_SLOPE : null;
}

/** Standard deviation of a slot's initial weights. */
function deviationOf({ kind, shape, fanIn }: ParameterSlot): number {
  if (kind === 'conv' || kind === 'depthwise') return Math.sqrt(2 / fanIn!);
  if (kind === 'dense') return Math.sqrt(2 / (shape[0]! + shape[1]!));
  return 1 / Math.sqrt(shape[0]!);
}
