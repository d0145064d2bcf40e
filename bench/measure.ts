/**
 * Takes the arms of one workload through their rounds: every arm a series, then every arm again, so
 * that a machine that slows down or speeds up does so for all of them. An arm that cannot go on is
 * listed with the reason.
 */
import type { ArmName } from './names';
import type { Answer } from './protocol';
import { type Round, summarise, type WorkloadReport } from './report';
import { stepFlops, type Workload } from './workloads';

/** An arm ready to be asked, wherever it runs. */
export interface OpenArm {
  readonly name: ArmName;
  prepare(): Promise<Answer>;
  series(steps: number): Promise<Answer>;
  close(): Promise<void>;
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly seriesMs: number;
  readonly stepLimitMs: number;
  /** When to leave further rounds out, on the clock of `performance.now()`; `null` for never. */
  readonly deadlineMs: number | null;
  readonly say: (line: string) => void;
}

export interface Measured {
  readonly report: WorkloadReport;
  readonly versions: Readonly<Record<string, string>>;
}

/** First steps that differ by more than this share of the loss do not compute the same thing. */
const SAME_LOSS = 1e-3;
/** The first step also builds models and compiles kernels. */
const PREPARE_SHARE = 3;
const MOST_STEPS = 1000;
/** Taken whatever the time: one round has no spread. */
const FEWEST_ROUNDS = 2;

/** @param open opens an arm, or throws with the reason why not */
export async function measureWorkload(
  work: Workload,
  arms: readonly ArmName[],
  open: (name: ArmName) => Promise<OpenArm>,
  options: MeasureOptions,
): Promise<Measured> {
  const { rounds, deadlineMs, say } = options;
  const unavailable = new Map<ArmName, string>();
  const versions: Record<string, string> = {};
  const losses = new Map<ArmName, number>();
  const racing: Racer[] = [];
  say(`${work.name}: preparing`);
  for (const name of arms) {
    const outcome = await prepared(name, open, options);
    if (outcome.kind === 'failed') {
      unavailable.set(name, outcome.reason);
      say(`  ${name}: ${outcome.reason}`);
      continue;
    }
    Object.assign(versions, outcome.versions);
    if (outcome.firstLoss !== null) losses.set(name, outcome.firstLoss);
    racing.push(outcome.racer);
    const { steps, roughMs } = outcome.racer;
    say(`  ${name}: about ${roughMs.toFixed(1)} ms a step, ${steps} in a series`);
  }
  sayLosses(losses, say);
  try {
    for (let round = 0; round < rounds; round += 1) {
      const late = deadlineMs !== null && performance.now() > deadlineMs;
      if (late && round >= FEWEST_ROUNDS) {
        say(`${work.name}: out of time, ${rounds - round} of ${rounds} rounds left out`);
        break;
      }
      say(`${work.name}: round ${round + 1} of ${rounds}`);
      // Each round begins with another arm: nobody always follows the same one.
      const order = racing.map((_, at) => racing[(at + round) % racing.length]!);
      for (const racer of order) {
        if (unavailable.has(racer.arm.name)) continue;
        const failure = await race(racer, options);
        if (failure !== null) unavailable.set(racer.arm.name, failure);
      }
    }
  } finally {
    for (const { arm } of racing) await arm.close();
  }
  const finished = racing.filter(({ arm }) => !unavailable.has(arm.name));
  const report = {
    name: work.name,
    flops: stepFlops(work),
    arms: finished.map(({ arm, rounds: taken }) => summarise(arm.name, taken)),
    unavailable: [...unavailable].map(([name, reason]) => ({ name, reason })),
  };
  return { report, versions };
}

interface Racer {
  readonly arm: OpenArm;
  readonly steps: number;
  readonly roughMs: number;
  readonly rounds: Round[];
}

type Prepared =
  | {
      readonly kind: 'ready';
      readonly racer: Racer;
      readonly firstLoss: number | null;
      readonly versions: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'failed'; readonly reason: string };

async function prepared(
  name: ArmName,
  open: (name: ArmName) => Promise<OpenArm>,
  { seriesMs, stepLimitMs }: MeasureOptions,
): Promise<Prepared> {
  let arm: OpenArm | null = null;
  try {
    arm = await open(name);
    const answer = await within(arm.prepare(), PREPARE_SHARE * stepLimitMs);
    const ready = expectKind(answer, 'ready');
    const { steps, roughMs } = await seriesLength(arm, seriesMs, stepLimitMs);
    return { ...ready, racer: { arm, steps, roughMs, rounds: [] } };
  } catch (error) {
    await arm?.close();
    return { kind: 'failed', reason: sentence(error) };
  }
}

/** How many steps fill a series; finding out also warms up what gets faster with use. */
async function seriesLength(
  arm: OpenArm,
  seriesMs: number,
  stepLimitMs: number,
): Promise<{ steps: number; roughMs: number }> {
  let steps = 1;
  for (let taken = 1; ; taken += 1) {
    const series = expectKind(await within(arm.series(steps), stepLimitMs), 'series');
    const roughMs = series.wallMs / steps;
    const full = Math.min(MOST_STEPS, Math.max(1, Math.round(seriesMs / roughMs)));
    // The second step may still compile; an arm so slow that this does not show is spared a third.
    const warm = taken > 1 || roughMs > 2 * seriesMs;
    if (warm && full <= 4 * steps) return { steps: full, roughMs };
    steps = Math.min(full, 8 * steps);
  }
}

/** One series; why the arm is out, or `null`. */
async function race(
  { arm, steps, rounds }: Racer,
  { stepLimitMs, seriesMs }: MeasureOptions,
): Promise<string | null> {
  try {
    const answer = await within(arm.series(steps), stepLimitMs + 4 * seriesMs);
    const { wallMs, jsMs, dispatches, peakGpuBytes } = expectKind(answer, 'series');
    rounds.push({
      stepMs: wallMs / steps,
      jsMs: jsMs === null ? null : jsMs / steps,
      dispatches: dispatches === null ? null : dispatches / steps,
      peakGpuBytes,
    });
    return null;
  } catch (error) {
    return sentence(error);
  }
}

function sayLosses(losses: ReadonlyMap<ArmName, number>, say: (line: string) => void): void {
  const values = [...losses.values()];
  const [first] = values;
  if (first === undefined) return;
  const differs = [...losses].filter(
    ([, loss]) => !(Math.abs(loss - first) <= SAME_LOSS * Math.abs(first)),
  );
  say(`  loss of the first step: ${first.toFixed(5)}`);
  for (const [name, loss] of differs) say(`  NOT THE SAME in ${name}: ${loss.toFixed(5)}`);
}

function expectKind<K extends Answer['kind']>(
  answer: Answer,
  kind: K,
): Extract<Answer, { kind: K }> {
  if (answer.kind === 'failed') throw new Error(answer.reason);
  if (answer.kind !== kind) throw new TypeError(`asked for ${kind}, answered ${answer.kind}`);
  // The comparison above says so; the compiler does not narrow by a generic.
  return answer as Extract<Answer, { kind: K }>;
}

async function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const seconds = Math.round(limitMs / 1000);
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), limitMs);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? text;
}
