/**
 * The oldest Node.js the tools here run on, and the sentence for one that is older. Plain old syntax
 * and no imports: an old Node.js must be able to read this file in order to be told.
 */

/** What Vite, Vitest and Knip run on; the same range as `engines` in package.json, which a test checks. */
export const NODE_RANGE = '^20.19.0 || >=22.12.0';

/**
 * @param {string} version as in `process.versions.node`, such as `20.19.0`
 * @returns {string | null} what to tell the person, or null when the version will do
 */
export function nodeComplaint(version) {
  const numbers = version.replace(/^v/, '').split('.').map(Number);
  const major = numbers[0] || 0;
  const minor = numbers[1] || 0;
  const suits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (suits) return null;
  return (
    'AdaCos Playground needs Node.js 20.19 or newer (of version 22: 22.12 or newer) and this is ' +
    version +
    ': install the current LTS release from https://nodejs.org and run the command again.'
  );
}
