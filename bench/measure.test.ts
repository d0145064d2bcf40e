import { describe, expect, it } from 'vitest';
import { measureWorkload, type OpenArm } from './measure';
import type { ArmName } from './names';
import { workload } from './workloads';

/** An arm whose steps take `stepMs` on a clock of its own; everything it is asked goes into `log`. */
function scripted(name: ArmName, stepMs: number, log: string[], failsIn = Infinity): OpenArm {
  let asked = 0;
  return {
    name,
    prepare: async () => ({ kind: 'ready', firstLoss: 3.5, versions: { [name]: '1' } }),
    async series(steps) {
      asked += 1;
      log.push(`${name} ${steps}`);
      if (asked >= failsIn) return { kind: 'failed', reason: 'the device was lost' };
      const wallMs = steps * stepMs;
      return { kind: 'series', wallMs, jsMs: steps, dispatches: 7 * steps, peakGpuBytes: null };
    },
    async close() {
      log.push(`${name} closed`);
    },
  };
}

const SMALL = workload('head-1k');
const OPTIONS = {
  rounds: 3,
  seriesMs: 100,
  stepLimitMs: 1000,
  deadlineMs: null,
  say: () => undefined,
};

describe('measureWorkload', () => {
  it('interleaves the arms, each beginning a round in turn, in series of about the same length', async () => {
    const log: string[] = [];
    const { report } = await measureWorkload(
      SMALL,
      ['tfjs-webgpu', 'tfjs-wasm'],
      async (name) => scripted(name, name === 'tfjs-wasm' ? 25 : 300, log),
      OPTIONS,
    );
    expect(log.slice(-8)).toEqual([
      'tfjs-webgpu 1',
      'tfjs-wasm 4',
      'tfjs-wasm 4',
      'tfjs-webgpu 1',
      'tfjs-webgpu 1',
      'tfjs-wasm 4',
      'tfjs-webgpu closed',
      'tfjs-wasm closed',
    ]);
    expect(
      report.arms.map(({ name, stepMs, jsMs, dispatches }) => [name, stepMs, jsMs, dispatches]),
    ).toEqual([
      ['tfjs-webgpu', 300, 1, 7],
      ['tfjs-wasm', 25, 1, 7],
    ]);
  });

  it('lists an arm that does not open or fails in mid-run, with the reason, and goes on', async () => {
    const log: string[] = [];
    const { report, versions } = await measureWorkload(
      SMALL,
      ['fused', 'tfjs-webgpu', 'tfjs-wasm'],
      async (name) => {
        if (name === 'fused') throw new Error('not built yet');
        return scripted(name, 50, log, name === 'tfjs-webgpu' ? 4 : Infinity);
      },
      OPTIONS,
    );
    expect(report.unavailable).toEqual([
      { name: 'fused', reason: 'not built yet' },
      { name: 'tfjs-webgpu', reason: 'the device was lost' },
    ]);
    expect(report.arms.map(({ name }) => name)).toEqual(['tfjs-wasm']);
    expect(versions).toEqual({ 'tfjs-webgpu': '1', 'tfjs-wasm': '1' });
    expect(log.filter((line) => line.endsWith('closed'))).toHaveLength(2);
  });

  it('leaves rounds out that come too late, but takes two', async () => {
    const log: string[] = [];
    await measureWorkload(SMALL, ['tfjs-webgl'], async (name) => scripted(name, 50, log), {
      ...OPTIONS,
      rounds: 9,
      deadlineMs: 0,
    });
    // Two to find the length of a series, two rounds.
    expect(log).toEqual([
      'tfjs-webgl 1',
      'tfjs-webgl 2',
      'tfjs-webgl 2',
      'tfjs-webgl 2',
      'tfjs-webgl closed',
    ]);
  });

  it('gives up an arm that does not answer in time', async () => {
    const silent: OpenArm = {
      ...scripted('tfjs-webgl', 1, []),
      prepare: () => new Promise(() => undefined),
    };
    const { report } = await measureWorkload(SMALL, ['tfjs-webgl'], async () => silent, {
      ...OPTIONS,
      stepLimitMs: 10,
    });
    expect(report.unavailable).toEqual([{ name: 'tfjs-webgl', reason: 'no answer within 0 s' }]);
  });
});
