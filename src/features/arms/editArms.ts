/**
 * Changes to the list of arms: pure, new data out. `hyperChange` decides which edits can happen while
 * training; every other edit needs all arms to restart, because arms are compared in lockstep.
 */
import type { HyperChange } from '../../bridge/protocol';
import type { OptimiserConfig } from '../../engine/engine';
import { LOSSES } from '../../losses/registry';
import { ARM_IDS, type ArmConfig, type ArmId } from '../../training/config';

export function replaceArm(arms: readonly ArmConfig[], changed: ArmConfig): readonly ArmConfig[] {
  return arms.map((arm) => (arm.id === changed.id ? changed : arm));
}

/** At least one arm stays. */
export function removeArm(arms: readonly ArmConfig[], id: ArmId): readonly ArmConfig[] {
  return arms.length <= 1 ? arms : arms.filter((arm) => arm.id !== id);
}

/** The first free letter; `null` where all four are taken. */
export function freeId(arms: readonly ArmConfig[]): ArmId | null {
  return ARM_IDS.find((id) => arms.every((arm) => arm.id !== id)) ?? null;
}

/** Arms with one more, in the order of their letters. */
export function addArm(arms: readonly ArmConfig[], added: ArmConfig): readonly ArmConfig[] {
  return [...arms, added].sort((a, b) => ARM_IDS.indexOf(a.id) - ARM_IDS.indexOf(b.id));
}

/** The edit as a change while training; `null` where it needs a restart, or where nothing changed. */
export function hyperChange(before: ArmConfig, after: ArmConfig): HyperChange | null {
  if (same(after, { ...before, learningRate: after.learningRate })) {
    return before.learningRate === after.learningRate
      ? null
      : { kind: 'learning-rate', value: after.learningRate };
  }
  if (!same({ ...after, loss: before.loss }, before)) return null;
  const [from, to] = [before.loss, after.loss];
  if (to.kind === 'normalised-softmax') {
    // A fixed AdaCos arm whose s is moved by hand is a normalised softmax from then on: same mathematics.
    const constant = from.kind === 'normalised-softmax' || from.kind === 'fixed-adacos';
    return constant ? { kind: 'fixed-scale', value: to.scale } : null;
  }
  if (from.kind === 'dynamic-adacos' && to.kind === 'dynamic-adacos') {
    return same({ ...from, capAngleRad: to.capAngleRad }, to)
      ? { kind: 'cap-angle', valueRad: to.capAngleRad }
      : null;
  }
  return null;
}

export const ASPECTS = ['loss', 'learningRate', 'optimiser', 'schedule'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** A copy under another letter with one aspect changed to the likeliest alternative. */
export function suggestCopy(source: ArmConfig, id: ArmId, aspect: Aspect): ArmConfig {
  const copy = { ...source, id };
  switch (aspect) {
    case 'loss':
      return {
        ...copy,
        loss: LOSSES[
          source.loss.kind === 'normalised-softmax' ? 'dynamic-adacos' : 'normalised-softmax'
        ].defaultConfig,
      };
    case 'learningRate':
      return { ...copy, learningRate: Number((source.learningRate / 2).toPrecision(6)) };
    case 'optimiser':
      return { ...copy, optimiser: otherOptimiser(source.optimiser.kind) };
    case 'schedule':
      return {
        ...copy,
        schedule:
          source.schedule.kind === 'cosine'
            ? { kind: 'constant', warmupSteps: 0 }
            : { kind: 'cosine', warmupSteps: 0, totalSteps: 2000 },
      };
    default:
      return aspect satisfies never;
  }
}

/** With gradients clipped at that norm; 0 leaves the field out, so that links without it stay as they are. */
export function withClipNorm(optimiser: OptimiserConfig, clipNorm: number): OptimiserConfig {
  const { clipNorm: _before, ...rest } = optimiser;
  return clipNorm === 0 ? rest : { ...rest, clipNorm };
}

/** The usual settings of the optimiser that this one is not. */
export function otherOptimiser(kind: OptimiserConfig['kind']): OptimiserConfig {
  return kind === 'sgd'
    ? { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 }
    : { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 };
}

/** Plain data with keys in a fixed order is the same where its JSON is. */
export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
