/** Which version of a package is installed here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/paths.mjs';

/** Read from its description on disk: not every package lets it be imported. */
export function packageVersion(name: string): string {
  const text = readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
  // A package's description always has a version.
  return (JSON.parse(text) as { version: string }).version;
}
