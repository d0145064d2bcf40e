/** PyTorch in a Python process; initial values and batches go through files in a temporary folder. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../../scripts/lib/paths.mjs';
import { fixedAdaCosScale } from '../../src/losses/scaleRule';
import { initialParameters } from '../../src/models/initial';
import { parameterLayout } from '../../src/models/layout';
import { headInputs, imageBatches, LEARNING_RATE, MOMENTUM, SEED, WEIGHT_DECAY } from '../inputs';
import type { PythonArm } from '../names';
import type { Answer } from '../protocol';
import type { Workload } from '../workloads';

/** What the driver asks of Python: the same questions, with the workload written out. */
export interface PythonRespondent {
  prepare(work: Workload): Promise<Answer>;
  series(steps: number): Promise<Answer>;
  close(): Promise<void>;
}

/** The first Python that can import torch: PYTHON, else the usual names. */
export function findPython(): string | null {
  const named = process.env.PYTHON;
  const candidates = named === undefined || named === '' ? [] : [named];
  const usual = ['python3', 'python', '/usr/bin/python3'];
  return (
    [...candidates, ...usual].find((python) => {
      const { status } = spawnSync(python, ['-c', 'import torch'], {
        stdio: 'ignore',
        timeout: 120_000,
      });
      return status === 0;
    }) ?? null
  );
}

export async function openPython(python: string, arm: PythonArm): Promise<PythonRespondent> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-torch-'));
  const device = arm === 'pytorch-cuda' ? 'cuda' : 'cpu';
  const child = spawn(python, [join(ROOT, 'bench/pytorch.py'), device], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ask = asker(child);
  return {
    prepare: async (work) => ask({ kind: 'prepare', work: await written(work, folder) }),
    series: (steps) => ask({ kind: 'series', steps }),
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await gone;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function asker(child: ChildProcess): (question: unknown) => Promise<Answer> {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new TypeError('the process has no pipes');
  const lines = createInterface({ input: stdout });
  return (question) =>
    new Promise((resolve) => {
      const settle = (answer: Answer): void => {
        lines.off('line', hear);
        child.off('exit', end);
        child.off('error', fail);
        resolve(answer);
      };
      // Written by bench/pytorch.py in this shape.
      const hear = (line: string): void => settle(JSON.parse(line) as Answer);
      const end = (code: number | null): void =>
        settle({ kind: 'failed', reason: `Python ended with exit code ${code}` });
      const fail = (error: Error): void => settle({ kind: 'failed', reason: error.message });
      lines.once('line', hear);
      child.once('exit', end);
      child.once('error', fail);
      stdin.write(`${JSON.stringify(question)}\n`);
    });
}

async function written(work: Workload, folder: string): Promise<unknown> {
  const scale = fixedAdaCosScale(work.classes);
  const files: Record<string, string> = {};
  const write = async (name: string, parts: readonly NodeJS.ArrayBufferView[]): Promise<void> => {
    files[name] = join(folder, name);
    await writeFile(files[name], parts);
  };
  if (work.kind === 'head') {
    const { embeddings, centres, labels } = headInputs(work);
    await write('embeddings', [embeddings]);
    await write('centres', [centres]);
    await write('labels', [labels]);
    return { ...work, scale, files };
  }
  const batches = imageBatches(work);
  await write(
    'images',
    batches.map(({ images }) => images),
  );
  await write(
    'labels',
    batches.map(({ labels }) => labels),
  );
  await write('parameters', [initialParameters(work.model, work.classes, SEED)]);
  return {
    ...work,
    scale,
    files,
    slots: parameterLayout(work.model, work.classes),
    learningRate: LEARNING_RATE,
    momentum: MOMENTUM,
    weightDecay: WEIGHT_DECAY,
  };
}
