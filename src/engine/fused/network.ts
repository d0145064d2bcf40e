/**
 * A network as a list of dispatches: stages → pooling → dropout → embedding, in training or inference, and
 * the way back. It names parameters as `models/layout.ts` does and knows nothing of losses.
 */
import { inferShapes, type StageShape } from '../../models/shapes';
import { convStage } from './conv-stage';
import { depthwiseStage } from './depthwise-stage';
import { embeddingLayer, type ProductChoices } from './embedding-layer';
import { dropoutLayer, poolingLayer } from './features';
import { FilterSums } from './filter-sums';
import type { Dispatch, Tensor } from './kernel';
import type { Layout } from './layout';
import { poolStage } from './pool-stage';
import { residualStage } from './residual-stage';
import type { SplitSum } from './small';
import type { BuiltLayer, BuiltStage, StageChoices, StageTools } from './stage';
import { type NetworkSpec, type NetworkTensors, stageTools } from './stage-tools';

/** What depends on the device and not on the mathematics. */
export interface Choices extends StageChoices, ProductChoices {}

export class Network {
  /** The forward pass. */
  readonly dispatches: Dispatch[] = [];
  /** `[batch, embedding]`, not normalised, after its batch norm. */
  readonly embeddings: Tensor;
  readonly #layout: Layout;
  readonly #choices: Choices;
  readonly #stages: readonly BuiltStage[];
  readonly #pooling: BuiltLayer;
  readonly #dropout: BuiltLayer;
  readonly #embedding: BuiltLayer;

  /** Writes the forward pass. `images`: `[batch, inputSize, inputSize, 4]`. */
  constructor(
    spec: NetworkSpec,
    images: Tensor,
    tensors: NetworkTensors,
    choices: Choices,
    mode: 'training' | 'inference',
  ) {
    this.#layout = spec.layout;
    this.#choices = choices;
    const { model } = spec;
    const { stages, map } = inferShapes(model);
    const tools = stageTools(spec, tensors, choices, mode, (one) => this.dispatches.push(one));
    let x = images;
    this.#stages = stages.map((shape, index) => {
      const stage = buildStage(`stage${index + 1}`, shape, x, tools);
      x = stage.output;
      return stage;
    });
    this.#pooling = poolingLayer(model.pooling, map, x, tools);
    this.#dropout = dropoutLayer(spec, map, this.#pooling.output, tools);
    const features = this.#dropout.output;
    this.#embedding = embeddingLayer(model.embeddingSize, features, tools, choices);
    this.embeddings = this.#embedding.output;
  }

  /**
   * The dispatches from the embeddings' gradient back to the parameters', and the split sums among them.
   * `dEmbeddings`: `[batch, embedding]`.
   */
  backward(dEmbeddings: Tensor): {
    readonly dispatches: readonly Dispatch[];
    /** Where the parts of filter gradients are; of length 0 where there are none. */
    readonly parts: Tensor;
    readonly sums: readonly SplitSum[];
  } {
    const list: Dispatch[] = [];
    const dFeatures = this.#embedding.backward(dEmbeddings, list);
    const dPooled = this.#dropout.backward(dFeatures, list);
    let dMap = this.#pooling.backward(dPooled, list);
    // How all filters are split must be known before the first of them gets its place.
    const split = this.#stages.flatMap((stage) => stage.filters);
    const filters = new FilterSums(this.#layout, this.#choices, split);
    // Before the first stage with parameters nobody wants a gradient.
    const first = this.#stages.findIndex((stage) => stage.filters.length > 0);
    for (const [index, stage] of [...this.#stages.entries()].reverse()) {
      dMap = stage.backward(dMap, filters, list, index > first ? 'input' : 'none');
    }
    return { dispatches: list, parts: filters.parts, sums: filters.sums };
  }
}

function buildStage(name: string, shape: StageShape, x: Tensor, tools: StageTools): BuiltStage {
  const { stage } = shape;
  switch (stage.kind) {
    case 'conv':
      return convStage(name, shape, stage.stride, x, tools);
    case 'residual':
      return residualStage(name, shape, stage.stride, x, tools);
    case 'depthwise':
      return depthwiseStage(name, shape, stage.stride, x, tools);
    case 'pool':
      return poolStage(name, shape, stage, x, tools);
    default:
      return stage satisfies never;
  }
}
