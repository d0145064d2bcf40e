/**
 * What a loss is: a configuration a person can choose, and the words and ranges to choose it by.
 * The float64 mathematics of each lies in its own file beside this one.
 */

export type LossConfig =
  /** Cross-entropy of Wᵀx: nothing normalised, no bias. */
  | { readonly kind: 'softmax' }
  /** Cross-entropy of s·cosθ with a constant s the person chooses (NormFace, L2-softmax in cosine form). */
  | { readonly kind: 'normalised-softmax'; readonly scale: number }
  /** s = √2·ln(C−1), constant (AdaCos, Eq. 12). */
  | { readonly kind: 'fixed-adacos' }
  /** s follows the training (AdaCos, Eq. 13–15). */
  | {
      readonly kind: 'dynamic-adacos';
      /** Upper bound on θ_med in the rule, radians; the paper uses π/4. Range (0, π/2). */
      readonly capAngleRad: number;
      /** `clamp` keeps s finite and positive; `paper-exact` applies the formula and nothing else. */
      readonly guard: 'clamp' | 'paper-exact';
      /** `paper`: the first batch uses √2·ln(C−1); `reference`: the common PyTorch code updates at once. */
      readonly firstStep: 'paper' | 'reference';
    };

export type LossKind = LossConfig['kind'];

/** What one batch tells the scale rule. */
export interface BatchAngles {
  /** ln B_avg, natural logarithm, B averaged over the batch with the target left out. */
  readonly logBAvg: number;
  /** Lower median of the target angles, radians. */
  readonly medianAngleRad: number;
}
