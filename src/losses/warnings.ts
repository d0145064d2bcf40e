/**
 * What a person should know before the start: configurations in which a loss cannot work as meant,
 * each with the reason in numbers and what to do. Limits follow from the formulas, not from taste.
 */
import { toDegrees } from '../math/angles';
import { requireClasses } from './errors';
import { fixedAdaCosScale, guardRange } from './scaleRule';
import type { LossConfig } from './types';

/** Below this AdaCos's fixed scale lets even a perfect match reach hardly more than ¾. */
const FEW_CLASSES = 20;
/** A scale so large that P = ½ lies beyond this angle no longer tells images apart. */
const FLAT_ANGLE_RAD = (86 * Math.PI) / 180;
/** The probability that L2-softmax asks of a scale (Ranjan et al. 2017). */
const REACHABLE = 0.9;

export interface WarningInput {
  /** Number of identities C, at least 2. */
  readonly classes: number;
  readonly embeddingSize: number;
  /** The losses of all arms; equal ones are spoken of once. */
  readonly losses: readonly LossConfig[];
}

/**
 * Sentences for a person, the gravest first; empty where nothing is to be said.
 * @throws LossError for fewer than two identities
 */
export function experimentWarnings(input: WarningInput): readonly string[] {
  requireClasses(input.classes);
  const all = input.losses.flatMap((loss) => [
    ...(input.classes === 2 ? twoIdentities(loss) : fewIdentities(loss, input.classes)),
    ...smallEmbedding(loss, input),
    ...fixedScale(loss, input.classes),
  ]);
  return [...new Set(all)];
}

/** √2·ln(C − 1) is 0 for C = 2, and 0 is a fixed point of the dynamic rule: exp(0) = 1 = B. */
function twoIdentities(loss: LossConfig): readonly string[] {
  const remedy = 'Add a third person, or use normalised softmax with a scale you choose.';
  if (loss.kind === 'fixed-adacos') {
    return [
      `With 2 identities the fixed AdaCos scale is √2·ln 1 = 0: all logits are 0, the loss stays at ln 2 and nothing is learned. ${remedy}`,
    ];
  }
  if (loss.kind !== 'dynamic-adacos') return [];
  if (loss.guard === 'paper-exact') {
    return [
      `With 2 identities dynamic AdaCos without its guard starts at scale 0 and stays there: nothing is learned. Turn the guard on, add a third person, or use normalised softmax.`,
    ];
  }
  const { lower, upper } = guardRange(2);
  return [
    `With 2 identities the AdaCos rule gives a scale of 0, so dynamic AdaCos runs on its guard alone, between ${lower} and ${upper}. ${remedy}`,
  ];
}

/** With the other classes at 90°, fixed AdaCos reaches at most P = 1 / (1 + (C − 1)^(1 − √2)). */
function fewIdentities(loss: LossConfig, classes: number): readonly string[] {
  const adaptive = loss.kind === 'dynamic-adacos';
  if (!(adaptive || loss.kind === 'fixed-adacos') || classes >= FEW_CLASSES) return [];
  const reached = 1 / (1 + (classes - 1) ** (1 - Math.SQRT2));
  const scale = fixedAdaCosScale(classes).toFixed(2);
  return [
    `With ${classes} identities AdaCos's fixed scale is only ${scale}: with the other classes at 90° even a perfect match gets a probability of ${reached.toFixed(2)} and a loss of ${(-Math.log(reached)).toFixed(2)}. Use ${FEW_CLASSES} identities or more, or compare with normalised softmax at a larger scale.`,
  ];
}

/**
 * Random directions in few dimensions have broad cosines, so B_avg grows with s faster than the rule
 * takes back. Gaussian estimate of where √2·(ln(C − 1) + s²/2d) still has a fixed point: d = 4·ln(C − 1).
 */
function smallEmbedding(
  loss: LossConfig,
  { classes, embeddingSize }: WarningInput,
): readonly string[] {
  if (loss.kind !== 'dynamic-adacos') return [];
  const needed = Math.ceil(minimumEmbeddingSize(classes));
  if (embeddingSize >= needed) return [];
  const reason = `With ${classes} identities and an embedding of ${embeddingSize} the dynamic scale can grow without end, since cosines spread widely in so few dimensions; about 4·ln(C − 1) = ${needed} are needed`;
  if (loss.guard === 'clamp') {
    const limit = guardRange(classes).upper.toFixed(1);
    return [
      `${reason}. The guard will stop it at ${limit}; for a scale that follows the rule use an embedding of ${needed} or more.`,
    ];
  }
  return [
    `${reason} (with 100 identities it exploded in 29 of 30 trial runs in 2 to 8 dimensions, in none of 10 in 16). Turn the guard on, or use an embedding of ${needed} or more.`,
  ];
}

/** Dimensions in which the dynamic rule still has a fixed point from a random start: 4·ln(C − 1). */
export function minimumEmbeddingSize(classes: number): number {
  requireClasses(classes);
  return 4 * Math.log(classes - 1);
}

function fixedScale(loss: LossConfig, classes: number): readonly string[] {
  if (loss.kind !== 'normalised-softmax') return [];
  const { scale } = loss;
  // With the other classes at 90°: e^s / (e^s + C − 1) = 0.9.
  const least = Math.log((REACHABLE * (classes - 1)) / (1 - REACHABLE));
  if (scale < least) {
    return [
      `A scale of ${scale} is too small for ${classes} identities: with the other classes at 90° not even a perfect match reaches a probability of ${REACHABLE}. Use ${(Math.ceil(least * 10) / 10).toFixed(1)} or more.`,
    ];
  }
  // ln 1 = 0 would put the angle at 90° for every scale.
  const most = Math.log(Math.max(classes - 1, 2)) / Math.cos(FLAT_ANGLE_RAD);
  if (scale > most) {
    const degrees = Math.round(toDegrees(FLAT_ANGLE_RAD));
    return [
      `A scale of ${scale} is very large for ${classes} identities: the probability is near 1 for every angle below about ${degrees}°, so images stop pulling long before they are close. Use ${Math.floor(most)} or less.`,
    ];
  }
  return [];
}
