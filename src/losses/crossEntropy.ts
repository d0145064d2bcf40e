/**
 * Cross-entropy by log-sum-exp, mean over the batch, with its gradient: the part all losses share.
 * For scaled cosines s is a constant of the gradient (AdaCos, Eq. 16): ∂L/∂cosθ_ij = s(P_ij − 1[j=y_i])/N.
 */
import { logSumExp } from '../math/statistics';
import { type CosineBatch, type CosineRow, checkBatch } from './batch';

export interface LossAndGradient {
  /** Mean over the batch, natural logarithm. */
  readonly loss: number;
  /** `[N, classes]`, row-major: the derivative of `loss` by each input. */
  readonly gradient: Float64Array;
}

/** Cross-entropy of softmax(s·cosθ) and its gradient with respect to the cosines, s held constant. */
export function scaledCrossEntropy(batch: CosineBatch, scale: number): LossAndGradient {
  checkBatch(batch);
  const { cosines, labels, classes } = batch;
  const count = labels.length;
  const gradient = new Float64Array(count * classes);
  const logits = new Float64Array(classes);
  let loss = 0;
  for (let row = 0; row < count; row += 1) {
    const start = row * classes;
    const label = labels[row]!;
    for (let column = 0; column < classes; column += 1) {
      logits[column] = scale * cosines[start + column]!;
    }
    const logTotal = logSumExp(logits);
    loss += logTotal - logits[label]!;
    for (let column = 0; column < classes; column += 1) {
      const probability = Math.exp(logits[column]! - logTotal);
      gradient[start + column] = (scale * (probability - (column === label ? 1 : 0))) / count;
    }
  }
  return { loss: loss / count, gradient };
}

/** The same loss from rows with multiplicities; no gradient. */
export function scaledCrossEntropyOfRows(rows: readonly CosineRow[], scale: number): number {
  let loss = 0;
  for (const { target, others } of rows) {
    const targetLogit = scale * target;
    const logits = others.map(([cosine, count]) => scale * cosine + Math.log(count));
    loss += logSumExp([targetLogit, ...logits]) - targetLogit;
  }
  return loss / rows.length;
}
