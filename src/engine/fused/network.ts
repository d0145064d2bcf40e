/**
 * A network as a list of dispatches: the forward pass in training or inference, and the way back. It
 * names parameters as `models/layout.ts` does and knows nothing of losses.
 */
import { inferShapes, type StageShape } from '../../models/shapes';
import type { ModelSpec } from '../../models/spec';
import {
  type ConvShape,
  type ConvTile,
  convFilterGradient,
  convForward,
  convInputGradient,
  filterSplit,
  statisticsLayout,
} from './conv';
import { type GemmShape, type GemmTile, gemm, gemmSplit } from './gemm';
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
import { averagePool, dropout, type SplitSum } from './small';

export type ConvPass = 'forward' | 'input' | 'filter';

/** What depends on the device and not on the mathematics. */
export interface Choices {
  conv(pass: ConvPass, shape: ConvShape): ConvTile;
  gemm(shape: GemmShape): GemmTile;
  readonly reduction: Reduction;
  /** Parts that filter gradients are split into, at the most. */
  filterParts(shape: ConvShape): number;
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

/** One conv → batch norm (→ activation) as it ran, for the way back. */
interface Unit {
  readonly shape: ConvShape;
  /** Name of the convolution in the layout. */
  readonly conv: string;
  readonly x: Tensor;
  /** The convolution's output. */
  readonly raw: Tensor;
}

interface StageRun {
  readonly name: string;
  readonly shape: StageShape;
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
  readonly #stages: StageRun[] = [];
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
    const product = this.#denseShape('nn');
    this.#add(
      gemm('embedding/dense', product, choices.gemm(product), gemmSplit(product.k, 1), {
        a: this.#features,
        b: this.#weights('embedding/dense'),
        c: this.#dense,
      }),
    );
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
    const { gemm: tileOf, reduction } = this.#choices;
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
    const toWeights = this.#denseShape('tn');
    list.push(
      gemm('embedding/dense', toWeights, tileOf(toWeights), gemmSplit(batch, 1), {
        a: this.#features,
        b: dDense,
        c: this.#gradientOf('embedding/dense'),
      }),
    );
    const toFeatures = this.#denseShape('nt');
    const dFeatures = this.#scratch('d-features', this.#features.length);
    list.push(
      gemm('embedding/dense', toFeatures, tileOf(toFeatures), gemmSplit(toFeatures.k, 1), {
        a: dDense,
        b: this.#weights('embedding/dense'),
        c: dFeatures,
      }),
    );
    if (model.dropout > 0) list.push(this.#dropoutOf(dFeatures));
    let dMap = dFeatures;
    if (model.pooling === 'average') {
      dMap = this.#scratch('d-map', this.#map.length);
      list.push(averagePool(this.#mapShape(), { maps: dMap, vectors: dFeatures, backward: true }));
    }
    const filters = new FilterSums(this.#spec.layout, this.#choices, this.#stages.flatMap(unitsOf));
    for (const stage of [...this.#stages].reverse()) {
      dMap = this.#stageBackward(stage, dMap, filters, list);
    }
    return { dispatches: list, parts: filters.parts, sums: filters.sums };
  }

  #stage(name: string, shape: StageShape, input: Tensor): Tensor {
    const { stage, projection } = shape;
    if (stage.kind === 'conv') {
      const first = this.#unit(`${name}/conv`, `${name}/bn`, shape, input, {
        kernel: 3,
        stride: stage.stride,
        from: shape.input,
      });
      const layer = this.#layer(`${name}/bn`, `${name}/prelu`, first, { kind: 'none' });
      const output = this.#apply(layer, first);
      this.#stages.push({
        name,
        shape,
        input,
        first,
        firstNorm: layer,
        second: null,
        secondNorm: null,
        shortcut: null,
      });
      return output;
    }
    const first = this.#unit(`${name}/conv1`, `${name}/bn1`, shape, input, {
      kernel: 3,
      stride: stage.stride,
      from: shape.input,
    });
    const firstNorm = this.#layer(`${name}/bn1`, `${name}/prelu1`, first, { kind: 'none' });
    const middle = this.#apply(firstNorm, first);
    const second = this.#unit(`${name}/conv2`, `${name}/bn2`, shape, middle, {
      kernel: 3,
      stride: 1,
      from: shape.output,
    });
    const shortcut = projection
      ? this.#unit(`${name}/shortcut/conv`, `${name}/shortcut/bn`, shape, input, {
          kernel: 1,
          stride: stage.stride,
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
    this.#stages.push({ name, shape, input, first, firstNorm, second, secondNorm, shortcut });
    return output;
  }

  /** A convolution and, in training, the statistics of its batch norm. */
  #unit(
    conv: string,
    norm: string,
    { output }: StageShape,
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

  #layer(norm: string, slope: string, { shape }: Unit, shortcut: NormLayer['shortcut']): NormLayer {
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

  #apply(layer: NormLayer, unit: Unit): Tensor {
    const output = this.#scratch(`${layer.label}/out`, unit.raw.length);
    this.#add(normApply(layer, unit.raw, output, this.#norm));
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

  /** @returns the gradient of the stage's input; of no use for the first stage */
  #stageBackward(stage: StageRun, dOutput: Tensor, filters: FilterSums, list: Dispatch[]): Tensor {
    const { first, second, shortcut, firstNorm, secondNorm, input, name } = stage;
    const isFirst = stage === this.#stages[0];
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
    if (isFirst) return dOutput;
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
class FilterSums {
  readonly parts: Tensor;
  readonly sums: readonly SplitSum[];
  readonly #choices: Choices;
  readonly #places = new Map<string, SplitSum>();

  constructor(layout: Layout, choices: Choices, units: readonly Unit[]) {
    this.#choices = choices;
    let length = 0;
    for (const { conv, shape } of units) {
      const { parts } = this.#split(shape);
      const slot = layout.slots.get(conv)!;
      this.#places.set(conv, { from: length, length: slot.size, parts, to: slot.offset });
      length += ALIGNMENT * Math.ceil((slot.size * parts) / ALIGNMENT);
    }
    this.sums = [...this.#places.values()];
    this.parts = { label: 'filter parts', length, home: { kind: 'scratch' }, view: null };
  }

  dispatch({ conv, shape, x }: Unit, dy: Tensor): Dispatch {
    const { from, length, parts } = this.#places.get(conv)!;
    const tile = this.#choices.conv('filter', shape);
    return convFilterGradient(conv, shape, tile, this.#split(shape), {
      x,
      dy,
      parts: part(this.parts, `${conv} parts`, from, length * parts),
    });
  }

  #split(shape: ConvShape) {
    const tile = this.#choices.conv('filter', shape);
    return filterSplit(shape, tile, this.#choices.filterParts(shape));
  }
}
