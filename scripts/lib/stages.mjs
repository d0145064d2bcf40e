// @ts-check
/** Runs named stages one after the other, all of them whatever fails, and says how each went. */
import { since } from './run.mjs';

/**
 * @typedef {object} Result
 * @property {string | null} failure why it failed, in a few words; null when it did not
 * @property {import('./reports.mjs').Counts | null} counts null where the stage is not a test run
 *
 * @typedef {object} Stage
 * @property {string} name a single word, for `--only`
 * @property {string} title
 * @property {() => Promise<Result>} run
 *
 * @typedef {{ stage: Stage, result: Result, took: string }} Outcome
 */

/** @param {string} line */
const say = (line) => console.log(line);

/** @param {Outcome} outcome */
function lineOf({ stage, result, took }) {
  const { counts, failure } = result;
  const words = [failure === null ? 'ok    ' : 'FAILED', stage.title.padEnd(20), took.padStart(12)];
  if (counts !== null) {
    words.push(`  ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
  if (failure !== null) words.push(`  (${failure})`);
  return words.join(' ');
}

/**
 * @param {readonly Stage[]} stages
 * @returns {Promise<Outcome[]>}
 */
export async function runStages(stages) {
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const [i, stage] of stages.entries()) {
    say(`\n[${i + 1}/${stages.length}] ${stage.title} …`);
    const started = performance.now();
    /** @type {Result} */
    let result;
    try {
      result = await stage.run();
    } catch (error) {
      // A stage that breaks must not take the ones after it along.
      result = { failure: error instanceof Error ? error.message : String(error), counts: null };
    }
    const outcome = { stage, result, took: since(started) };
    outcomes.push(outcome);
    say(lineOf(outcome));
  }
  return outcomes;
}

/** @param {readonly Outcome[]} outcomes */
export function saySummary(outcomes) {
  say('');
  for (const outcome of outcomes) say(lineOf(outcome));
}

/**
 * @param {readonly string[]} args
 * @param {readonly Stage[]} stages
 * @returns {{ kind: 'run', stages: Stage[] } | { kind: 'help' } | { kind: 'mistake', sentence: string }}
 */
export function chooseStages(args, stages) {
  const names = stages.map((stage) => stage.name);
  /** @type {string[]} */
  const wanted = [];
  for (let i = 0; i < args.length; i++) {
    const [word, value] = (args[i] ?? '').split('=', 2);
    if (word === '--help' || word === '-h') return { kind: 'help' };
    if (word !== '--only') {
      return {
        kind: 'mistake',
        sentence: `There is no option "${args[i]}": try --only or --help.`,
      };
    }
    const list = value ?? args[++i] ?? '';
    for (const name of list.split(',')) {
      if (!names.includes(name)) {
        return {
          kind: 'mistake',
          sentence: `There is no stage "${name}": the stages are ${names.join(', ')}.`,
        };
      }
      wanted.push(name);
    }
  }
  const chosen = stages.filter((stage) => wanted.length === 0 || wanted.includes(stage.name));
  return { kind: 'run', stages: chosen };
}
