// @ts-check
/** The decisions behind the commands, as pure functions: versions, options, installs, browsers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Complaint } from './complaint.mjs';
import { hasDisplay } from './display.mjs';
import { browserFrom, waysToInstall } from './ensure-browser.mjs';
import { installMatches } from './install.mjs';
import { NODE_RANGE, nodeComplaint } from './node-version.mjs';
import { ROOT } from './paths.mjs';
import { parseServeArguments } from './serve-options.mjs';
import { chooseStages } from './stages.mjs';

describe('the Node.js version', () => {
  it('is what package.json says', () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(engines.node).toBe(NODE_RANGE);
  });

  it.each(['20.19.0', 'v20.19.4', '22.12.0', '23.0.0', '24.1.0', '100.0.0'])(
    '%s will do',
    (version) => {
      expect(nodeComplaint(version)).toBeNull();
    },
  );

  it.each(['20.18.3', '21.7.3', '22.11.0', '18.0.0', '14.21.3', '9.9.9'])(
    '%s gets one sentence',
    (version) => {
      const sentence = nodeComplaint(version) ?? '';
      expect(sentence).toContain(version);
      expect(sentence).toContain('https://nodejs.org');
      expect(sentence.split('\n')).toHaveLength(1);
    },
  );
});

describe('the options of npm start', () => {
  const standard = { port: 5173, strictPort: false, host: null, open: true };

  it.each([
    [[], {}],
    [['--port', '8080'], { port: 8080 }],
    [['--port=8080', '--no-open'], { port: 8080, open: false }],
    [['--host'], { host: '0.0.0.0' }],
    [['--host', '--no-open'], { host: '0.0.0.0', open: false }],
    [['--host', '10.0.0.2', '--port', '0'], { host: '10.0.0.2', port: 0 }],
    [['--host=::', '--strict-port'], { host: '::', strictPort: true }],
  ])('%j', (args, changed) => {
    expect(parseServeArguments(args)).toEqual({
      kind: 'serve',
      options: { ...standard, ...changed },
    });
  });

  it.each([
    [['--prot', '1'], '--prot'],
    [['8080'], '8080'],
    [['--port'], '--port'],
    [['--port', '70000'], '70000'],
    [['--port', '80a'], '80a'],
    [['--port', '-1'], '-1'],
  ])('%j gets a sentence with the word in it', (args, word) => {
    const request = parseServeArguments(args);
    expect(request).toMatchObject({ kind: 'mistake', sentence: expect.stringContaining(word) });
  });

  it('asks for help before anything else is wrong', () => {
    expect(parseServeArguments(['--help', '--prot'])).toEqual({ kind: 'help' });
  });
});

describe('whether there is a display', () => {
  it.each(
    /** @type {[NodeJS.Platform, NodeJS.ProcessEnv, boolean][]} */ ([
      ['darwin', {}, true],
      ['win32', {}, true],
      ['linux', {}, false],
      ['linux', { DISPLAY: '' }, false],
      ['linux', { DISPLAY: ':0' }, true],
      ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
      ['linux', { DISPLAY: 'localhost:10', SSH_CONNECTION: '1 2 3 4' }, false],
      ['darwin', { SSH_TTY: '/dev/ttys1' }, false],
      ['darwin', { CI: 'true' }, false],
      ['darwin', { CI: 'false' }, true],
    ]),
  )('%s %j: %s', (platform, env, expected) => {
    expect(hasDisplay(env, platform)).toBe(expected);
  });
});

