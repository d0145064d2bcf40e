/** `npm run bench`: opens the platform, measures the ceiling and every workload, and writes them down. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT } from '../scripts/lib/paths.mjs';
import { openBrowser } from './hosts/browser';
import { openNode } from './hosts/node';
import type { Platform } from './hosts/platform';
import { findPython, openPython } from './hosts/python';
import { packageVersion } from './hosts/versions';
import { measureWorkload, type OpenArm } from './measure';
import { type ArmName, isPythonArm } from './names';
import { HELP, parseOptions, type RunOptions } from './options';
import type { Answer } from './protocol';
import {
  type BenchReport,
  bestProduct,
  formatReport,
  parseReport,
  type WorkloadReport,
} from './report';
import { placeTable, renderReport } from './table';
import { workload } from './workloads';

const README = join(ROOT, 'bench/README.md');

/** @returns the exit code */
export async function drive(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  switch (options.kind) {
    case 'help':
      console.log(HELP);
      return 0;
    case 'mistake':
      console.error(options.sentence);
      return 1;
    case 'render': {
      const report = parseReport(await readFile(options.file, 'utf8'));
      await intoReadme(basename(options.file, '.json'), report);
      console.log(renderReport(report));
      return 0;
    }
    case 'run': {
      const report = await run(options);
      console.log(renderReport(report));
      if (options.json !== null) await writeFile(options.json, formatReport(report));
      if (options.write !== null) {
        const results = join(ROOT, 'bench/results');
        await mkdir(results, { recursive: true });
        await writeFile(join(results, `${options.write}.json`), formatReport(report));
        await intoReadme(options.write, report);
      }
      return 0;
    }
  }
}

async function intoReadme(name: string, report: BenchReport): Promise<void> {
  const readme = await readFile(README, 'utf8');
  await writeFile(README, placeTable(readme, name, renderReport(report)));
}

async function run(options: RunOptions): Promise<BenchReport> {
  const startMs = performance.now();
  const python = options.arms.some(isPythonArm) ? findPython() : null;
  const platform =
    options.platform === 'node'
      ? await openNode()
      : await openBrowser({ hardware: options.hardware });
  try {
    const first = await ceilingOf(platform);
    const { adapter } = first;
    say(`adapter: ${adapter === null ? 'none' : JSON.stringify(adapter)}`);
    sayCeiling(first);
    const versions: Record<string, string> = versionsHere(platform);
    const workloads: WorkloadReport[] = [];
    for (const [at, name] of options.workloads.entries()) {
      const work = workload(name);
      const now = performance.now();
      // What a workload does not use is there for those after it.
      const left = options.budgetMs === null ? null : startMs + options.budgetMs - now;
      const deadlineMs = left === null ? null : now + left / (options.workloads.length - at);
      const open = (arm: ArmName): Promise<OpenArm> => openArm(arm, name, platform, python);
      const measured = await measureWorkload(work, options.arms, open, {
        ...options,
        deadlineMs,
        say,
      });
      workloads.push(measured.report);
      Object.assign(versions, measured.versions);
    }
    // Once more where there is time: the better of two, far apart.
    const late = options.budgetMs !== null && performance.now() > startMs + options.budgetMs;
    const ceilings = late ? [first] : [first, await ceilingOf(platform)];
    say(`took ${Math.round((performance.now() - startMs) / 1000)} s`);
    const gflops = ceilings.flatMap(({ ceiling }) => ceiling?.gflops ?? []);
    return { adapter, versions, ceilingGflops: bestProduct(gflops, workloads), workloads };
  } finally {
    await platform.close();
  }
}

async function openArm(
  name: ArmName,
  work: RunOptions['workloads'][number],
  platform: Platform,
  python: string | null,
): Promise<OpenArm> {
  if (isPythonArm(name)) {
    if (python === null) throw new Error('no Python here imports torch (PYTHON may name one)');
    const process = await openPython(python, name);
    return {
      name,
      prepare: () => process.prepare(workload(work)),
      series: (steps) => process.series(steps),
      close: () => process.close(),
    };
  }
  const respondent = await platform.open();
  return {
    name,
    prepare: () => respondent.ask({ kind: 'prepare', arm: name, workload: work }),
    series: (steps) => respondent.ask({ kind: 'series', steps }),
    close: () => respondent.close(),
  };
}

type Ceiling = Extract<Answer, { kind: 'ceiling' }>;

async function ceilingOf(platform: Platform): Promise<Ceiling> {
  const respondent = await platform.open();
  try {
    const answer = await respondent.ask({ kind: 'ceiling' });
    if (answer.kind === 'ceiling') return answer;
    throw new Error(answer.kind === 'failed' ? answer.reason : `answered ${answer.kind}`);
  } finally {
    await respondent.close();
  }
}

function sayCeiling({ ceiling }: Ceiling): void {
  for (const { name, gflops } of ceiling?.tried ?? []) {
    say(`  ${name}: ${gflops === null ? 'does not run' : `${gflops.toFixed(2)} GFLOP/s`}`);
  }
}

function versionsHere(platform: Platform): Record<string, string> {
  return {
    ...platform.versions,
    Node: process.versions.node,
    tfjs: packageVersion('@tensorflow/tfjs'),
    'jax-js': packageVersion('@jax-js/jax'),
    os: `${process.platform} ${process.arch}`,
    cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
  };
}

function say(line: string): void {
  console.log(line);
}
