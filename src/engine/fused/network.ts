/**
 * A network as a list of dispatches: the forward pass in training or inference, and the way back. It
 * names parameters as `models/layout.ts` does and knows nothing of losses.
 */
import { inferShapes, type StageShape } from '../../models/shapes';
import type { ModelSpec } from '../../models/spec';
import type { ConvShape } from './conv';
import type { DepthwiseChoices } from './depthwise';
import { depthwiseStage } from './depthwise-stage';
import {
  type ConvKernel,
  type ConvPass,
  convFilterGradient,
  convForward,
  convInputGradient,
  filterSplit,
  type GemmKernel,
  product,
  statisticsLayout,
} from './family';
import type { GemmShape } from './gemm';
import { ALIGNMENT, type Dispatch, padded, part, type Tensor } from './kernel';
import type { Layout } from './layout';
import {
  type NormLayer,
  type NormPlaces,
  type NormTensors,
  normApply,
  normBackward,
  normFinalise,
  type Reduction,
  vectorNorm,
  vectorNormBackward,
} from './norm';
import { poolStage } from './pool-stage';
import { averagePool, dropout, type SplitSum } from './small';
import type { BuiltStage, FilterParts, SplitFilter, StageTools, Unit } from './stage';

/** What depends on the device and not on the mathematics. */
export interface Choices {
  conv(pass: ConvPass, shape: ConvShape): ConvKernel;
  /** The kernel of a matrix product, and the parts it may be split into at the most. */
  product(shape: GemmShape): { readonly tile: GemmKernel; readonly parts: number };
  readonly reduction: Reduction;
  /** Parts that filter gradients are split into, at the most. */
  filterParts(shape: ConvShape): number;
  readonly depthwise: DepthwiseChoices;
}

export interface NetworkTensors {
  /** All parameters, padded as `Layout` says. */
  readonly parameters: Tensor;
  readonly gradient: Tensor;
  readonly norms: Tensor;
  readonly running: Tensor;
  readonly scratch: (label: string, length: number) => Tensor;
}

export interface NetworkSpec {
  readonly model: ModelSpec;
  readonly layout: Layout;
  readonly batch: number;
  /** Seeds dropout. */
  readonly seed: number;
}

/** A conv or residual stage as it ran. */
interface StageRun {
  readonly name: string;
  readonly input: Tensor;
  readonly first: Unit;
  readonly firstNorm: NormLayer;
  /** Residual stages only. */
  readonly second: Unit | null;
  readonly secondNorm: NormLayer | null;
  readonly shortcut: Unit | null;
}

export class Network {
  readonly dispatches: Dispatch[] = [];
  /** `[batch, embedding]`, not normalised, after its batch norm. */
  readonly embeddings: Tensor;
  readonly #spec: NetworkSpec;
  readonly #tensors: NetworkTensors;
  readonly #choices: Choices;
  readonly #mode: 'training' | 'inference';
  readonly #norm: NormTensors;
  readonly #stages: BuiltStage[] = [];
  readonly #map: Tensor;
  readonly #features: Tensor;
  readonly #dense: Tensor;

