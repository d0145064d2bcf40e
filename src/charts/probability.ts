/**
 * The signature picture in numbers: the probability an image is given for its own identity as a
 * function of its target angle θ, at a scale s and a sum B over the other classes (AdaCos, Eq. 5):
 * P(θ) = e^{s·cosθ} / (e^{s·cosθ} + B).
 */

/** A curve's two parameters. B is carried as its logarithm, since B itself overflows. */
export interface ProbabilityCurve {
  readonly scale: number;
  /** ln B, natural logarithm. */
  readonly logB: number;
}

export interface CurvePoint {
  readonly angleRad: number;
  /** 0 … 1. */
  readonly probability: number;
}

/**
 * Scales the paper's Fig. 2(a) is labelled with. Its curve labelled 10 does not follow the closed form
 * (it fits about 8.5 for 2,000 and 11 for 20,000 identities); ours does.
 */
export const PAPER_SCALES: readonly number[] = [10, 32, 40, 48, 64];

/** P(θ) = 1 / (1 + e^{ln B − s·cosθ}). */
export function targetProbability({
  scale,
  logB,
  angleRad,
}: ProbabilityCurve & { readonly angleRad: number }): number {
  return 1 / (1 + Math.exp(logB - scale * Math.cos(angleRad)));
}

/** The paper's closed form: all other classes at 90°, so that B = C − 1 whatever s. */
export function closedFormCurve(scale: number, classes: number): ProbabilityCurve {
  return { scale, logB: Math.log(classes - 1) };
}

/** `count` ≥ 2 points from angle 0 to `toRad`, evenly spaced, both ends included. */
export function sampleCurve(
  curve: ProbabilityCurve,
  { toRad, count }: { readonly toRad: number; readonly count: number },
): readonly CurvePoint[] {
  return Array.from({ length: count }, (_, index) => {
    const angleRad = (toRad * index) / (count - 1);
    return { angleRad, probability: targetProbability({ ...curve, angleRad }) };
  });
}

/**
 * The angle where P = ½, which is where AdaCos means to put the steepest point: cosθ = ln B / s.
 * `null` where no angle has it.
 */
export function halfProbabilityAngleRad({ scale, logB }: ProbabilityCurve): number | null {
  const cosine = logB / scale;
  return Math.abs(cosine) <= 1 ? Math.acos(cosine) : null;
}

const BISECTIONS = 60;

/**
 * The angle in (0, π) where P falls fastest, that is where P″ = 0: (1 − 2P)·s·sin²θ = cosθ. It lies a
 * little above the P = ½ angle for s of practical size. `null` unless s is positive and both are finite.
 */
export function steepestAngleRad(curve: ProbabilityCurve): number | null {
  if (!(curve.scale > 0) || !Number.isFinite(curve.scale) || !Number.isFinite(curve.logB)) {
    return null;
  }
  let flatter = 0;
  let past = Math.PI;
  for (let pass = 0; pass < BISECTIONS; pass += 1) {
    const angleRad = (flatter + past) / 2;
    const probability = targetProbability({ ...curve, angleRad });
    const bend = (1 - 2 * probability) * curve.scale * Math.sin(angleRad) ** 2 - Math.cos(angleRad);
    if (bend < 0) flatter = angleRad;
    else past = angleRad;
  }
  return (flatter + past) / 2;
}
