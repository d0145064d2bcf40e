/**
 * Typed access to `golden.json` for the tests of every floor: cases worked by hand or by an independent
 * float64 script, with the conventions listed in the file. Not part of the product.
 */
import type { CosineBatch, CosineRow } from './batch';
import golden from './golden.json';

export interface GoldenCase {
  readonly name: string;
  readonly classes: number;
  readonly previousScale: number;
  /** `null` for the cases with too many identities for a matrix. */
  readonly batch: CosineBatch | null;
  readonly rows: readonly CosineRow[];
  readonly expected: {
    readonly fixedScale: number;
    /** May be Infinity where only its logarithm is finite. */
    readonly bAvg: number;
    readonly logBAvg: number;
    readonly targetAnglesRad: readonly number[];
    readonly medianAngleRad: number;
    readonly capped: boolean;
    /** The new scale by the lower median, unguarded. */
    readonly scale: number;
    readonly lossAtNewScale: number;
    readonly lossAtPreviousScale: number;
    readonly lossAtFixedScale: number;
    /** Scales from frozen cosines, the first one being `previousScale`; `null` where not listed. */
    readonly trajectory: readonly number[] | null;
  };
}

type RawCase = (typeof golden.cases)[number];

export const GOLDEN_CASES: readonly GoldenCase[] = golden.cases.map((raw) => {
  const batch = batchOf(raw);
  return {
    name: raw.name,
    classes: raw.C,
    previousScale: raw.sPrev,
    batch,
    rows: batch === null ? rowsOf(raw) : rowsOfBatch(batch),
    expected: {
      fixedScale: Number(raw.sFixed),
      bAvg: Number(raw.B_avg),
      logBAvg: Number(raw.logB_avg),
      targetAnglesRad: raw.thetaTargets,
      medianAngleRad: raw.thetaMed.lower,
      capped: raw.capped,
      scale: raw.sPrimary,
      lossAtNewScale: Number(raw.loss.withNewS),
      lossAtPreviousScale: Number(raw.loss.withPrevS),
      lossAtFixedScale: Number(raw.loss.withFixedS),
      trajectory: raw.trajectory ?? null,
    },
  };
});

/** @throws Error where there is no such case, so that a renamed case cannot pass unseen */
export function goldenCase(name: string): GoldenCase {
  const found = GOLDEN_CASES.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no golden case ${name}`);
  return found;
}

/** The case with gradients, probabilities and the numbers that known mistakes would give. */
export const GENERIC_CASE = golden.cases.find((raw) => raw.name === 'generic_N3_C5')!;

function batchOf({ cos, labels, C }: RawCase): CosineBatch | null {
  if (cos === undefined || labels === undefined) return null;
  return { cosines: Float64Array.from(cos.flat()), labels, classes: C };
}

function rowsOf({ spec }: RawCase): readonly CosineRow[] {
  if (spec === undefined) throw new Error('a golden case has neither a matrix nor rows');
  return spec.rows.map(({ target, others }) => ({
    target,
    others: others.map(([cosine, count]) => [cosine!, count!] as const),
  }));
}

function rowsOfBatch({ cosines, labels, classes }: CosineBatch): readonly CosineRow[] {
  return Array.from(labels, (label, row) => {
    const all = Array.from({ length: classes }, (_, column) => cosines[row * classes + column]!);
    return {
      target: all[label]!,
      others: all.filter((_, column) => column !== label).map((cosine) => [cosine, 1] as const),
    };
  });
}
