/** Which of the paper's closed-form curves to draw behind P(target) for a number of identities. */
import { commonScale } from '../losses/scaleRule';

/** Fig. 2(a) of the paper is drawn for 2,000 and 20,000 identities; its scales fit from about here. */
export const PAPER_FROM_CLASSES = 1000;
/** PAPER_SCALES without 40, which lies between its neighbours. */
const PAPER = [10, 32, 48, 64] as const;
/** Multiples of √2·ln(C−1) that spread over the picture: too flat, about right, steep, a step. */
const MULTIPLES = [0.52, 1.57, 2.6, 5.2] as const;
const ROUND = [0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50];

/**
 * Four scales. Many identities: the paper's 10, 32, 48, 64. Few: round numbers around √2·ln(C−1),
 * since with few identities 32 and more are all the same step at 90°.
 */
export function closedFormScales(classes: number): readonly number[] {
  if (classes >= PAPER_FROM_CLASSES) return PAPER;
  const own = commonScale(classes);
  return [...new Set(MULTIPLES.map((multiple) => nearest(multiple * own)))];
}

/** The round number nearest in proportion. */
function nearest(value: number): number {
  let best = ROUND[0] ?? value;
  for (const candidate of ROUND) {
    if (Math.abs(Math.log(candidate / value)) < Math.abs(Math.log(best / value))) best = candidate;
  }
  return best;
}
