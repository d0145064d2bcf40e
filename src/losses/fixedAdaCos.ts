/** Fixed AdaCos (Zhang et al., CVPR 2019, Eq. 12): normalised softmax with s = √2·ln(C − 1), constant. */
import type { HeadInput, HeadResult } from './head';
import { normalisedSoftmax } from './normalisedSoftmax';
import { fixedAdaCosScale } from './scaleRule';

/** Loss, gradients and angles of one batch. */
export function fixedAdaCos(input: HeadInput): HeadResult {
  return normalisedSoftmax(input, fixedAdaCosScale(input.classes));
}
