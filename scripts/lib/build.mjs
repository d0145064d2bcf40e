// @ts-check
/**
 * Builds dist/ with Vite, and knows whether the build that is there came from the sources that are
 * there: a build leaves the hash of its sources beside it. Contents, not dates, because a checkout, a
 * copy or a deleted file says nothing through its date.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { Complaint } from './complaint.mjs';
import { DIST, PROGRAMS, ROOT } from './paths.mjs';
import { reasonFor, runNode, since, succeeded } from './run.mjs';

/** The server does not hand out files whose name begins with a dot. */
const STAMP = '.built-from';
const SOURCES = ['index.html', 'package-lock.json', 'tsconfig.json', 'vite.config.ts'];
const SOURCE_FOLDERS = ['public', 'src'];

/** @param {string} path */
const isTest = (path) => /\.test\.[a-z]+$/.test(path);

/**
 * @param {string} folder
 * @returns {string[]} paths of every file below, sorted, absolute
 */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path);
      return entry.isFile() ? [path] : [];
    })
    .sort();
}

/**
 * @param {string} [root]
 * @returns {string} a hash over the names and contents of everything a build is made from
 */
export function sourcesHash(root = ROOT) {
  const files = [
    ...SOURCES.map((name) => join(root, name)).filter((path) => existsSync(path)),
    ...SOURCE_FOLDERS.flatMap((name) => filesBelow(join(root, name))).filter((p) => !isTest(p)),
  ];
  const hash = createHash('sha256');
  for (const file of files) {
    const contents = readFileSync(file);
    hash.update(`${relative(root, file).split(sep).join('/')}\0${contents.length}\0`);
    hash.update(contents);
  }
  return hash.digest('hex');
}

/** @returns {boolean} */
export function buildIsCurrent() {
  const stamp = join(DIST, STAMP);
  return (
    existsSync(join(DIST, 'index.html')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === sourcesHash()
  );
}

/** @param {(line: string) => void} say */
export async function build(say) {
  const started = performance.now();
  const hash = sourcesHash();
  const outcome = await runNode(PROGRAMS.vite, ['build', '--logLevel', 'warn']);
  if (!succeeded(outcome)) {
    throw new Complaint(`The build failed (${reasonFor(outcome)}): the lines above say where.`);
  }
  writeFileSync(join(DIST, STAMP), hash);
  say(`Built in ${since(started)}.`);
}

/** @param {(line: string) => void} say */
export async function ensureBuilt(say) {
  if (buildIsCurrent()) return;
  say('Building …');
  await build(say);
}
