// @ts-check
/**
 * Installs the packages with `npm ci` when node_modules is missing or is not what package-lock.json
 * says. The stamp compared is npm's own: the list it writes into node_modules when an install has
 * gone through, so an interrupted install is repeated and one made by hand is left alone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint } from './complaint.mjs';
import { ROOT } from './paths.mjs';
import { reasonFor, run, since, succeeded } from './run.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean,
 *   os?: string[], cpu?: string[] }} LockEntry
 * @typedef {{ packages: Record<string, LockEntry> }} Lock
 */

/**
 * @param {readonly string[] | undefined} wanted npm's `os` or `cpu` field, `!name` excludes
 * @param {string} here
 */
function suits(wanted, here) {
  if (wanted === undefined || wanted.length === 0) return true;
  if (wanted.includes(`!${here}`)) return false;
  const named = wanted.filter((name) => !name.startsWith('!'));
  return named.length === 0 || named.includes(here);
}

/**
 * Whether what is installed is what the lock file says, on this system. Optional packages may be
 * absent (most are programs for other systems), but one for another system must not be there: that
 * is a node_modules carried over from elsewhere.
 *
 * @param {Lock} lock package-lock.json
 * @param {Lock} installed node_modules/.package-lock.json
 * @param {{ platform: string, arch: string }} system
 */
export function installMatches(lock, installed, { platform, arch }) {
  const wanted = Object.entries(lock.packages).filter(([path]) => path !== '');
  return (
    wanted.every(([path, entry]) => {
      const there = installed.packages[path];
      if (there === undefined) return entry.optional === true;
      return there.version === entry.version && there.integrity === entry.integrity;
    }) &&
    Object.entries(installed.packages).every(
      ([path, entry]) =>
        lock.packages[path] !== undefined && suits(entry.os, platform) && suits(entry.cpu, arch),
    )
  );
}

/** @param {string} path @returns {Lock | null} */
function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** @param {(line: string) => void} say */
export async function ensureInstalled(say) {
  const lock = readLock(join(ROOT, 'package-lock.json'));
  if (lock === null) {
    throw new Complaint(
      'package-lock.json is missing or damaged: fetch the project again, or restore the file.',
    );
  }
  const installed = readLock(join(ROOT, 'node_modules', '.package-lock.json'));
  const system = { platform: process.platform, arch: process.arch };
  if (installed !== null && installMatches(lock, installed, system)) return;
  say(
    existsSync(join(ROOT, 'node_modules'))
      ? 'Installing packages: what is there does not match package-lock.json …'
      : 'Installing packages, this once …',
  );
  const started = performance.now();
  // Everything is needed to build, whatever NODE_ENV says; no package needs its install script.
  const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  args.push('--loglevel=error');
  const npm = process.env.npm_execpath;
  const outcome = npm?.endsWith('npm-cli.js')
    ? await run(process.execPath, [npm, ...args])
    : await run('npm', args);
  if (!succeeded(outcome)) {
    throw new Complaint(
      `npm ci failed (${reasonFor(outcome)}): check the connection to the package registry and the lines above, then run the command again.`,
    );
  }
  say(`Installed in ${since(started)}.`);
}
