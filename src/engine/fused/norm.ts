/** Batch norm with its activation and shortcut as dispatches: forward here, its way back beside it. */
import type { StatisticsLayout } from './conv';
import { ceilDiv, type Dispatch, dispatch, linear, read, type Tensor, write } from './kernel';
import applySource from './kernels/norm-apply.wgsl?raw';
import finaliseSource from './kernels/norm-finalise.wgsl?raw';
import {
  APPLY_SPAN,
  EPSILON,
  MOMENTUM,
  type NormLayer,
  type NormTensors,
  others,
  type Reduction,
  shared,
  sumOfBytes,
  WORKGROUP,
} from './norm-layer';
import { stored } from './storage';

export { normBackward } from './norm-backward';
export {
  type NormLayer,
  type NormPlaces,
  type NormTensors,
  type Reduction,
  reductionFor,
} from './norm-layer';
export { type VectorNorm, vectorNorm, vectorNormBackward } from './vector-norm';

/** @param statistics `[tiles, 2, channels]` of the convolution's forward pass */
export function normFinalise(
  layer: Pick<NormLayer, 'label' | 'pixels' | 'channels' | 'places'>,
  layout: StatisticsLayout,
  statistics: Tensor,
  { norms, running }: Pick<NormTensors, 'norms' | 'running'>,
  { rows, width }: Reduction,
): Dispatch {
  const ragged = layout.size % layout.tileHeight !== 0 || layout.size % layout.tileWidth !== 0;
  return dispatch({
    kernel: 'norm-finalise',
    label: layer.label,
    shape: `${layout.tiles} tiles → ${layer.channels}`,
    source: finaliseSource,
    values: {
      CHANNELS: layer.channels,
      COUNT: layer.pixels,
      NORM: layer.places.norm,
      TILES: layout.tiles,
      TILE_H: layout.tileHeight,
      TILE_W: layout.tileWidth,
      TILES_X: layout.tilesX,
      TILES_Y: layout.tilesY,
      OUT_SIZE: layout.size,
      RAGGED: ragged,
      ROWS: rows,
      WIDTH: width,
      EPSILON,
      MOMENTUM,
    },
    bindings: [read(statistics), write(norms), write(running)],
    workgroups: [ceilDiv(layer.channels, width), 1, 1],
    bytes: 4 * statistics.length,
  });
}

export function normApply(
  layer: NormLayer,
  x: Tensor,
  y: Tensor,
  { norms, vectors }: Pick<NormTensors, 'norms' | 'vectors'>,
): Dispatch {
  const groups = layer.channels / 4;
  const shortcut = others(layer);
  return dispatch({
    kernel: 'norm-apply',
    label: layer.label,
    shape: `${layer.pixels}×${layer.channels}`,
    source: applySource,
    values: { ...shared(layer), SPAN: APPLY_SPAN, ...stored({ x, y, other: shortcut[0] ?? x }) },
    bindings: [read(x), read(norms), read(vectors), write(y), ...shortcut.map(read)],
    workgroups: linear(groups * ceilDiv(layer.pixels, APPLY_SPAN), WORKGROUP),
    bytes: sumOfBytes([x, y, ...shortcut]),
  });
}
