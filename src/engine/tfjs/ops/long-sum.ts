/** Sums over many classes in float32 without the drift of one long serial sum. */
import * as tf from '@tensorflow/tfjs';

/** Up to here one sum does: backends that add serially lose less than the losses need. */
const SHORT = 1024;

/** Longer sums are sums of sums of so many: no term meets a running total far above it. */
const BLOCK = 32;

/** Sum over the last axis, kept as 1. */
export function longSum(x: tf.Tensor): tf.Tensor {
  const length = x.shape.at(-1)!;
  if (length <= SHORT) return tf.sum(x, x.rank - 1, true);
  const rows = x.size / length;
  let sums: tf.Tensor = x.reshape([rows, length]);
  while (sums.shape[1]! > 1) sums = blockSums(sums, rows);
  return sums.reshape([...x.shape.slice(0, -1), 1]);
}

/** `[rows, n]` → `[rows, ⌈n/BLOCK⌉]`. */
function blockSums(x: tf.Tensor, rows: number): tf.Tensor {
  const length = x.shape[1]!;
  const blocks = Math.ceil(length / BLOCK);
  const padded = tf.pad(x, [
    [0, 0],
    [0, blocks * BLOCK - length],
  ]);
  return tf.sum(padded.reshape([rows, blocks, BLOCK]), 2);
}
