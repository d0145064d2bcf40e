/** Shapes, layouts and costs of networks against sizes worked out by hand. */
import { describe, expect, it } from 'vitest';
import { describeModel } from './describe';
import { ModelError } from './errors';
import { parameterCount, parameterLayout, runningCount, runningLayout } from './layout';
import { PRESETS, withInputSize } from './presets';
import { inferShapes, strided } from './shapes';
import type { ModelSpec } from './spec';

/** 9×9 input → conv → 5×5×4 → residual with projection → 3×3×6 → residual without → average. */
const SMALL: ModelSpec = {
  name: 'by hand',
  inputSize: 9,
  stages: [
    { kind: 'conv', channels: 4, stride: 2 },
    { kind: 'residual', channels: 6, stride: 2 },
    { kind: 'residual', channels: 6, stride: 1 },
  ],
  activation: 'prelu',
  pooling: 'average',
  dropout: 0,
  embeddingSize: 5,
};

/** 9×9 input → conv → 5×5×4 → depthwise → 3×3×6 → pool → 1×1×6 → flatten. */
const LIGHT: ModelSpec = {
  ...SMALL,
  stages: [
    { kind: 'conv', channels: 4, stride: 2 },
    { kind: 'depthwise', channels: 6, stride: 2 },
    { kind: 'pool', pool: 'max' },
  ],
  pooling: 'flatten',
};

describe('strided', () => {
  it('counts the places of a 3×3 kernel with padding 1', () => {
    for (let size = 1; size <= 40; size += 1) {
      for (const stride of [1, 2]) {
        let places = 0;
        // A place starts at −1 and must end inside the padding: start + 2 ≤ size.
        for (let start = -1; start + 2 <= size; start += stride) places += 1;
        expect(strided(size, stride)).toBe(places);
      }
    }
  });
});

describe('inferShapes', () => {
  it('follows sizes and channels through the stages', () => {
    const { stages, map, features } = inferShapes(SMALL);
    expect(stages.map(({ output }) => [output.size, output.channels])).toEqual([
      [5, 4],
      [3, 6],
      [3, 6],
    ]);
    expect(stages.map(({ projection }) => projection)).toEqual([false, true, false]);
    expect(map).toEqual({ size: 3, channels: 6 });
    expect(features).toBe(6);
    expect(inferShapes({ ...SMALL, pooling: 'flatten' }).features).toBe(54);
  });

  it('projects where only the channels change', () => {
    const stages = [
      { kind: 'conv', channels: 4, stride: 1 },
      { kind: 'residual', channels: 5, stride: 1 },
    ] as const;
    expect(inferShapes({ ...SMALL, stages }).stages[1]!.projection).toBe(true);
  });

  it('projects where only the size changes', () => {
    const stages = [
      { kind: 'conv', channels: 4, stride: 1 },
      { kind: 'residual', channels: 4, stride: 2 },
    ] as const;
    expect(inferShapes({ ...SMALL, stages }).stages[1]!.projection).toBe(true);
  });

  it('lets depthwise stages change channels and pooling halve the map, an odd border left out', () => {
    const { stages, features } = inferShapes(LIGHT);
    expect(stages.map(({ output }) => [output.size, output.channels])).toEqual([
      [5, 4],
      [3, 6],
      [1, 6],
    ]);
    expect(stages.some(({ projection }) => projection)).toBe(false);
    expect(features).toBe(6);
  });

  it('refuses to pool a single pixel, and says which stage does', () => {
    const stages = [...LIGHT.stages, { kind: 'pool', pool: 'average' }] as const;
    expect(() => inferShapes({ ...LIGHT, stages })).toThrow('stage 4: a map of 1×1');
    expect(() => inferShapes({ ...LIGHT, stages })).toThrow(ModelError);
  });

  it.each([0, -1, 2.5, Number.NaN])('refuses %s channels by name', (channels) => {
    const stages = [{ kind: 'conv', channels, stride: 1 }] as const;
    expect(() => inferShapes({ ...SMALL, stages })).toThrow(`stage 1: channels ${channels}`);
    expect(() => inferShapes({ ...SMALL, stages })).toThrow(ModelError);
  });
});

