/**
 * Dynamic AdaCos (Zhang et al., CVPR 2019, Eq. 13–17): each batch first moves the scale, then is judged
 * with the new one. Scale, B_avg and median angle are constants of the gradient.
 */
import { scaledCrossEntropy } from './crossEntropy';
import { cosineGradients, cosineHead, type HeadInput, type HeadResult } from './head';
import { batchAngles, dynamicScale, fixedAdaCosScale, guardScale } from './scaleRule';
import type { BatchAngles, LossConfig } from './types';

export type DynamicAdaCosConfig = Extract<LossConfig, { kind: 'dynamic-adacos' }>;

export interface ScaleChange {
  /** The s of this step's loss. */
  readonly scale: number;
  /** What the rule gave before the guard. */
  readonly unguardedScale: number;
}

/**
 * The scale of a step, from the scale before it (`initialScale` before step 1) and what its batch tells.
 * The paper keeps s_f in its iteration 0, our step 1; `firstStep: 'reference'` moves it at once.
 */
export function nextScale(input: {
  readonly config: DynamicAdaCosConfig;
  readonly classes: number;
  /** Counted from 1. */
  readonly step: number;
  readonly previousScale: number;
  readonly angles: BatchAngles;
}): ScaleChange {
  const { config, classes, step, previousScale, angles } = input;
  const keeps = step === 1 && config.firstStep === 'paper';
  const unguardedScale = keeps
    ? fixedAdaCosScale(classes)
    : dynamicScale({ ...angles, capAngleRad: config.capAngleRad });
  const scale =
    config.guard === 'clamp'
      ? guardScale({ scale: unguardedScale, previousScale, classes })
      : unguardedScale;
  return { scale, unguardedScale };
}

/** Loss, gradients, angles and the new scale of one batch. */
export function dynamicAdaCos(
  input: HeadInput,
  state: {
    readonly config: DynamicAdaCosConfig;
    /** Counted from 1. */
    readonly step: number;
    readonly previousScale: number;
  },
): HeadResult {
  const { labels, classes } = input;
  const head = cosineHead(input);
  const batch = { cosines: head.cosines, labels, classes };
  const angles = batchAngles(batch, state.previousScale);
  const change = nextScale({ ...state, classes, angles });
  const { loss, gradient } = scaledCrossEntropy(batch, change.scale);
  return {
    loss,
    ...change,
    ...angles,
    cosines: head.cosines,
    ...cosineGradients(input, head, gradient),
  };
}
