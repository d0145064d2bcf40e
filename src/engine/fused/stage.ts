/**
 * What the stages of a network have in common: the tools their builders get from the network they are a
 * part of, and what they leave for the way back.
 */
import type { MapShape } from '../../models/shapes';
import type { ConvShape } from './conv';
import type { DepthwiseChoices } from './depthwise';
import type { ConvKernel, ConvPass } from './family';
import type { Dispatch, Tensor } from './kernel';
import type { NormLayer, NormPlaces, NormTensors, Reduction } from './norm';
import type { MapStorage } from './storage';

/** What the device decides about stages; the mathematics is the same whatever it says. */
export interface StageChoices {
  conv(pass: ConvPass, shape: ConvShape): ConvKernel;
  /** Parts that filter gradients are split into, at the most. */
  filterParts(shape: ConvShape): number;
  readonly depthwise: DepthwiseChoices;
  readonly reduction: Reduction;
  /** How maps and their gradients are stored. */
  readonly maps: MapStorage;
}

/** One conv → batch norm (→ activation) as it ran, for the way back. */
export interface Unit {
  readonly shape: ConvShape;
  /** Name of the convolution in the layout. */
  readonly conv: string;
  readonly x: Tensor;
  /** The convolution's output. */
  readonly raw: Tensor;
}

/** A filter whose gradient is split, and into how many parts. */
export interface SplitFilter {
  /** Name of the filter in the layout. */
  readonly conv: string;
  readonly parts: number;
}

/** Where the parts of filter gradients go. */
export interface FilterParts {
  /** `[parts, …filter]` of a filter named among a stage's `filters`. */
  partsOf(conv: string): Tensor;
  /** The filter gradient of a convolution from that of its output. */
  dispatch(unit: Unit, dy: Tensor): Dispatch;
}

export interface BuiltStage {
  readonly output: Tensor;
  /** None where a stage has no parameters. */
  readonly filters: readonly SplitFilter[];
  /**
   * Appends the way back from the gradient of the stage's output, which it may overwrite.
   * @param want whether the gradient of the stage's input is of use to anyone
   * @returns that gradient, or where nobody wants it anything
   */
  backward(dOutput: Tensor, filters: FilterParts, list: Dispatch[], want: 'input' | 'none'): Tensor;
}

/** What follows the stages: it has no filters, and the gradient of its input is always wanted. */
export interface BuiltLayer {
  readonly output: Tensor;
  /** Appends the way back from the output's gradient, which it may overwrite, to the input's. */
  backward(dOutput: Tensor, list: Dispatch[]): Tensor;
}

export interface StageTools {
  readonly batch: number;
  readonly mode: 'training' | 'inference';
  readonly depthwise: DepthwiseChoices;
  readonly reduction: Reduction;
  readonly norms: NormTensors;
  /** Of float32. */
  scratch(label: string, length: number): Tensor;
  /** What a stage leaves for others and for the way back: stored as the engine was asked to. */
  map(label: string, length: number): Tensor;
  /** The gradient of such a map. */
  dMap(label: string, length: number): Tensor;
  /** Appends to the forward pass. */
  add(dispatch: Dispatch): void;
  /** A parameter by its name in the layout. */
  weights(name: string): Tensor;
  /** Where the gradient of a parameter goes that is no filter: those go to `FilterParts`. */
  gradient(name: string): Tensor;
  places(norm: string): NormPlaces;
  /** Appends a convolution and, in training, the statistics of its batch norm. */
  convolution(conv: string, norm: string, shape: ConvolutionShape, x: Tensor): Unit;
  /** A batch norm and the network's activation after it; `slope` names that of a PReLU. */
  layer(
    norm: string,
    slope: string,
    of: { readonly shape: Pick<ConvShape, 'batch' | 'outSize' | 'outChannels'> },
    shortcut?: NormLayer['shortcut'],
  ): NormLayer;
  /** Appends batch norm, shortcut and activation of `raw`; gives their output. */
  apply(layer: NormLayer, of: { readonly raw: Tensor }): Tensor;
  /**
   * Back from the gradient of a layer's output to that of its input.
   * @param dOther where the gradient of a normalised shortcut goes
   */
  normBack(
    layer: NormLayer,
    x: Tensor,
    dy: Tensor,
    dx: Tensor,
    dOther?: Tensor | null,
  ): readonly Dispatch[];
  /** The filter of a convolution as it will be split. */
  filterOf(unit: Unit): SplitFilter;
  /**
   * Gradient of a convolution's input.
   * @param mode whether it takes the place of what `dx` holds or is added to it
   */
  inputGradient(unit: Unit, dy: Tensor, dx: Tensor, mode?: 'write' | 'add'): Dispatch;
}

export interface ConvolutionShape {
  readonly kernel: 1 | 3;
  readonly stride: 1 | 2;
  readonly from: MapShape;
  readonly to: MapShape;
}
