// @ts-check
/**
 * Runs a program with its output passed on, within bounds: a limit on the whole run and, where the
 * program is one that reports progress, a limit on its silence. Nothing is left running behind.
 */
import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

const GRACE_MS = 5_000;
const STOPPING = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] added to this process's environment
 * @property {number} [limitMs] the whole run
 * @property {number} [silenceMs] the longest time without output, which is then piped, not a TTY
 * @property {(text: string) => boolean} [show] which pieces of piped output to pass on; all unless told
 *
 * @typedef {{ kind: 'exit', code: number } | { kind: 'too-long' } | { kind: 'missing' }} Outcome
 *   `missing`: there is no such program
 */

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome>}
 */
export function run(program, args, { env = {}, limitMs, silenceMs, show = () => true } = {}) {
  const listening = silenceMs !== undefined;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', listening ? 'pipe' : 'inherit', listening ? 'pipe' : 'inherit'],
      // Windows starts `npm` through a .cmd file, which only a shell can do.
      shell: process.platform === 'win32' && program === 'npm',
    });
    let tooLong = false;
    /** @type {NodeJS.Timeout[]} */
    const timers = [];
    const stop = () => {
      tooLong = true;
      child.kill('SIGTERM');
      timers.push(setTimeout(() => child.kill('SIGKILL'), GRACE_MS));
    };
    if (limitMs !== undefined) timers.push(setTimeout(stop, limitMs));
    if (silenceMs !== undefined) {
      const silence = setTimeout(stop, silenceMs);
      timers.push(silence);
      for (const [from, to] of /** @type {const} */ ([
        [child.stdout, process.stdout],
        [child.stderr, process.stderr],
      ])) {
        from?.on('data', (chunk) => {
          silence.refresh();
          if (show(String(chunk))) to.write(chunk);
        });
      }
    }
    // Whoever stops this process stops the program too. Ctrl+C in a terminal has reached it already,
    // and a second one would cut short its tidying up.
    let stopped = false;
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      stopped = true;
      timers.push(setTimeout(stop, signal === 'SIGINT' ? GRACE_MS : 0));
    };
    for (const signal of STOPPING) process.once(signal, pass);
    /** @param {Outcome} outcome */
    const settle = (outcome) => {
      for (const timer of timers) clearTimeout(timer);
      for (const signal of STOPPING) process.off(signal, pass);
      // 130 is what a shell answers for a program that was interrupted.
      if (stopped) process.exit(130);
      resolve(outcome);
    };
    child.on('error', () => settle({ kind: 'missing' }));
    child.on('exit', (code) =>
      settle(tooLong ? { kind: 'too-long' } : { kind: 'exit', code: code ?? 1 }),
    );
  });
}

/**
 * Runs a package's own program with this Node.js.
 * @param {string} script
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runNode(script, args, options) {
  return run(process.execPath, [script, ...args], options);
}

/** @param {Outcome} outcome */
export function succeeded(outcome) {
  return outcome.kind === 'exit' && outcome.code === 0;
}

/** @param {Outcome} outcome @returns {string} why it failed, in a few words */
export function reasonFor(outcome) {
  if (outcome.kind === 'too-long') return 'stopped, it took too long';
  if (outcome.kind === 'missing') return 'could not be started';
  return `exit code ${outcome.code}`;
}

/** @param {number} startedMs from `performance.now()` @returns {string} such as `4.2 s` */
export function since(startedMs) {
  const seconds = (performance.now() - startedMs) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
