/**
 * Normalised softmax: cross-entropy of s·cosθ with a constant s (NormFace, Wang et al. 2017; the cosine
 * form of L2-softmax). Fixed AdaCos is this loss with s chosen by a formula.
 */

import { scaledCrossEntropy } from './crossEntropy';
import { cosineGradients, cosineHead, type HeadInput, type HeadResult } from './head';
import { batchAngles } from './scaleRule';

/** Loss, gradients and angles of one batch at the scale s. */
export function normalisedSoftmax(input: HeadInput, scale: number): HeadResult {
  const { labels, classes } = input;
  const head = cosineHead(input);
  const batch = { cosines: head.cosines, labels, classes };
  const { loss, gradient } = scaledCrossEntropy(batch, scale);
  return {
    loss,
    scale,
    unguardedScale: scale,
    ...batchAngles(batch, scale),
    cosines: head.cosines,
    ...cosineGradients(input, head, gradient),
  };
}
