/**
 * A depthwise stage as dispatches: depthwise conv 3×3 → batch norm → activation → conv 1×1 → batch norm →
 * activation, and the way back.
 */
import type { StageShape } from '../../models/shapes';
import {
  type DepthwiseShape,
  depthwiseFilterGradient,
  depthwiseForward,
  depthwiseInputGradient,
  depthwiseSplit,
  depthwiseStatistics,
} from './depthwise';
import { padded, type Tensor } from './kernel';
import { normFinalise } from './norm';
import type { BuiltStage, StageTools } from './stage';

export function depthwiseStage(
  name: string,
  { input, output }: StageShape,
  stride: 1 | 2,
  x: Tensor,
  tools: StageTools,
): BuiltStage {
  const { batch, depthwise: choices } = tools;
  const filter = `${name}/depthwise`;
  const channels = padded(input.channels);
  const shape: DepthwiseShape = {
    batch,
    inSize: input.size,
    outSize: output.size,
    channels,
    stride,
  };
  const raw = depthwise(name, shape, x, tools);
  const middle = { ...output, channels: input.channels };
  const first = { shape: { batch, outSize: output.size, outChannels: channels }, raw };
  const firstNorm = tools.layer(`${name}/bn1`, `${name}/prelu1`, first);
  const active = tools.apply(firstNorm, first);
  const pointwise = `${name}/pointwise`;
  const mixing = { kernel: 1, stride: 1, from: middle, to: output } as const;
  const second = tools.convolution(pointwise, `${name}/bn2`, mixing, active);
  const secondNorm = tools.layer(`${name}/bn2`, `${name}/prelu2`, second);
  const filterTile = choices.tile('filter', shape);
  const split = depthwiseSplit(shape, filterTile, choices.parts(shape));
  return {
    output: tools.apply(secondNorm, second),
    filters: [{ conv: filter, parts: split.parts }, tools.filterOf(second)],
    backward: (dOutput, filters, list, want) => {
      const dSecond = tools.dMap(`${pointwise}/d`, second.raw.length);
      list.push(...tools.normBack(secondNorm, second.raw, dOutput, dSecond));
      list.push(filters.dispatch(second, dSecond));
      const dActive = tools.dMap(`${name}/bn1/d`, raw.length);
      list.push(tools.inputGradient(second, dSecond, dActive));
      const dRaw = tools.dMap(`${filter}/d`, raw.length);
      list.push(...tools.normBack(firstNorm, raw, dActive, dRaw));
      const parts = filters.partsOf(filter);
      list.push(depthwiseFilterGradient(filter, shape, filterTile, split, { x, dy: dRaw, parts }));
      if (want === 'none') return dRaw;
      const dx = tools.dMap(`${name}/d`, x.length);
      const weights = tools.weights(filter);
      const tile = choices.tile('input', shape);
      list.push(depthwiseInputGradient(filter, shape, tile, { dy: dRaw, weights, dx }));
      return dx;
    },
  };
}

/** The convolution and, in training, the statistics of its batch norm. */
function depthwise(name: string, shape: DepthwiseShape, x: Tensor, tools: StageTools): Tensor {
  const { batch, outSize, channels } = shape;
  const filter = `${name}/depthwise`;
  const norm = `${name}/bn1`;
  const tile = tools.depthwise.tile('forward', shape);
  const pixels = batch * outSize * outSize;
  const y = tools.map(filter, pixels * channels);
  const layout = depthwiseStatistics(shape, tile);
  const statistics =
    tools.mode === 'training'
      ? tools.scratch(`${norm}/statistics`, layout.tiles * 2 * channels)
      : null;
  const weights = tools.weights(filter);
  tools.add(depthwiseForward(filter, shape, tile, { x, weights, y, statistics }));
  if (statistics !== null) {
    const layer = { label: norm, pixels, channels, places: tools.places(norm) };
    tools.add(normFinalise(layer, layout, statistics, tools.norms, tools.reduction));
  }
  return y;
}
