/**
 * The scale's formula with one step's numbers in it (AdaCos, Eq. 12 and 15), as data that MathML and
 * the spoken text are made from. Every number is one the training reported; nothing is recomputed
 * behind the person's back except where it says so.
 */
import { fixedAdaCosScale, initialScale } from '../losses/scaleRule';
import type { ArmConfig } from '../training/config';
import { formatDegrees, formatFixed, formatNumber, formatStep } from './format';

/** What an arm reported for a step, in the store's units. */
export interface StepNumbers {
  readonly step: number;
  readonly scale: number;
  readonly unguardedScale: number;
  readonly logBAvg: number;
  readonly medianAngleRad: number;
}

export type Formula =
  /** Plain softmax: no s. */
  | { readonly kind: 'none'; readonly text: string }
  /** A constant the person chose. */
  | { readonly kind: 'constant'; readonly scale: string; readonly text: string }
  /** s = √2·ln(C−1). `first`: dynamic AdaCos on its first batch, or before it. */
  | {
      readonly kind: 'fixed';
      readonly first: 'before' | 'first-step' | null;
      readonly others: string;
      readonly scale: string;
      readonly note: string | null;
      readonly text: string;
    }
  | {
      readonly kind: 'dynamic';
      /** `ln 15.4`, or ln B_avg itself where B_avg is too large to read. */
      readonly logB: { readonly kind: 'ln-of' | 'value'; readonly text: string };
      /** The angle inside the cosine: min(cap, θ_med). */
      readonly angle: string;
      readonly cap: string;
      /** What the formula gave. */
      readonly result: string;
      readonly note: string | null;
      readonly text: string;
    };

/** Larger B_avg are shown by their logarithm. */
const READABLE_LOG_B = Math.log(1e5);
/** The guard acted when the scales differ by more than float32 can explain. */
const GUARD_TOLERANCE = 1e-5;

/** The cap in words of the paper where it is the paper's. */
export function capName(capAngleRad: number): string {
  return Math.abs(capAngleRad - Math.PI / 4) < 1e-9 ? 'π/4' : formatDegrees(capAngleRad);
}

export function guardActed({ scale, unguardedScale }: StepNumbers): boolean {
  if (!Number.isFinite(unguardedScale)) return Number.isFinite(scale);
  return Math.abs(scale - unguardedScale) > GUARD_TOLERANCE * Math.max(1, Math.abs(unguardedScale));
}

/** The formula of an arm at its newest step; `numbers` is `null` before the first. */
export function buildFormula(
  { loss }: Pick<ArmConfig, 'loss'>,
  numbers: StepNumbers | null,
  classes: number | null,
): Formula {
  switch (loss.kind) {
    case 'softmax':
      return { kind: 'none', text: 'plain softmax has no scale' };
    case 'normalised-softmax': {
      const scale = formatFixed(numbers?.scale ?? loss.scale, 2);
      return { kind: 'constant', scale, text: `s = ${scale}, constant` };
    }
    case 'fixed-adacos':
      return fixed(loss, numbers, classes, null);
    case 'dynamic-adacos':
      if (numbers === null) return fixed(loss, null, classes, 'before');
      if (numbers.step === 1 && loss.firstStep === 'paper') {
        return fixed(loss, numbers, classes, 'first-step');
      }
      return dynamic(loss.capAngleRad, numbers);
    default:
      return loss satisfies never;
  }
}

function fixed(
  loss: ArmConfig['loss'],
  numbers: StepNumbers | null,
  classes: number | null,
  first: 'before' | 'first-step' | null,
): Formula {
  const others = classes === null ? 'C−1' : formatStep(classes - 1);
  const { formula, kept } = fixedScales(loss, numbers, classes);
  const scale = formula === null ? '?' : formatFixed(formula, 2);
  const note =
    first === 'before'
      ? 'before training: the initial value, as if all other classes stood at 90°'
      : first === 'first-step'
        ? 'step 1: the paper’s initial rule; the formula with B_avg and θ_med begins at step 2'
        : null;
  const guard = kept === null ? null : `guard: kept at ${formatFixed(kept, 2)}`;
  const notes = [note, guard].filter((entry) => entry !== null).join('; ');
  const text = `s = √2·ln(${others}) = ${scale}${notes === '' ? '' : `; ${notes}`}`;
  return { kind: 'fixed', first, others, scale, note: notes === '' ? null : notes, text };
}

/** What √2·ln(C−1) gives, and where the guard kept the scale instead; `null` where it did not act. */
function fixedScales(
  loss: ArmConfig['loss'],
  numbers: StepNumbers | null,
  classes: number | null,
): { readonly formula: number | null; readonly kept: number | null } {
  if (numbers !== null) {
    return guardActed(numbers)
      ? { formula: numbers.unguardedScale, kept: numbers.scale }
      : { formula: numbers.scale, kept: null };
  }
  if (classes === null || classes < 2) return { formula: null, kept: null };
  const formula = fixedAdaCosScale(classes);
  const scale = initialScale(loss, classes);
  return { formula, kept: scale === formula ? null : scale };
}

function dynamic(capAngleRad: number, numbers: StepNumbers): Formula {
  const { logBAvg, medianAngleRad, unguardedScale } = numbers;
  const capped = medianAngleRad > capAngleRad;
  const angle = formatDegrees(Math.min(capAngleRad, medianAngleRad));
  const readable = logBAvg <= READABLE_LOG_B;
  const logB = readable
    ? ({ kind: 'ln-of', text: formatNumber(Math.exp(logBAvg)) } as const)
    : ({ kind: 'value', text: formatFixed(logBAvg, 2) } as const);
  const result = formatFixed(unguardedScale, 2);
  const notes = [
    capped
      ? `cap: θ_med ${formatDegrees(medianAngleRad)} is above ${formatDegrees(capAngleRad)}`
      : null,
    guardActed(numbers) ? guardNote(numbers) : null,
  ].filter((note) => note !== null);
  const note = notes.length === 0 ? null : notes.join('; ');
  const numerator = logB.kind === 'ln-of' ? `ln ${logB.text}` : logB.text;
  const text = `s = ln B_avg / cos(min(${capName(capAngleRad)}, θ_med)) = ${numerator} / cos ${angle} = ${result}${note === null ? '' : `; ${note}`}`;
  return { kind: 'dynamic', logB, angle, cap: capName(capAngleRad), result, note, text };
}

function guardNote({ scale, unguardedScale }: StepNumbers): string {
  const verb = Number.isFinite(unguardedScale) ? 'clamped to' : 'kept at';
  return `guard: formula gave ${formatFixed(unguardedScale, 2)}, ${verb} ${formatFixed(scale, 2)}`;
}
