/**
 * Files for tests as NumPy writes them, from whichever interpreters are installed: NumPy 1 and 2 name
 * what they pickle differently. Tests that need them are skipped by name where there is none.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Python {
  readonly command: string;
  /** `1.24.2`, for example. */
  readonly numpy: string;
}

function withNumpy(command: string): Python | null {
  const script = 'import numpy; print(numpy.__version__)';
  const { status, stdout } = spawnSync(command, ['-c', script], { encoding: 'utf8' });
  return status === 0 ? { command, numpy: stdout.trim() } : null;
}

/** Interpreters on the path that have NumPy, one for each of its major versions. */
export function pythonsWithNumpy(): Python[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const commands = folders.map((folder) => join(folder, 'python3')).filter(existsSync);
  const found = new Map<string, Python>();
  for (const command of commands) {
    const python = withNumpy(command);
    const major = python?.numpy.split('.')[0];
    if (python !== null && major !== undefined && !found.has(major)) found.set(major, python);
    if (found.size === 2) break;
  }
  return [...found.values()];
}

export interface WrittenFiles {
  blob(name: string): Blob;
  bytes(name: string): Uint8Array<ArrayBuffer>;
  /** Deletes the files. */
  remove(): void;
}

/**
 * Runs a script with a folder of its own as `sys.argv[1]`, and gives access to what it wrote there.
 *
 * @throws Error with what Python says
 */
export function filesFrom({ command }: Python, script: string): WrittenFiles {
  const folder = mkdtempSync(join(tmpdir(), 'formats-'));
  const remove = () => rmSync(folder, { recursive: true });
  const { status, stderr } = spawnSync(command, ['-', folder], { input: script, encoding: 'utf8' });
  if (status !== 0) {
    remove();
    throw new Error(`${command} failed: ${stderr}`);
  }
  const bytes = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
  return { bytes, blob: (name) => new Blob([bytes(name)]), remove };
}