describe('whether the installed packages are the ones of the lock file', () => {
  const system = { platform: 'linux', arch: 'x64' };
  const vite = { version: '8.0.0', integrity: 'sha512-a' };
  const forLinux = { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'] };
  const forMac = { version: '1.0.0', optional: true, os: ['darwin'] };
  const lock = {
    packages: {
      '': { version: '0.1.0' },
      'node_modules/vite': vite,
      'node_modules/native-linux': forLinux,
      'node_modules/native-mac': forMac,
    },
  };

  it('they are, without the programs for other systems', () => {
    const packages = { 'node_modules/vite': vite, 'node_modules/native-linux': forLinux };
    expect(installMatches(lock, { packages }, system)).toBe(true);
  });

  it.each([
    ['one is missing', {}],
    ['one has another version', { 'node_modules/vite': { ...vite, version: '7.9.9' } }],
    ['one has other contents', { 'node_modules/vite': { ...vite, integrity: 'sha512-b' } }],
    ['there is one too many', { 'node_modules/vite': vite, 'node_modules/left': vite }],
    [
      'they are for another system',
      { 'node_modules/vite': vite, 'node_modules/native-mac': forMac },
    ],
  ])('they are not: %s', (_, packages) => {
    expect(installMatches(lock, { packages }, system)).toBe(false);
  });
});

describe('a browser to test with', () => {
  it.each([
    [{ platform: 'linux', uid: 0, hasApt: true }, ['playwright', 'apt']],
    [{ platform: 'linux', uid: 1000, hasApt: true }, ['playwright']],
    [{ platform: 'linux', uid: 0, hasApt: false }, ['playwright']],
    [{ platform: 'darwin', uid: 0, hasApt: false }, ['playwright']],
    [{ platform: 'win32', uid: null, hasApt: false }, ['playwright']],
  ])('is looked for in order: %j', (system, ways) => {
    expect(waysToInstall(system)).toEqual(ways);
  });

  /**
   * @param {{ appearsAfter: string | null, goesThrough: readonly string[] }} world when a browser
   *   turns up, and which ways to install one work
   */
  async function tryIn({ appearsAfter, goesThrough }) {
    /** @type {string[]} */
    const tried = [];
    const path = browserFrom({
      find: async () =>
        appearsAfter === 'nothing' || tried.includes(appearsAfter ?? '') ? '/b' : null,
      ways: ['playwright', 'apt'],
      install: async (way) => {
        tried.push(way);
        return goesThrough.includes(way);
      },
      say: () => {},
    });
    return { tried, path };
  }

  it('is taken when it is there', async () => {
    const { tried, path } = await tryIn({ appearsAfter: 'nothing', goesThrough: [] });
    await expect(path).resolves.toBe('/b');
    expect(tried).toEqual([]);
  });

  it("is Playwright's when there is none", async () => {
    const { tried, path } = await tryIn({
      appearsAfter: 'playwright',
      goesThrough: ['playwright'],
    });
    await expect(path).resolves.toBe('/b');
    expect(tried).toEqual(['playwright']);
  });

  it("is Debian's when Playwright's cannot be had or does not start", async () => {
    for (const goesThrough of [['apt'], ['playwright', 'apt']]) {
      const { tried, path } = await tryIn({ appearsAfter: 'apt', goesThrough });
      await expect(path).resolves.toBe('/b');
      expect(tried).toEqual(['playwright', 'apt']);
    }
  });

  it('is asked for in one sentence when all fails', async () => {
    const { path } = await tryIn({ appearsAfter: null, goesThrough: [] });
    const error = await path.catch((reason) => reason);
    expect(error).toBeInstanceOf(Complaint);
    expect(error.message).toContain('apt-get install chromium');
    expect(error.message.split('\n')).toHaveLength(1);
  });
});

describe('the stages of npm test', () => {
  const stages = ['types', 'unit', 'e2e'].map((name) => ({
    name,
    title: name,
    run: async () => ({ failure: null, counts: null }),
  }));

  /** @param {string[]} args */
  function chosen(args) {
    const choice = chooseStages(args, stages);
    return choice.kind === 'run' ? choice.stages.map((stage) => stage.name) : choice;
  }

  it('are all of them, or those named, in their own order', () => {
    expect(chosen([])).toEqual(['types', 'unit', 'e2e']);
    expect(chosen(['--only', 'e2e,types'])).toEqual(['types', 'e2e']);
    expect(chosen(['--only=unit', '--only=e2e'])).toEqual(['unit', 'e2e']);
  });

  it('are named when one is asked for that there is not', () => {
    expect(chosen(['--only', 'unti'])).toMatchObject({
      kind: 'mistake',
      sentence: 'There is no stage "unti": the stages are types, unit, e2e.',
    });
    expect(chosen(['--fast'])).toMatchObject({ kind: 'mistake' });
  });
});

describe('package-lock.json', () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  /** @type {[string, Record<string, unknown>][]} */
  const entries = Object.entries(lock.packages);

  it('lists the programs for every system: npm ci refuses a lock file that leaves some out', () => {
    const paths = entries.map(([path]) => path);
    const absent = entries.flatMap(([, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {}).filter(
        (name) => !paths.some((path) => path.endsWith(`node_modules/${name}`)),
      ),
    );
    expect(absent).toEqual([]);
  });

  it('names no server to fetch from, and the contents of everything', () => {
    const packages = entries.filter(([path]) => path !== '');
    expect(packages.filter(([, entry]) => 'resolved' in entry)).toEqual([]);
    expect(packages.filter(([, entry]) => typeof entry.integrity !== 'string')).toEqual([]);
  });

  it('pins exact versions', () => {
    const { dependencies, devDependencies } = lock.packages[''];
    for (const version of Object.values({ ...dependencies, ...devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });
});
