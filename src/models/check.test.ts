import { describe, expect, it } from 'vitest';
import { checkModel, MODEL_LIMITS } from './check';
import { ModelError } from './errors';
import { PRESETS } from './presets';
import type { ModelSpec, Stage } from './spec';

const { tiny } = PRESETS;

function withChannels(channels: number): ModelSpec {
  return { ...tiny, stages: [{ kind: 'conv', channels, stride: 2 }] };
}

describe('checkModel', () => {
  it.each(Object.values(PRESETS))('lets $name pass', (model) => {
    expect(() => checkModel(model)).not.toThrow();
  });

  it.each<[string, ModelSpec]>([
    ['input size 15', { ...tiny, inputSize: 15 }],
    ['input size 32.5', { ...tiny, inputSize: 32.5 }],
    ['input size NaN', { ...tiny, inputSize: Number.NaN }],
    ['embedding size 1', { ...tiny, embeddingSize: 1 }],
    ['embedding size 513', { ...tiny, embeddingSize: 513 }],
    ['dropout 0.95', { ...tiny, dropout: 0.95 }],
    ['dropout -0.1', { ...tiny, dropout: -0.1 }],
    ['number of stages 0', { ...tiny, stages: [] }],
    ['number of stages 25', { ...tiny, stages: new Array<Stage>(25).fill(tiny.stages[0]!) }],
    [
      'stage 1: channels 513',
      { ...tiny, stages: [{ kind: 'depthwise', channels: 513, stride: 1 }] },
    ],
    [
      'stage 6: a map of 1×1',
      { ...tiny, inputSize: 32, stages: new Array<Stage>(6).fill({ kind: 'pool', pool: 'max' }) },
    ],
    ['stage 1: channels 0', withChannels(0)],
    ['stage 1: channels 513', withChannels(513)],
    ['stage 1: channels 1.5', withChannels(1.5)],
  ])('refuses %s by name', (value, model) => {
    expect(() => checkModel(model)).toThrow(value);
    expect(() => checkModel(model)).toThrow(ModelError);
  });

  it('takes both ends of its limits', () => {
    for (const embeddingSize of MODEL_LIMITS.embeddingSize) checkModel({ ...tiny, embeddingSize });
    for (const channels of MODEL_LIMITS.channels) checkModel(withChannels(channels));
    for (const dropout of MODEL_LIMITS.dropout) checkModel({ ...tiny, dropout });
    for (const inputSize of MODEL_LIMITS.inputSize) checkModel({ ...tiny, inputSize });
  });

  it('refuses an embedding layer that no GPU binds, and says how to shrink it', () => {
    const model: ModelSpec = {
      ...tiny,
      inputSize: 112,
      stages: [{ kind: 'conv', channels: 512, stride: 1 }],
    };
    try {
      checkModel(model);
      expect.unreachable();
    } catch (error) {
      // 112² · 512 · 128
      expect(error).toMatchObject({ code: 'config/invalid' });
      expect(String(error)).toContain('822083584');
      expect(error).toHaveProperty('remedy', expect.stringContaining('average pooling'));
    }
    expect(() => checkModel({ ...model, pooling: 'average' })).not.toThrow();
  });
});