describe('parameterLayout', () => {
  const slots = parameterLayout(SMALL, 7);

  it('lists stages, embedding and class centres in order', () => {
    expect(slots.map(({ name, shape }) => `${name} ${shape.join('×')}`)).toEqual([
      'stage1/conv 3×3×3×4',
      'stage1/bn/gamma 4',
      'stage1/bn/beta 4',
      'stage1/prelu 4',
      'stage2/conv1 3×3×4×6',
      'stage2/bn1/gamma 6',
      'stage2/bn1/beta 6',
      'stage2/prelu1 6',
      'stage2/conv2 3×3×6×6',
      'stage2/bn2/gamma 6',
      'stage2/bn2/beta 6',
      'stage2/shortcut/conv 1×1×4×6',
      'stage2/shortcut/bn/gamma 6',
      'stage2/shortcut/bn/beta 6',
      'stage2/prelu2 6',
      'stage3/conv1 3×3×6×6',
      'stage3/bn1/gamma 6',
      'stage3/bn1/beta 6',
      'stage3/prelu1 6',
      'stage3/conv2 3×3×6×6',
      'stage3/bn2/gamma 6',
      'stage3/bn2/beta 6',
      'stage3/prelu2 6',
      'embedding/dense 6×5',
      'embedding/bn/beta 5',
      'centres 5×7',
    ]);
  });

  it('lists a depthwise stage’s two convolutions with a norm and slopes each, and nothing for pooling', () => {
    const light = parameterLayout(LIGHT, 7);
    expect(light.slice(4).map(({ name, shape }) => `${name} ${shape.join('×')}`)).toEqual([
      'stage2/depthwise 3×3×4',
      'stage2/bn1/gamma 4',
      'stage2/bn1/beta 4',
      'stage2/prelu1 4',
      'stage2/pointwise 1×1×4×6',
      'stage2/bn2/gamma 6',
      'stage2/bn2/beta 6',
      'stage2/prelu2 6',
      'embedding/dense 6×5',
      'embedding/bn/beta 5',
      'centres 5×7',
    ]);
    expect(light[4]).toMatchObject({ kind: 'depthwise', fanIn: 9, decay: false });
    expect(light[8]).toMatchObject({ kind: 'conv', fanIn: 4, decay: true });
  });

  it('leaves the slopes out for ReLU', () => {
    const relu = parameterLayout({ ...SMALL, activation: 'relu' }, 7);
    expect(relu.filter(({ kind }) => kind === 'prelu')).toEqual([]);
    expect(relu).toHaveLength(slots.length - 5);
  });

  it('has no gaps and no overlaps', () => {
    let end = 0;
    for (const { offset, size, shape } of slots) {
      expect(offset).toBe(end);
      expect(size).toBe(shape.reduce((product, length) => product * length));
      end += size;
    }
    expect(parameterCount(SMALL, 7)).toBe(end);
  });

  it('decays kernels, the embedding layer and class centres only', () => {
    const decaying = new Set(slots.filter(({ decay }) => decay).map(({ kind }) => kind));
    expect([...decaying].sort()).toEqual(['centres', 'conv', 'dense']);
    expect(slots.filter(({ kind, decay }) => decaying.has(kind) && !decay)).toEqual([]);
  });

  it('knows how many inputs an output sums over', () => {
    const fanIn = new Map(slots.map((slot) => [slot.name, slot.fanIn]));
    expect(fanIn.get('stage1/conv')).toBe(27);
    expect(fanIn.get('stage2/shortcut/conv')).toBe(4);
    expect(fanIn.get('embedding/dense')).toBe(6);
    expect(fanIn.get('centres')).toBe(5);
    expect(fanIn.get('stage1/bn/gamma')).toBeNull();
  });

  it.each([0, 1.5, Number.NaN])('refuses %s identities', (classes) => {
    expect(() => parameterLayout(SMALL, classes)).toThrow(ModelError);
  });
});

