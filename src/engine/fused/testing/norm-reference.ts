/** For tests: batch norm with activation and shortcut in float64, and the way back, from the definition. */
import { BATCH_NORM } from '../../../models/layout';

export interface NormInput {
  readonly channels: number;
  /** `[pixels, channels]`, and the gradient of the output. */
  readonly x: ArrayLike<number>;
  readonly dy: ArrayLike<number>;
  readonly gamma: ArrayLike<number>;
  readonly beta: ArrayLike<number>;
  readonly activation: 'none' | 'relu' | 'prelu';
  /** `[channels]`, for `prelu`. */
  readonly slope: ArrayLike<number>;
  readonly shortcut:
    | { readonly kind: 'none' }
    | { readonly kind: 'plain'; readonly values: ArrayLike<number> }
    | {
        readonly kind: 'normalised';
        readonly values: ArrayLike<number>;
        readonly gamma: ArrayLike<number>;
        readonly beta: ArrayLike<number>;
      };
}

export interface NormResult {
  readonly y: Float64Array;
  /** The gradient of what the activation was applied to. */
  readonly dp: Float64Array;
  readonly dx: Float64Array;
  readonly dGamma: Float64Array;
  readonly dBeta: Float64Array;
  readonly dSlope: Float64Array;
  /** Of a normalised shortcut; empty without one. */
  readonly dOther: Float64Array;
  readonly dOtherGamma: Float64Array;
}

/** `[channels]` each: mean and population variance of `[pixels, channels]`. */
export function channelStatistics(
  values: ArrayLike<number>,
  channels: number,
): { readonly mean: Float64Array; readonly variance: Float64Array } {
  const pixels = values.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  for (let at = 0; at < values.length; at += 1) mean[at % channels]! += values[at]! / pixels;
  for (let at = 0; at < values.length; at += 1) {
    variance[at % channels]! += (values[at]! - mean[at % channels]!) ** 2 / pixels;
  }
  return { mean, variance };
}

/** 1 / sqrt(variance + ε). */
export function inverseDeviation(variance: Float64Array): Float64Array {
  return variance.map((value) => 1 / Math.sqrt(value + BATCH_NORM.epsilon));
}

/** Values with mean 0 and deviation 1, channel by channel. */
function unitsOf(values: ArrayLike<number>, channels: number): Float64Array {
  const { mean, variance } = channelStatistics(values, channels);
  const rstd = inverseDeviation(variance);
  return Float64Array.from(
    { length: values.length },
    (_, at) => (values[at]! - mean[at % channels]!) * rstd[at % channels]!,
  );
}

/** Forward and backward over one batch. */
export function normReference(input: NormInput): NormResult {
  const { channels, x, dy, gamma, beta, activation, slope, shortcut } = input;
  const units = unitsOf(x, channels);
  const other =
    shortcut.kind === 'normalised' ? unitsOf(shortcut.values, channels) : new Float64Array();
  const result = {
    y: new Float64Array(x.length),
    dp: new Float64Array(x.length),
    dSlope: new Float64Array(channels),
  };
  for (let at = 0; at < x.length; at += 1) {
    const channel = at % channels;
    let p = gamma[channel]! * units[at]! + beta[channel]!;
    if (shortcut.kind === 'plain') p += shortcut.values[at]!;
    if (shortcut.kind === 'normalised') {
      p += shortcut.gamma[channel]! * other[at]! + shortcut.beta[channel]!;
    }
    const tilt = activation === 'none' ? 1 : activation === 'relu' ? 0 : slope[channel]!;
    result.y[at] = p < 0 ? tilt * p : p;
    result.dp[at] = p < 0 ? tilt * dy[at]! : dy[at]!;
    if (p < 0) result.dSlope[channel]! += dy[at]! * p;
  }
  const main = backward(x, units, result.dp, channels, gamma);
  const second =
    shortcut.kind === 'normalised'
      ? backward(shortcut.values, other, result.dp, channels, shortcut.gamma)
      : null;
  return {
    ...result,
    ...main,
    dOther: second?.dx ?? new Float64Array(),
    dOtherGamma: second?.dGamma ?? new Float64Array(),
  };
}

/** γ·rstd·(dp − mean(dp) − x̂·mean(dp·x̂)), and the sums on the way. */
function backward(
  x: ArrayLike<number>,
  units: Float64Array,
  dp: Float64Array,
  channels: number,
  gamma: ArrayLike<number>,
): { dx: Float64Array; dGamma: Float64Array; dBeta: Float64Array } {
  const pixels = x.length / channels;
  const rstd = inverseDeviation(channelStatistics(x, channels).variance);
  const dGamma = new Float64Array(channels);
  const dBeta = new Float64Array(channels);
  for (let at = 0; at < x.length; at += 1) {
    dGamma[at % channels]! += dp[at]! * units[at]!;
    dBeta[at % channels]! += dp[at]!;
  }
  const dx = units.map((unit, at) => {
    const channel = at % channels;
    const away = dp[at]! - dBeta[channel]! / pixels - (unit * dGamma[channel]!) / pixels;
    return gamma[channel]! * rstd[channel]! * away;
  });
  return { dx, dGamma, dBeta };
}
