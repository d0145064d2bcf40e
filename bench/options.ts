/** What the command line asks for, or one sentence about what is wrong with it. */
import { parseArgs } from 'node:util';
import { ARM_NAMES, type ArmName } from './names';
import { QUICK_WORKLOADS, WORKLOAD_NAMES, type WorkloadName } from './workloads';

/** Leaves the second look at the ceiling its time within three minutes. */
const QUICK_BUDGET_MS = 150_000;

export interface RunOptions {
  readonly kind: 'run';
  readonly platform: 'browser' | 'node';
  /** The browser's own choice of GPU instead of the software adapter. */
  readonly hardware: boolean;
  readonly arms: readonly ArmName[];
  readonly workloads: readonly WorkloadName[];
  readonly rounds: number;
  /** What the whole run should take at most, milliseconds; `null` for as long as it takes. */
  readonly budgetMs: number | null;
  /** How long one series of an arm should take, milliseconds. */
  readonly seriesMs: number;
  /** An arm whose step takes longer is given up, milliseconds. */
  readonly stepLimitMs: number;
  /** Where to write the report, or `null`. */
  readonly json: string | null;
  /** Name of a report below bench/results/ that is also shown in the README, or `null`. */
  readonly write: string | null;
}

export type Options =
  | RunOptions
  | { readonly kind: 'render'; readonly file: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly sentence: string };

export const HELP = `npm run bench -- [options]

  --node              on Dawn for Node instead of a headless Chromium
  --hardware          on the browser's own GPU instead of the software adapter
  --quick             ${QUICK_WORKLOADS.join(' and ')} in short series: about 3 minutes without a GPU
  --arms a,b          of ${ARM_NAMES.join(', ')}
  --workloads x,y     of ${WORKLOAD_NAMES.join(', ')}
  --rounds N          series of every arm, 5 unless told (3 with --quick)
  --step-limit S      give an arm up whose step takes longer than S seconds, 60 unless told
  --json FILE         write the numbers
  --write NAME        write them to bench/results/NAME.json and their table to bench/README.md
  --render FILE       only write the table of a file that was written before`;

/** @param args what follows the script's name */
export function parseOptions(args: readonly string[]): Options {
  let values: ReturnType<typeof read>;
  try {
    values = read(args);
  } catch (error) {
    return mistake(`${error instanceof Error ? error.message : error}`);
  }
  if (values.help === true) return { kind: 'help' };
  if (values.render !== undefined) return { kind: 'render', file: values.render };
  const quick = values.quick === true;
  const arms = namesIn(values.arms, ARM_NAMES);
  const workloads = namesIn(values.workloads, WORKLOAD_NAMES);
  if (!arms.ok) return mistake(`there is no arm ${arms.unknown}: ${ARM_NAMES.join(', ')}`);
  if (!workloads.ok) {
    return mistake(`there is no workload ${workloads.unknown}: ${WORKLOAD_NAMES.join(', ')}`);
  }
  const rounds = positive(values.rounds, quick ? 3 : 5);
  if (rounds === null || !Number.isSafeInteger(rounds)) {
    return mistake(`--rounds takes a whole number of at least 1, not ${values.rounds}`);
  }
  const limit = positive(values['step-limit'], 60);
  if (limit === null) return mistake(`--step-limit takes seconds, not ${values['step-limit']}`);
  if (values.write !== undefined && !/^[\w.-]+$/.test(values.write)) {
    return mistake(`--write takes a name, not ${values.write}`);
  }
  return {
    kind: 'run',
    platform: values.node === true ? 'node' : 'browser',
    hardware: values.hardware === true,
    arms: arms.names ?? ARM_NAMES,
    workloads: workloads.names ?? (quick ? QUICK_WORKLOADS : WORKLOAD_NAMES),
    rounds,
    budgetMs: quick ? QUICK_BUDGET_MS : null,
    seriesMs: quick ? 500 : 2000,
    stepLimitMs: limit * 1000,
    json: values.json ?? null,
    write: values.write ?? null,
  };
}

function read(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      node: { type: 'boolean' },
      hardware: { type: 'boolean' },
      quick: { type: 'boolean' },
      arms: { type: 'string' },
      workloads: { type: 'string' },
      rounds: { type: 'string' },
      'step-limit': { type: 'string' },
      json: { type: 'string' },
      write: { type: 'string' },
      render: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  return values;
}

function mistake(sentence: string): Options {
  return { kind: 'mistake', sentence };
}

function positive(text: string | undefined, otherwise: number): number | null {
  if (text === undefined) return otherwise;
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : null;
}

type Names<T> =
  | { readonly ok: true; readonly names: readonly T[] | null }
  | { readonly ok: false; readonly unknown: string };

/** The names in the order in which they are known; `null` where none were asked for. */
function namesIn<T extends string>(text: string | undefined, known: readonly T[]): Names<T> {
  if (text === undefined) return { ok: true, names: null };
  const asked = text.split(',').filter((name) => name !== '');
  const unknown = asked.find((name) => !known.some((one) => one === name));
  if (unknown !== undefined) return { ok: false, unknown };
  return { ok: true, names: known.filter((name) => asked.includes(name)) };
}
