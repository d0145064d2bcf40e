/**
 * The tools a network hands to the builders of its stages: they find parameters by the names of
 * `models/layout.ts`, ask the device for its kernels and append to the forward pass, so that a stage says
 * only what follows what.
 */
import type { ModelSpec } from '../../models/spec';
import type { ConvShape } from './conv';
import { convForward, convInputGradient, statisticsLayout } from './family';
import { splitFilter } from './filter-sums';
import { type Dispatch, padded, part, type Tensor } from './kernel';
import type { Layout } from './layout';
import { type NormPlaces, type NormTensors, normApply, normBackward, normFinalise } from './norm';
import type { ConvolutionShape, StageChoices, StageTools, Unit } from './stage';
import type { Storage } from './storage';

export interface NetworkTensors {
  /** All parameters, padded as `Layout` says. */
  readonly parameters: Tensor;
  readonly gradient: Tensor;
  readonly norms: Tensor;
  readonly running: Tensor;
  readonly scratch: (label: string, length: number, storage?: Storage) => Tensor;
}

export interface NetworkSpec {
  readonly model: ModelSpec;
  readonly layout: Layout;
  readonly batch: number;
  /** Seeds dropout. */
  readonly seed: number;
}

/** @param add appends to the forward pass */
export function stageTools(
  { model, layout, batch }: NetworkSpec,
  tensors: NetworkTensors,
  choices: StageChoices,
  mode: 'training' | 'inference',
  add: (dispatch: Dispatch) => void,
): StageTools {
  const { parameters, gradient, scratch } = tensors;
  const { depthwise, reduction, maps } = choices;
  const norms = normTensors(layout, tensors);
  const tools: StageTools = {
    batch,
    mode,
    depthwise,
    reduction,
    norms,
    scratch: (label, length) => scratch(label, length),
    map: (label, length) => scratch(label, length, maps.values),
    dMap: (label, length) => scratch(label, length, maps.gradients),
    add,
    weights: (name) => slotOf(layout, name, parameters, name),
    gradient: (name) => slotOf(layout, name, gradient, `d ${name}`),
    places: (norm) => placesOf(layout, norm),
    convolution: (conv, norm, shape, x) => convolution(conv, norm, shape, x, tools, choices),
    layer: (norm, slope, { shape }, shortcut = { kind: 'none' }) => ({
      label: norm,
      pixels: shape.batch * shape.outSize * shape.outSize,
      channels: shape.outChannels,
      places: placesOf(layout, norm),
      activation: model.activation === 'relu' ? 'relu' : { slope: vectorOf(layout, slope)! },
      shortcut,
    }),
    apply: (layer, { raw }) => {
      const output = tools.map(`${layer.label}/out`, raw.length);
      add(normApply(layer, raw, output, norms));
      return output;
    },
    normBack: (layer, x, dy, dx, dOther = null) =>
      normBackward(layer, { x, dy, dx, dOther, scratch }, norms, reduction),
    filterOf: (unit) => splitFilter(unit, choices),
    inputGradient: ({ shape, conv }, dy, dx, into = 'write') => {
      const tile = choices.conv('input', shape);
      const io = { dy, weights: tools.weights(conv), dx, add: into === 'add' };
      return convInputGradient(conv, shape, tile, io);
    },
  };
  return tools;
}

/** The convolution and, in training, the statistics of its batch norm. */
function convolution(
  conv: string,
  norm: string,
  { kernel, stride, from, to }: ConvolutionShape,
  x: Tensor,
  { batch, mode, reduction, norms, scratch, map, add, weights, places }: StageTools,
  choices: Pick<StageChoices, 'conv'>,
): Unit {
  const shape: ConvShape = {
    batch,
    inSize: from.size,
    outSize: to.size,
    inChannels: padded(from.channels),
    outChannels: padded(to.channels),
    kernel,
    stride,
  };
  const tile = choices.conv('forward', shape);
  const pixels = batch * to.size * to.size;
  const channels = shape.outChannels;
  const raw = map(conv, pixels * channels);
  const layout = statisticsLayout(shape, tile);
  // Inference has running averages and needs none.
  const statistics =
    mode === 'training' ? scratch(`${norm}/statistics`, layout.tiles * 2 * channels) : null;
  add(convForward(conv, shape, tile, { x, weights: weights(conv), y: raw, statistics }));
  if (statistics !== null) {
    const layer = { label: norm, pixels, channels, places: places(norm) };
    add(normFinalise(layer, layout, statistics, norms, reduction));
  }
  return { shape, conv, x, raw };
}

/** Gammas, betas and slopes lie behind the weights, in one piece that batch norms bind whole. */
function normTensors(
  layout: Layout,
  { parameters, gradient, norms, running }: NetworkTensors,
): NormTensors {
  const length = layout.length - layout.vectors;
  return {
    norms,
    running,
    vectors: part(parameters, 'vectors', layout.vectors, length),
    gradients: part(gradient, 'vector gradients', layout.vectors, length),
  };
}

function placesOf(layout: Layout, norm: string): NormPlaces {
  return {
    norm: layout.running.get(norm)!.offset,
    gamma: vectorOf(layout, `${norm}/gamma`),
    beta: vectorOf(layout, `${norm}/beta`)!,
  };
}

/** Where a vector starts among the vectors; `null` for one that the network does not have. */
function vectorOf(layout: Layout, name: string): number | null {
  const slot = layout.slots.get(name);
  return slot === undefined ? null : slot.offset - layout.vectors;
}

function slotOf(layout: Layout, name: string, of: Tensor, label: string): Tensor {
  const { offset, size } = layout.slots.get(name)!;
  return part(of, label, offset, size);
}
