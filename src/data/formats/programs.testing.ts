/**
 * Files written by other programs, for tests of what reads them. A test that needs one is skipped by
 * name where the program is missing.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function hasProgram(name: string, ...parameters: readonly string[]): boolean {
  try {
    execFileSync(name, parameters.length === 0 ? ['--version'] : parameters, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export function hasPython(...modules: readonly string[]): boolean {
  return hasProgram('python3', '-c', ['0', ...modules.map((name) => `import ${name}`)].join('\n'));
}

/** A folder for one test file: programs write into it. */
export class Workshop {
  readonly #folder = mkdtempSync(join(tmpdir(), 'formats-'));

  /** Runs a program in the folder and returns what it printed. */
  run(program: string, ...parameters: readonly string[]): string {
    return execFileSync(program, parameters, { cwd: this.#folder, encoding: 'utf8' });
  }

  python(script: string): string {
    return this.run('python3', '-c', script);
  }

  bytes(name: string): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(readFileSync(join(this.#folder, name)));
  }

  /** Every file, by name, in base64. */
  contents(): Record<string, string> {
    const names = readdirSync(this.#folder);
    return Object.fromEntries(
      names.map((name) => [name, readFileSync(join(this.#folder, name), 'base64')]),
    );
  }

  blob(name: string): Blob {
    return new Blob([this.bytes(name)]);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
