import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FoundBox } from '../data/align/landmarks';
import type { Point } from '../data/align/similarity';
import { startBackend } from './alignBackend';
import type { AlignBackend } from './aligner';
import { type FaceNets, LANDMARK_INPUT, loadNets } from './alignNets';

/** Waves of three frequencies: something to see everywhere, the same on every machine. */
function waves(side: number): Uint8Array {
  return Uint8Array.from({ length: side * side * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    const [x, y] = [pixel % side, Math.floor(pixel / side)];
    return 128 + 100 * Math.sin(x / (5 + (at % 3)) + 0.7 * Math.cos(y / 9));
  });
}

interface Outcome {
  readonly points: readonly Point[];
  readonly boxes: readonly FoundBox[];
}

const outcomes = new Map<AlignBackend, Outcome>();

describe.each(['wasm', 'cpu'] as const)('the networks on %s', (backend) => {
  let nets: FaceNets;
  beforeAll(async () => {
    expect(await startBackend([backend])).toBe(backend);
    nets = await loadNets();
  });

  test('give 68 finite points, and boxes with scores', async () => {
    const points = await nets.landmarks(waves(LANDMARK_INPUT));
    expect(points).toHaveLength(68);
    // Nothing is sure here: a score of nearly nothing lets boxes through to look at.
    const boxes = await nets.locate(waves(64), 64, 1e-5);
    expect(boxes.length).toBeGreaterThan(0);
    for (const value of [...points, ...boxes].flatMap((one) => Object.values(one))) {
      expect(Number.isFinite(value)).toBe(true);
    }
    for (const { score } of boxes) expect(score).toBeLessThanOrEqual(1);
    outcomes.set(backend, { points, boxes });
  });

  test('keep no tensor of what they have seen', async () => {
    const { numTensors } = tf.memory();
    for (let time = 0; time < 3; time += 1) {
      await nets.landmarks(waves(LANDMARK_INPUT));
      await nets.locate(waves(64), 64, 1e-5);
    }
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

test('both backends see the same', () => {
  const [wasm, cpu] = [outcomes.get('wasm'), outcomes.get('cpu')];
  if (wasm === undefined || cpu === undefined) throw new Error('both have run before');
  expect(wasm.boxes).toHaveLength(cpu.boxes.length);
  const values = ({ points, boxes }: Outcome) =>
    [...points, ...boxes].flatMap((one) => Object.values(one));
  const others = values(cpu);
  for (const [at, value] of values(wasm).entries()) {
    expect(Math.abs(value - others[at]!)).toBeLessThan(0.02);
  }
});
