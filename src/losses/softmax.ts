/**
 * Plain softmax: cross-entropy of Wᵀx, nothing normalised, no bias. It has no scale of its own; angles
 * are reported so that it can be compared with the others.
 */
import { lowerMedian } from '../math/statistics';
import { targetAngles } from './batch';
import { scaledCrossEntropy } from './crossEntropy';
import { cosineHead, type HeadInput, type HeadResult, product, productGradients } from './head';

/** Loss, gradients and angles of one batch. */
export function softmax(input: HeadInput): HeadResult {
  const { labels, classes } = input;
  const logits = product(input);
  const { loss, gradient } = scaledCrossEntropy({ cosines: logits, labels, classes }, 1);
  const { cosines } = cosineHead(input);
  return {
    loss,
    scale: null,
    unguardedScale: null,
    logBAvg: null,
    medianAngleRad: lowerMedian(targetAngles({ cosines, labels, classes })),
    cosines,
    ...productGradients(input, gradient),
  };
}
