/** The file that `--json` writes: its shape, how it is built, and how one that was written is read. */
import * as v from 'valibot';

const measured = v.nullable(v.number());

const ArmReportSchema = v.strictObject({
  name: v.string(),
  /** Median, least and most over the rounds, milliseconds of one step. */
  stepMs: v.number(),
  stepMsMin: v.number(),
  stepMsMax: v.number(),
  /** Milliseconds a step keeps JavaScript busy, median over the rounds. */
  jsMs: measured,
  /** GPU dispatches of one step. */
  dispatches: measured,
  peakGpuBytes: measured,
});

const WorkloadReportSchema = v.strictObject({
  name: v.string(),
  /** Floating point operations of one step. */
  flops: v.number(),
  arms: v.array(ArmReportSchema),
  unavailable: v.optional(v.array(v.strictObject({ name: v.string(), reason: v.string() }))),
});

const AdapterSchema = v.strictObject({
  vendor: v.string(),
  architecture: v.string(),
  description: v.string(),
  /** True for a rasteriser on the CPU. */
  software: v.boolean(),
});

const BenchReportSchema = v.strictObject({
  /** `null` where there is no WebGPU. */
  adapter: v.nullable(AdapterSchema),
  versions: v.record(v.string(), v.string()),
  /** Best matrix product of the run, 10⁹ floating point operations a second. */
  ceilingGflops: measured,
  workloads: v.array(WorkloadReportSchema),
});

export type Adapter = v.InferOutput<typeof AdapterSchema>;
export type ArmReport = v.InferOutput<typeof ArmReportSchema>;
export type WorkloadReport = v.InferOutput<typeof WorkloadReportSchema>;
export type BenchReport = v.InferOutput<typeof BenchReportSchema>;

/** One series of an arm, per step. */
export interface Round {
  readonly stepMs: number;
  readonly jsMs: number | null;
  readonly dispatches: number | null;
  readonly peakGpuBytes: number | null;
}

/** @throws RangeError where there are no rounds */
export function summarise(name: string, rounds: readonly Round[]): ArmReport {
  const steps = rounds.map(({ stepMs }) => stepMs);
  return {
    name,
    stepMs: median(steps),
    stepMsMin: Math.min(...steps),
    stepMsMax: Math.max(...steps),
    jsMs: ofAll(rounds, ({ jsMs }) => jsMs, median),
    dispatches: ofAll(rounds, ({ dispatches }) => dispatches, median),
    peakGpuBytes: ofAll(
      rounds,
      ({ peakGpuBytes }) => peakGpuBytes,
      (values) => Math.max(...values),
    ),
  };
}

/**
 * The best matrix product anywhere in a run, GFLOP/s: of those tried for it, and of the products of the
 * heads, which can meet a faster moment of a busy machine. `null` where none was tried.
 */
export function bestProduct(
  tried: readonly number[],
  workloads: readonly WorkloadReport[],
): number | null {
  if (tried.length === 0) return null;
  const ofHeads = workloads.flatMap(({ flops, arms }) =>
    arms
      .filter(({ name }) => name === 'fused-products')
      .map(({ stepMs }) => flops / (stepMs * 1e6)),
  );
  return Math.max(...tried, ...ofHeads);
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('nothing has no median');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** @throws Error where the text is not a report */
export function parseReport(text: string): BenchReport {
  return v.parse(BenchReportSchema, JSON.parse(text));
}

export function formatReport(report: BenchReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

function ofAll(
  rounds: readonly Round[],
  of: (round: Round) => number | null,
  reduce: (values: readonly number[]) => number,
): number | null {
  const values = rounds.map(of).filter((value) => value !== null);
  return values.length === 0 ? null : reduce(values);
}