describe('runningLayout', () => {
  it('lists batch norms in the order of their parameters, two numbers a channel', () => {
    const layout = runningLayout(SMALL);
    expect(layout.map(({ name, offset }) => `${name} ${offset}`)).toEqual([
      'stage1/bn 0',
      'stage2/bn1 8',
      'stage2/bn2 20',
      'stage2/shortcut/bn 32',
      'stage3/bn1 44',
      'stage3/bn2 56',
      'embedding/bn 68',
    ]);
    expect(runningCount(SMALL)).toBe(78);
    expect(runningLayout(LIGHT).map(({ name, offset }) => `${name} ${offset}`)).toEqual([
      'stage1/bn 0',
      'stage2/bn1 8',
      'stage2/bn2 16',
      'embedding/bn 28',
    ]);
    const betas = parameterLayout(SMALL, 7).filter(({ kind }) => kind === 'beta');
    expect(betas.map(({ name }) => name.replace('/beta', ''))).toEqual(layout.map((l) => l.name));
  });
});

describe('describeModel', () => {
  it('gives each layer its output, parameters and operations', () => {
    expect(
      describeModel(SMALL, 7).layers.map(({ name, output, parameters, flops }) => [
        name,
        output.join('×'),
        parameters,
        flops,
      ]),
    ).toEqual([
      ['stage1', '5×5×4', 108 + 12, 2 * 25 * 108],
      ['stage2', '3×3×6', 216 + 324 + 24 + 48, 2 * 9 * (216 + 324 + 24)],
      ['stage3', '3×3×6', 324 + 324 + 36, 2 * 9 * (324 + 324)],
      ['pooling', '6', 0, 0],
      ['embedding', '5', 30 + 5, 2 * 30],
      ['centres', '7', 35, 2 * 35],
    ]);
  });

  it('counts a depthwise filter once for each channel, and pooling as free', () => {
    const layers = describeModel(LIGHT, 7).layers.slice(1, 3);
    expect(layers.map(({ detail, parameters, flops }) => [detail, parameters, flops])).toEqual([
      ['depthwise 3×3, stride 2, PReLU, conv 1×1, PReLU', 36 + 24 + 12 + 18, 2 * 9 * (36 + 24)],
      ['max pooling 2×2', 0, 0],
    ]);
  });

  it.each(Object.values(PRESETS))('totals of $name are the sums and the layout', (model) => {
    const { layers, parameters, flopsPerImage } = describeModel(model, 40);
    expect(parameters).toBe(parameterCount(model, 40));
    expect(flopsPerImage).toBe(layers.reduce((sum, { flops }) => sum + flops, 0));
  });
});

describe('presets', () => {
  it('tiny has the size worked out by hand', () => {
    const convolutions = 9 * (3 * 16 + 16 * 16 + 16 * 32 + 32 * 32 + 32 * 64 + 64 * 64);
    const norms = 2 * (16 + 16 + 32 + 32 + 64 + 64);
    const embedding = 4 * 4 * 64 * 128 + 128;
    expect(parameterCount(PRESETS.tiny, 40)).toBe(convolutions + norms + embedding + 128 * 40);
    const area = [16, 16, 8, 8, 4, 4].map((size) => size * size);
    const kernels = [27 * 16, 144 * 16, 144 * 32, 288 * 32, 288 * 64, 576 * 64];
    const conv = kernels.reduce((sum, kernel, index) => sum + 2 * area[index]! * kernel, 0);
    expect(describeModel(PRESETS.tiny, 40).flopsPerImage).toBe(
      conv + 2 * 1024 * 128 + 2 * 128 * 40,
    );
  });

  it.each([
    ['tiny', 4],
    ['small', 4],
    ['res', 7],
    ['mobile', 4],
  ] as const)('%s ends in a map of %i', (name, size) => {
    expect(inferShapes(PRESETS[name]).map.size).toBe(size);
  });

  it('res has about a million parameters', () => {
    const count = parameterCount(PRESETS.res, 1);
    expect(count).toBeGreaterThan(0.8e6);
    expect(count).toBeLessThan(1.2e6);
  });

  it('take another input size; only the embedding layer follows', () => {
    const wide = withInputSize(PRESETS.tiny, 64);
    expect(wide.inputSize).toBe(64);
    const [narrowSlots, wideSlots] = [PRESETS.tiny, wide].map((model) => parameterLayout(model, 9));
    narrowSlots!.forEach((slot, index) => {
      const other = wideSlots![index]!;
      if (slot.name === 'embedding/dense') expect(other.shape).toEqual([4096, 128]);
      else expect(other.shape).toEqual(slot.shape);
    });
    expect(PRESETS.tiny.inputSize).toBe(32);
  });
});
