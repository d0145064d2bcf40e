// @ts-check
/**
 * A browser to test with, whatever it takes: one that is installed, else Playwright's download, else
 * Debian's package. Each is started once (`--version`) before it is believed: a download may lack the
 * system's libraries, and Ubuntu's `chromium-browser` may be a note that it has moved.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findBrowser } from '../browser.mjs';
import { Complaint } from './complaint.mjs';
import { PROGRAMS } from './paths.mjs';
import { run, runNode, succeeded } from './run.mjs';

/** Of what Playwright prints only the progress: when it fails there is another way to try. */
const DOWNLOAD = {
  limitMs: 10 * 60_000,
  silenceMs: 90_000,
  /** @param {string} text */
  show: (text) => /\d%/.test(text),
};
const APT = { limitMs: 10 * 60_000, env: { DEBIAN_FRONTEND: 'noninteractive' } };

/** @typedef {'playwright' | 'apt'} Way */

/**
 * The ways to get a browser here, in the order in which they are tried.
 * @param {{ platform: string, uid: number | null, hasApt: boolean }} system
 * @returns {Way[]}
 */
export function waysToInstall({ platform, uid, hasApt }) {
  return platform === 'linux' && uid === 0 && hasApt ? ['playwright', 'apt'] : ['playwright'];
}

/**
 * @param {{
 *   find: () => Promise<string | null>,
 *   ways: readonly Way[],
 *   install: (way: Way) => Promise<boolean>,
 *   say: (line: string) => void,
 * }} steps `find` answers only a browser that starts; `install` says whether it went through
 * @returns {Promise<string>} the executable's path
 * @throws {Complaint} when there is none and none could be had
 */
export async function browserFrom({ find, ways, install, say }) {
  const present = await find();
  if (present !== null) return present;
  for (const way of ways) {
    say(
      way === 'playwright'
        ? "No Chromium, Chrome or Edge found: fetching Playwright's Chromium …"
        : "Playwright's cannot be had here: installing Debian's chromium with apt-get …",
    );
    const installed = await install(way);
    const found = installed ? await find() : null;
    if (found !== null) return found;
  }
  throw new Complaint(
    'The tests need a Chromium, Chrome or Edge and none could be found or installed: install one (on Debian: apt-get install chromium), or set CHROMIUM to its path, and run npm test again.',
  );
}

/** @param {string} path */
function starts(path) {
  // On Windows `--version` opens a window instead of answering.
  if (process.platform === 'win32') return true;
  const { status } = spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 });
  return status === 0;
}

/** @param {Way} way */
async function install(way) {
  if (way === 'playwright') {
    // The full browser: the headless shell has no WebGPU.
    const args = ['install', '--no-shell', 'chromium'];
    return succeeded(await runNode(PROGRAMS.playwright, args, DOWNLOAD));
  }
  // A failed update need not matter: the lists that are there may do.
  await run('apt-get', ['update', '-qq'], APT);
  const args = ['install', '-y', '-qq', '--no-install-recommends', 'chromium'];
  return succeeded(await run('apt-get', args, APT));
}

function hasApt() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return existsSync('/etc/debian_version') && folders.some((f) => existsSync(join(f, 'apt-get')));
}

/**
 * @param {(line: string) => void} say
 * @returns {Promise<string>} the executable's path
 */
export function ensureBrowser(say) {
  const uid = process.getuid?.() ?? null;
  return browserFrom({
    find: () => findBrowser({ accept: starts }),
    ways: waysToInstall({ platform: process.platform, uid, hasApt: hasApt() }),
    install,
    say,
  });
}
