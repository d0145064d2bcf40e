// @ts-check
/**
 * `npm test`: the checks, the tests in Node, the GPU tests in Node, the tests in a browser, a build, the
 * end-to-end tests on that build. Every stage runs, whatever failed before it; the last line sums up the
 * tests.
 */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { build, ensureBuilt } from './build.mjs';
import { CHECK_STAGES } from './check-stages.mjs';
import { ensureBrowser } from './ensure-browser.mjs';
import { ensureInstalled } from './install.mjs';
import { PROGRAMS, REPORTS } from './paths.mjs';
import {
  forget,
  lastLine,
  NONE,
  playwrightCounts,
  readCounts,
  sum,
  vitestCounts,
} from './reports.mjs';
import { reasonFor, runNode, succeeded } from './run.mjs';
import { chooseStages, runStages, saySummary } from './stages.mjs';

/** Far above what any stage takes: it only ends one that hangs. */
const LIMIT_MS = 30 * 60_000;

/** @param {string} line */
const say = (line) => console.log(line);

/** @param {string} name */
const reportOf = (name) => join(REPORTS, `${name}.json`);

/**
 * @param {string} name
 * @param {string} script
 * @param {readonly string[]} args
 * @param {(report: unknown) => import('./reports.mjs').Counts} counts
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<import('./stages.mjs').Result>}
 */
async function runTests(name, script, args, counts, env = {}) {
  forget(reportOf(name));
  const outcome = await runNode(script, args, { limitMs: LIMIT_MS, env });
  const failure = succeeded(outcome) ? null : reasonFor(outcome);
  const found = readCounts(reportOf(name), counts);
  if (found === null) {
    return { failure: `${failure ?? 'ended'}, left no report`, counts: { ...NONE, failed: 1 } };
  }
  // A run that fails without naming a test (an error between tests) must not read as "0 failed".
  const unnamed = failure !== null && found.failed === 0;
  return { failure, counts: unnamed ? { ...found, failed: 1 } : found };
}

/** @param {'unit' | 'dawn' | 'browser'} project */
function vitest(project) {
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json'];
  args.push(`--outputFile.json=${reportOf(project)}`);
  return runTests(project, PROGRAMS.vitest, args, vitestCounts);
}

/** @returns {Promise<number>} a port that is free now, so that two checkouts can test at once */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address === null || typeof address === 'string'
          ? reject(new Error('no free port'))
          : resolve(address.port),
      );
    });
  });
}

async function endToEnd() {
  await ensureBuilt(say);
  const env = { E2E_PORT: String(await freePort()) };
  return runTests('e2e', PROGRAMS.playwrightTest, ['test'], playwrightCounts, env);
}

/** @type {readonly import('./stages.mjs').Stage[]} */
const STAGES = [
  ...CHECK_STAGES,
  { name: 'unit', title: 'tests in Node', run: () => vitest('unit') },
  { name: 'dawn', title: 'GPU tests in Node', run: () => vitest('dawn') },
  { name: 'browser', title: 'tests in a browser', run: () => vitest('browser') },
  {
    name: 'build',
    title: 'build',
    run: async () => {
      await build(say);
      return { failure: null, counts: null };
    },
  },
  { name: 'e2e', title: 'end-to-end tests', run: endToEnd },
];

/** @param {string[]} args */
export async function main(args) {
  const choice = chooseStages(args, STAGES);
  if (choice.kind === 'help') {
    const names = STAGES.map((stage) => stage.name).join(', ');
    say(`npm test: ${names}. \`npm test -- --only unit,e2e\` runs some of them.`);
    return 0;
  }
  if (choice.kind === 'mistake') {
    console.error(choice.sentence);
    return 1;
  }
  await ensureInstalled(say);
  mkdirSync(REPORTS, { recursive: true });
  // Without a graphics card the GPU tests in Node run on the software adapter that a Chromium brings.
  if (choice.stages.some(({ name }) => ['dawn', 'browser', 'e2e'].includes(name))) {
    const browser = await ensureBrowser(say);
    say(`Testing with ${browser}`);
    // For the runners below: the one that was seen to start.
    process.env.CHROMIUM = browser;
  }
  const outcomes = await runStages(choice.stages);
  saySummary(outcomes);
  const counts = outcomes.flatMap(({ result }) => (result.counts === null ? [] : [result.counts]));
  const failed = outcomes.filter(({ result }) => result.failure !== null);
  const names = failed.map(({ stage }) => stage.name).join(', ');
  say(names === '' ? '\nEvery stage passed.' : `\nNot passed: ${names}.`);
  say(lastLine(sum(counts)));
  return failed.length === 0 ? 0 : 1;
}
