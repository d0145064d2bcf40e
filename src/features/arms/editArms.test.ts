import { describe, expect, it } from 'vitest';
import type { ArmConfig } from '../../training/config';
import { DEFAULT_ARMS } from '../../training/defaults';
import {
  ASPECTS,
  addArm,
  freeId,
  hyperChange,
  removeArm,
  replaceArm,
  suggestCopy,
  withClipNorm,
} from './editArms';
import { differences } from './rows';

const [A, B] = DEFAULT_ARMS as readonly [ArmConfig, ArmConfig];
const CONSTANT: ArmConfig = { ...A, loss: { kind: 'normalised-softmax', scale: 30 } };

describe('hyperChange', () => {
  it('moves learning rate, constant s and cap angle while training', () => {
    expect(hyperChange(A, { ...A, learningRate: 0.1 })).toEqual({
      kind: 'learning-rate',
      value: 0.1,
    });
    const moved: ArmConfig = { ...CONSTANT, loss: { kind: 'normalised-softmax', scale: 16 } };
    expect(hyperChange(CONSTANT, moved)).toEqual({ kind: 'fixed-scale', value: 16 });
    if (B.loss.kind !== 'dynamic-adacos') throw new Error('arm B is dynamic by default');
    const wider: ArmConfig = { ...B, loss: { ...B.loss, capAngleRad: 1 } };
    expect(hyperChange(B, wider)).toEqual({ kind: 'cap-angle', valueRad: 1 });
  });

  it('lets the scale of a fixed AdaCos arm move, which makes it a normalised softmax', () => {
    const loss = { kind: 'normalised-softmax', scale: 9 } as const;
    expect(hyperChange(A, { ...A, loss })).toEqual({ kind: 'fixed-scale', value: 9 });
  });

  it('restarts for everything else', () => {
    if (B.loss.kind !== 'dynamic-adacos') throw new Error('arm B is dynamic by default');
    const restarts: readonly (readonly [ArmConfig, ArmConfig])[] = [
      [CONSTANT, A],
      [A, { ...A, loss: B.loss }],
      [B, { ...B, loss: { ...B.loss, guard: 'paper-exact' } }],
      [B, { ...B, loss: { ...B.loss, firstStep: 'reference', capAngleRad: 1 } }],
      [A, { ...A, optimiser: { kind: 'sgd', momentum: 0, weightDecay: 0 } }],
      [A, { ...A, schedule: { kind: 'constant', warmupSteps: 10 } }],
      [A, { ...A, learningRate: 0.1, schedule: { kind: 'constant', warmupSteps: 10 } }],
      [CONSTANT, { ...CONSTANT, learningRate: 1, loss: { kind: 'normalised-softmax', scale: 1 } }],
    ];
    for (const [before, after] of restarts) expect(hyperChange(before, after)).toBeNull();
  });

  it('is no change where nothing changed', () => {
    expect(hyperChange(A, { ...A })).toBeNull();
  });
});

describe('the list', () => {
  it('keeps at least one arm', () => {
    expect(removeArm(DEFAULT_ARMS, 'A')).toEqual([B]);
    expect(removeArm([B], 'B')).toEqual([B]);
  });

  it('gives the first free letter and keeps their order', () => {
    expect(freeId(DEFAULT_ARMS)).toBe('C');
    expect(freeId([B])).toBe('A');
    expect(addArm([B], { ...A }).map(({ id }) => id)).toEqual(['A', 'B']);
    const four = addArm(addArm(DEFAULT_ARMS, { ...A, id: 'D' }), { ...A, id: 'C' });
    expect(four.map(({ id }) => id)).toEqual(['A', 'B', 'C', 'D']);
    expect(freeId(four)).toBeNull();
  });

  it('replaces by letter', () => {
    expect(replaceArm(DEFAULT_ARMS, { ...B, learningRate: 1 })).toEqual([
      A,
      { ...B, learningRate: 1 },
    ]);
  });
});

describe('withClipNorm', () => {
  it('leaves the field out where nothing is clipped, as in every older link', () => {
    const clipped = withClipNorm(A.optimiser, 1.5);
    expect(clipped).toEqual({ ...A.optimiser, clipNorm: 1.5 });
    expect(withClipNorm(clipped, 0)).toStrictEqual(A.optimiser);
    expect(hyperChange(A, { ...A, optimiser: clipped })).toBeNull();
  });
});

describe('suggestCopy', () => {
  it.each(ASPECTS)('differs from its source in one thing: %s', (aspect) => {
    for (const source of [
      A,
      B,
      CONSTANT,
      { ...A, schedule: { kind: 'cosine', warmupSteps: 1, totalSteps: 9 } } as const,
    ]) {
      const copy = suggestCopy(source, 'C', aspect);
      expect(copy.id).toBe('C');
      const keys = (Object.keys(copy) as (keyof ArmConfig)[]).filter(
        (key) => key !== 'id' && JSON.stringify(copy[key]) !== JSON.stringify(source[key]),
      );
      expect(keys).toEqual([aspect]);
      expect(differences([source, copy]).size).toBeGreaterThan(0);
    }
  });
});
