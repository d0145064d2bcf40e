/**
 * A network in numbers for a person: what each layer gives, holds and costs. Costs count convolutions,
 * the embedding layer and the comparison with the class centres; element-wise work and pooling are about a
 * hundredth of that and left out, as is customary.
 */
import { parameterLayout } from './layout';
import { inferShapes, type StageShape } from './shapes';
import type { Activation, ModelSpec } from './spec';

export interface LayerDescription {
  /** Prefix of its parameters' names: `stage1`, `embedding`, `centres`; `pooling` has none. */
  readonly name: string;
  /** What it is: `conv 3×3, stride 2, ReLU`. */
  readonly detail: string;
  /** Shape for one image: `[size, size, channels]` or `[length]`. */
  readonly output: readonly number[];
  readonly parameters: number;
  /** Floating point operations for one image, forward; a multiply and an add are two. */
  readonly flops: number;
}

export interface ModelDescription {
  readonly layers: readonly LayerDescription[];
  /** Trainable parameters, class centres included. */
  readonly parameters: number;
  readonly flopsPerImage: number;
}

/**
 * Layers in order and their totals. `classes` = number of identities C.
 * @throws ModelError where the network cannot be built
 */
export function describeModel(model: ModelSpec, classes: number): ModelDescription {
  const parameters = parametersByLayer(model, classes);
  const shapes = inferShapes(model);
  const { features, embeddingSize } = shapes;
  const layer = (
    name: string,
    detail: string,
    output: readonly number[],
    flops: number,
  ): LayerDescription => ({ name, detail, output, parameters: parameters.get(name) ?? 0, flops });
  const layers = [
    ...shapes.stages.map((shape, index) =>
      layer(
        `stage${index + 1}`,
        detailOf(shape, model.activation),
        [shape.output.size, shape.output.size, shape.output.channels],
        stageFlops(shape),
      ),
    ),
    layer('pooling', poolingDetail(model), [features], 0),
    layer(
      'embedding',
      'dense, batch norm without scale',
      [embeddingSize],
      2 * features * embeddingSize,
    ),
    layer('centres', 'cosine to every class centre', [classes], 2 * embeddingSize * classes),
  ];
  return {
    layers,
    parameters: sum(layers.map((description) => description.parameters)),
    flopsPerImage: sum(layers.map(({ flops }) => flops)),
  };
}

function parametersByLayer(model: ModelSpec, classes: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { name, size } of parameterLayout(model, classes)) {
    const layer = name.split('/')[0]!;
    counts.set(layer, (counts.get(layer) ?? 0) + size);
  }
  return counts;
}

function stageFlops({ stage, input, output, projection }: StageShape): number {
  const area = output.size * output.size;
  const full = input.channels * output.channels;
  switch (stage.kind) {
    case 'conv':
      return 2 * area * 9 * full;
    case 'residual':
      return 2 * area * (9 * full + 9 * output.channels ** 2 + (projection ? full : 0));
    case 'depthwise':
      return 2 * area * (9 * input.channels + full);
    case 'pool':
      return 0;
    default:
      return stage satisfies never;
  }
}

function detailOf({ stage, projection }: StageShape, activation: Activation): string {
  const name = activation === 'prelu' ? 'PReLU' : 'ReLU';
  const shortcut = projection ? 'conv 1×1 shortcut' : 'plain shortcut';
  switch (stage.kind) {
    case 'conv':
      return `conv 3×3, stride ${stage.stride}, ${name}`;
    case 'residual':
      return `residual 2 × conv 3×3, stride ${stage.stride}, ${shortcut}, ${name}`;
    case 'depthwise':
      return `depthwise 3×3, stride ${stage.stride}, ${name}, conv 1×1, ${name}`;
    case 'pool':
      return stage.pool === 'max' ? 'max pooling 2×2' : 'average pooling 2×2';
    default:
      return stage satisfies never;
  }
}

function poolingDetail({ pooling, dropout }: ModelSpec): string {
  const kind = pooling === 'flatten' ? 'flatten' : 'average over the map';
  return dropout > 0 ? `${kind}, dropout ${dropout}` : kind;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