  /** Writes the forward pass. `images`: `[batch, inputSize, inputSize, 4]`. */
  constructor(
    spec: NetworkSpec,
    images: Tensor,
    tensors: NetworkTensors,
    choices: Choices,
    mode: 'training' | 'inference',
  ) {
    this.#spec = spec;
    this.#tensors = tensors;
    this.#choices = choices;
    this.#mode = mode;
    const { layout, model, batch } = spec;
    const { parameters, gradient, norms, running } = tensors;
    const length = layout.length - layout.vectors;
    this.#norm = {
      norms,
      running,
      vectors: part(parameters, 'vectors', layout.vectors, length),
      gradients: part(gradient, 'vector gradients', layout.vectors, length),
    };
    let map = images;
    inferShapes(model).stages.forEach((shape, index) => {
      map = this.#stage(`stage${index + 1}`, shape, map);
    });
    this.#map = map;
    this.#features = this.#pool(map);
    if (mode === 'training') this.#dropout(this.#features);
    const embedding = padded(model.embeddingSize);
    this.#dense = this.#scratch('embedding/dense', batch * embedding);
    for (const one of this.#product('nn', {
      a: this.#features,
      b: this.#weights('embedding/dense'),
      c: this.#dense,
    })) {
      this.#add(one);
    }
    this.embeddings = this.#scratch('embedding', batch * embedding);
    this.#add(this.#embeddingNorm());
  }

  /**
   * The dispatches from the embeddings' gradient back to the parameters', and the split sums among them.
   * `dEmbeddings`: `[batch, embedding]`.
   */
  backward(dEmbeddings: Tensor): {
    readonly dispatches: readonly Dispatch[];
    /** Where the parts of filter gradients are; `null` where there are none. */
    readonly parts: Tensor;
    readonly sums: readonly SplitSum[];
  } {
    const { batch, model } = this.#spec;
    const { reduction } = this.#choices;
    const list: Dispatch[] = [];
    const embedding = padded(model.embeddingSize);
    const dDense = this.#scratch('embedding/d-dense', batch * embedding);
    list.push(
      vectorNormBackward(
        this.#vectorLayer(),
        { x: this.#dense, dy: dEmbeddings, dx: dDense },
        this.#norm,
        reduction,
      ),
    );
    const dWeights = this.#gradientOf('embedding/dense');
    list.push(...this.#product('tn', { a: this.#features, b: dDense, c: dWeights }));
    const dFeatures = this.#scratch('d-features', this.#features.length);
    const weights = this.#weights('embedding/dense');
    list.push(...this.#product('nt', { a: dDense, b: weights, c: dFeatures }));
    if (model.dropout > 0) list.push(this.#dropoutOf(dFeatures));
    let dMap = dFeatures;
    if (model.pooling === 'average') {
      dMap = this.#scratch('d-map', this.#map.length);
      list.push(averagePool(this.#mapShape(), { maps: dMap, vectors: dFeatures, backward: true }));
    }
    const split = this.#stages.flatMap((stage) => stage.filters);
    const filters = new FilterSums(this.#spec.layout, this.#choices, split);
    // Before the first stage with parameters nobody wants a gradient.
    const first = this.#stages.findIndex((stage) => stage.filters.length > 0);
    for (const [index, stage] of [...this.#stages.entries()].reverse()) {
      dMap = stage.backward(dMap, filters, list, index > first ? 'input' : 'none');
    }
    return { dispatches: list, parts: filters.parts, sums: filters.sums };
  }

  #stage(name: string, shape: StageShape, input: Tensor): Tensor {
    const { stage } = shape;
    switch (stage.kind) {
      case 'conv':
        return this.#convStage(name, shape, stage.stride, input);
      case 'residual':
        return this.#residualStage(name, shape, stage.stride, input);
      case 'depthwise':
        return this.#built(depthwiseStage(name, shape, stage.stride, input, this.#tools()));
      case 'pool':
        return this.#built(poolStage(name, shape, stage, input, this.#tools()));
      default:
        return stage satisfies never;
    }
  }

  #built({ output, ...stage }: BuiltStage & { readonly output: Tensor }): Tensor {
    this.#stages.push(stage);
    return output;
  }

  #ran(run: StageRun, output: Tensor): Tensor {
    return this.#built({
      output,
      filters: unitsOf(run).map((unit) => this.#filterOf(unit)),
      backward: (dOutput, filters, list, want) =>
        this.#stageBackward(run, dOutput, filters, list, want),
    });
  }

  #tools(): StageTools {
    const { batch } = this.#spec;
    return {
      batch,
      mode: this.#mode,
      depthwise: this.#choices.depthwise,
      reduction: this.#choices.reduction,
      norms: this.#norm,
      scratch: (label, length) => this.#scratch(label, length),
      add: (dispatch) => this.#add(dispatch),
      weights: (name) => this.#weights(name),
      places: (norm) => this.#places(norm),
      layer: (norm, slope, of) => this.#layer(norm, slope, of, { kind: 'none' }),
      apply: (layer, of) => this.#apply(layer, of),
      normBack: (layer, x, dy, dx) => this.#normBack(layer, x, dy, dx, null),
      pointwise: (conv, norm, { from, to }, x) =>
        this.#unit(conv, norm, { output: to }, x, { kernel: 1, stride: 1, from }),
      filterOf: (unit) => this.#filterOf(unit),
      inputGradient: (unit, dy, dx) => this.#inputGradient(unit, dy, dx, false),
    };
  }

  #convStage(name: string, shape: StageShape, stride: 1 | 2, input: Tensor): Tensor {
    const first = this.#unit(`${name}/conv`, `${name}/bn`, shape, input, {
      kernel: 3,
      stride,
      from: shape.input,
    });
    const firstNorm = this.#layer(`${name}/bn`, `${name}/prelu`, first, { kind: 'none' });
    const output = this.#apply(firstNorm, first);
    const run = { name, input, first, firstNorm, second: null, secondNorm: null, shortcut: null };
    return this.#ran(run, output);
  }

  #residualStage(name: string, shape: StageShape, stride: 1 | 2, input: Tensor): Tensor {
    const first = this.#unit(`${name}/conv1`, `${name}/bn1`, shape, input, {
      kernel: 3,
      stride,
      from: shape.input,
    });
    const firstNorm = this.#layer(`${name}/bn1`, `${name}/prelu1`, first, { kind: 'none' });
    const middle = this.#apply(firstNorm, first);
    const second = this.#unit(`${name}/conv2`, `${name}/bn2`, shape, middle, {
      kernel: 3,
      stride: 1,
      from: shape.output,
    });
    const shortcut = shape.projection
      ? this.#unit(`${name}/shortcut/conv`, `${name}/shortcut/bn`, shape, input, {
          kernel: 1,
          stride,
          from: shape.input,
        })
      : null;
    const secondNorm = this.#layer(
      `${name}/bn2`,
      `${name}/prelu2`,
      second,
      shortcut === null
        ? { kind: 'plain', values: input }
        : {
            kind: 'normalised',
            values: shortcut.raw,
            places: this.#places(`${name}/shortcut/bn`),
          },
    );
    const output = this.#apply(secondNorm, second);
    return this.#ran({ name, input, first, firstNorm, second, secondNorm, shortcut }, output);
  }

  /** A convolution and, in training, the statistics of its batch norm. */
  #unit(
    conv: string,
    norm: string,
    { output }: Pick<StageShape, 'output'>,
    x: Tensor,
    options: {
      readonly kernel: 1 | 3;
      readonly stride: 1 | 2;
      readonly from: { readonly size: number; readonly channels: number };
    },
  ): Unit {
    const { kernel, stride, from } = options;
    const { batch } = this.#spec;
    const shape: ConvShape = {
      batch,
      inSize: from.size,
      outSize: output.size,
      inChannels: padded(from.channels),
      outChannels: padded(output.channels),
      kernel,
      stride,
    };
    const tile = this.#choices.conv('forward', shape);
    const pixels = batch * output.size * output.size;
    const raw = this.#scratch(conv, pixels * shape.outChannels);
    const layout = statisticsLayout(shape, tile);
    const statistics =
      this.#mode === 'training'
        ? this.#scratch(`${norm}/statistics`, layout.tiles * 2 * shape.outChannels)
        : null;
    this.#add(
      convForward(conv, shape, tile, { x, weights: this.#weights(conv), y: raw, statistics }),
    );
    if (statistics !== null) {
      this.#add(
        normFinalise(
          { label: norm, pixels, channels: shape.outChannels, places: this.#places(norm) },
          layout,
          statistics,
          this.#norm,
          this.#choices.reduction,
        ),
      );
    }
    return { shape, conv, x, raw };
  }

  #layer(
    norm: string,
    slope: string,
    { shape }: Parameters<StageTools['layer']>[2],
    shortcut: NormLayer['shortcut'],
  ): NormLayer {
    const { model, layout } = this.#spec;
    return {
      label: norm,
      pixels: shape.batch * shape.outSize * shape.outSize,
      channels: shape.outChannels,
      places: this.#places(norm),
      activation:
        model.activation === 'relu'
          ? 'relu'
          : { slope: layout.slots.get(slope)!.offset - layout.vectors },
      shortcut,
    };
  }

  #places(norm: string): NormPlaces {
    const { layout } = this.#spec;
    const vector = (name: string): number | null => {
      const slot = layout.slots.get(name);
      return slot === undefined ? null : slot.offset - layout.vectors;
    };
    return {
      norm: layout.running.get(norm)!.offset,
      gamma: vector(`${norm}/gamma`),
      beta: vector(`${norm}/beta`)!,
    };
  }

  #apply(layer: NormLayer, { raw }: { readonly raw: Tensor }): Tensor {
    const output = this.#scratch(`${layer.label}/out`, raw.length);
    this.#add(normApply(layer, raw, output, this.#norm));
    return output;
  }

  #pool(map: Tensor): Tensor {
    if (this.#spec.model.pooling === 'flatten') return map;
    const { batch, channels } = this.#mapShape();
    const vectors = this.#scratch('pooling', batch * channels);
    this.#add(averagePool(this.#mapShape(), { maps: map, vectors, backward: false }));
    return vectors;
  }

  #mapShape(): { batch: number; pixels: number; channels: number } {
    const { map } = inferShapes(this.#spec.model);
    return {
      batch: this.#spec.batch,
      pixels: map.size * map.size,
      channels: padded(map.channels),
    };
  }

  #dropout(features: Tensor): void {
    if (this.#spec.model.dropout > 0) this.#add(this.#dropoutOf(features));
  }

  #dropoutOf(values: Tensor): Dispatch {
    const { model, batch, seed } = this.#spec;
    const { map } = inferShapes(model);
    const pixels = model.pooling === 'flatten' ? map.size * map.size : 1;
    return dropout(
      { batch, pixels, channels: padded(map.channels) },
      { plainChannels: map.channels, rate: model.dropout, seed },
      values,
    );
  }

  /** One of the embedding layer's three products. */
  #product(mode: GemmShape['mode'], io: Parameters<typeof product>[3]): readonly Dispatch[] {
    const shape = this.#denseShape(mode);
    const scratch = (label: string, length: number): Tensor => this.#scratch(label, length);
    return product('embedding/dense', shape, this.#choices.product(shape), io, scratch);
  }

  #denseShape(mode: GemmShape['mode']): GemmShape {
    const { batch, model } = this.#spec;
    const embedding = padded(model.embeddingSize);
    const features = this.#features.length / batch;
    switch (mode) {
      case 'nn':
        return { mode, m: batch, n: embedding, k: features };
      case 'nt':
        return { mode, m: batch, n: features, k: embedding };
      case 'tn':
        return { mode, m: features, n: embedding, k: batch };
    }
  }

  #vectorLayer() {
    const { batch, model } = this.#spec;
    const { norm, beta } = this.#places('embedding/bn');
    return {
      label: 'embedding/bn',
      batch,
      channels: padded(model.embeddingSize),
      places: { norm, beta },
    };
  }

  #embeddingNorm(): Dispatch {
    const layer = this.#vectorLayer();
    if (this.#mode === 'training') {
      const { reduction } = this.#choices;
      return vectorNorm(layer, this.#dense, this.embeddings, this.#norm, reduction);
    }
    return normApply(
      {
        label: layer.label,
        pixels: layer.batch,
        channels: layer.channels,
        places: { ...layer.places, gamma: null },
        activation: 'none',
        shortcut: { kind: 'none' },
      },
      this.#dense,
      this.embeddings,
      this.#norm,
    );
  }

  #stageBackward(
    run: StageRun,
    dOutput: Tensor,
    filters: FilterParts,
    list: Dispatch[],
    want: 'input' | 'none',
  ): Tensor {
    const { first, second, shortcut, firstNorm, secondNorm, input, name } = run;
    let dMiddle = dOutput;
    let dShortcut: Tensor | null = null;
    if (second !== null && secondNorm !== null) {
      const dSecond = this.#scratch(`${second.conv}/d`, second.raw.length);
      if (shortcut !== null) {
        dShortcut = this.#scratch(`${shortcut.conv}/d`, shortcut.raw.length);
      }
      list.push(...this.#normBack(secondNorm, second.raw, dOutput, dSecond, dShortcut));
      list.push(filters.dispatch(second, dSecond));
      dMiddle = this.#scratch(`${firstNorm.label}/d`, second.x.length);
      list.push(this.#inputGradient(second, dSecond, dMiddle, false));
    }
    const dFirst = this.#scratch(`${first.conv}/d`, first.raw.length);
    list.push(...this.#normBack(firstNorm, first.raw, dMiddle, dFirst, null));
    list.push(filters.dispatch(first, dFirst));
    if (shortcut !== null && dShortcut !== null) list.push(filters.dispatch(shortcut, dShortcut));
    if (want === 'none') return dOutput;
    // What flows past a plain shortcut is already the input's gradient; the rest is added to it.
    const plain = second !== null && shortcut === null;
    const dInput = plain ? dOutput : this.#scratch(`${name}/d`, input.length);
    list.push(this.#inputGradient(first, dFirst, dInput, plain));
    if (shortcut !== null && dShortcut !== null) {
      list.push(this.#inputGradient(shortcut, dShortcut, dInput, true));
    }
    return dInput;
  }

  #normBack(
    layer: NormLayer,
    x: Tensor,
    dy: Tensor,
    dx: Tensor,
    dOther: Tensor | null,
  ): readonly Dispatch[] {
    const { scratch } = this.#tensors;
    const { reduction } = this.#choices;
    return normBackward(layer, { x, dy, dx, dOther, scratch }, this.#norm, reduction);
  }

  #inputGradient({ shape, conv }: Unit, dy: Tensor, dx: Tensor, add: boolean): Dispatch {
    const tile = this.#choices.conv('input', shape);
    return convInputGradient(conv, shape, tile, { dy, weights: this.#weights(conv), dx, add });
  }

  #filterOf({ conv, shape }: Unit): SplitFilter {
    return { conv, parts: filterSplitFor(shape, this.#choices).parts };
  }

  #weights(name: string): Tensor {
    const { offset, size } = this.#spec.layout.slots.get(name)!;
    return part(this.#tensors.parameters, name, offset, size);
  }

  #gradientOf(name: string): Tensor {
    const { offset, size } = this.#spec.layout.slots.get(name)!;
    return part(this.#tensors.gradient, `d ${name}`, offset, size);
  }

  #scratch(label: string, length: number): Tensor {
    return this.#tensors.scratch(label, length);
  }

  #add(dispatch: Dispatch): void {
    this.dispatches.push(dispatch);
  }
}

function unitsOf({ first, second, shortcut }: StageRun): readonly Unit[] {
  return [first, ...(second === null ? [] : [second]), ...(shortcut === null ? [] : [shortcut])];
}

/** Filter gradients, all split and all summed in the end by one dispatch. */
class FilterSums implements FilterParts {
  readonly parts: Tensor;
  readonly sums: readonly SplitSum[];
  readonly #choices: Choices;
  readonly #places = new Map<string, SplitSum>();

  constructor(layout: Layout, choices: Choices, filters: readonly SplitFilter[]) {
    this.#choices = choices;
    let length = 0;
    for (const { conv, parts } of filters) {
      const slot = layout.slots.get(conv)!;
      this.#places.set(conv, { from: length, length: slot.size, parts, to: slot.offset });
      length += ALIGNMENT * Math.ceil((slot.size * parts) / ALIGNMENT);
    }
    this.sums = [...this.#places.values()];
    this.parts = { label: 'filter parts', length, home: { kind: 'scratch' }, view: null };
  }

  partsOf(conv: string): Tensor {
    const { from, length, parts } = this.#places.get(conv)!;
    return part(this.parts, `${conv} parts`, from, length * parts);
  }

  dispatch({ conv, shape, x }: Unit, dy: Tensor): Dispatch {
    const tile = this.#choices.conv('filter', shape);
    const split = filterSplitFor(shape, this.#choices);
    return convFilterGradient(conv, shape, tile, split, { x, dy, parts: this.partsOf(conv) });
  }
}

function filterSplitFor(shape: ConvShape, choices: Choices) {
  return filterSplit(shape, choices.conv('filter', shape), choices.filterParts(shape));
}
