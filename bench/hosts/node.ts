/** A Node process for every arm, with WebGPU from Dawn. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '../../scripts/browser.mjs';
import { ROOT } from '../../scripts/lib/paths.mjs';
import type { Answer, Question, Respondent } from '../protocol';
import type { Platform } from './platform';
import { packageVersion } from './versions';
import { vulkanEnvironment } from './vulkan';

export async function openNode(): Promise<Platform> {
  const scratch = await mkdtemp(join(tmpdir(), 'bench-vulkan-'));
  const found = vulkanEnvironment({
    platform: process.platform,
    env: process.env,
    browser: await findBrowser(),
    scratch,
  });
  const env = { ...process.env, ...found };
  return {
    versions: { webgpu: packageVersion('webgpu') },
    async open() {
      const child = fork(join(ROOT, 'bench/hosts/node-child.mjs'), [], { env });
      const started = await next<{ kind: 'started' } | Answer>(child);
      if (started.kind === 'failed') throw new Error(started.reason);
      return respondentOf(child);
    },
    close: () => rm(scratch, { recursive: true, force: true }),
  };
}

function respondentOf(child: ChildProcess): Respondent {
  return {
    ask(question: Question) {
      const answer = next<Answer>(child);
      child.send(question);
      return answer;
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** The child's next message, or why there will be none. */
function next<T>(child: ChildProcess): Promise<T | { kind: 'failed'; reason: string }> {
  return new Promise((resolve) => {
    const settle = (message: T | { kind: 'failed'; reason: string }): void => {
      child.off('message', hear);
      child.off('exit', end);
      child.off('error', fail);
      resolve(message);
    };
    // Only this project's own child writes here.
    const hear = (message: unknown): void => settle(message as T);
    const end = (code: number | null, signal: string | null): void =>
      settle({ kind: 'failed', reason: `its process ended (${signal ?? `exit code ${code}`})` });
    const fail = (error: Error): void => settle({ kind: 'failed', reason: error.message });
    child.once('message', hear);
    child.once('exit', end);
    child.once('error', fail);
  });
}
