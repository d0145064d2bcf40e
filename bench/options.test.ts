import { describe, expect, it } from 'vitest';
import { ARM_NAMES } from './names';
import { parseOptions, type RunOptions } from './options';
import { WORKLOAD_NAMES } from './workloads';

function run(...args: string[]): RunOptions {
  const options = parseOptions(args);
  if (options.kind !== 'run') throw new Error(`parsed as ${options.kind}`);
  return options;
}

describe('parseOptions', () => {
  it('measures everything in the browser unless told otherwise', () => {
    expect(run()).toMatchObject({
      platform: 'browser',
      hardware: false,
      arms: ARM_NAMES,
      workloads: WORKLOAD_NAMES,
      rounds: 5,
      json: null,
      write: null,
    });
  });

  it('--quick takes two workloads and fewer, shorter series', () => {
    expect(run('--quick')).toMatchObject({ workloads: ['six-layer-32', 'head-1k'], rounds: 3 });
    expect(run('--quick').seriesMs).toBeLessThan(run().seriesMs);
    expect(run('--quick', '--rounds', '7', '--workloads', 'head-10k')).toMatchObject({
      workloads: ['head-10k'],
      rounds: 7,
    });
  });

  it('takes names in the order in which they are known', () => {
    expect(run('--node', '--arms', 'pytorch-cpu,fused').arms).toEqual(['fused', 'pytorch-cpu']);
  });

  it.each([
    [['--arms', 'fused,tensorrt'], 'tensorrt'],
    [['--workloads', 'six-layer-33'], 'six-layer-33'],
    [['--rounds', '0'], '0'],
    [['--rounds', '2.5'], '2.5'],
    [['--step-limit', 'soon'], 'soon'],
    [['--write', '../elsewhere'], '../elsewhere'],
    [['--fast'], '--fast'],
    [['--json'], '--json'],
  ])('refuses %j with the offending value', (args, value) => {
    const options = parseOptions(args);
    expect(options.kind).toBe('mistake');
    expect(options).toHaveProperty('sentence', expect.stringContaining(value));
  });

  it('renders a file without measuring', () => {
    expect(parseOptions(['--render', 'a.json'])).toEqual({ kind: 'render', file: 'a.json' });
  });
});
