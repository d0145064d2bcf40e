/** From the last feature map to the vector the embedding layer takes: pooling, then dropout. */
import type { MapShape } from '../../models/shapes';
import type { ModelSpec } from '../../models/spec';
import { padded, type Tensor } from './kernel';
import { averagePool, dropout } from './small';
import type { BuiltLayer, StageTools } from './stage';

/** Averages every channel of the map, or flattens it: the same numbers under another name. */
export function poolingLayer(
  pooling: ModelSpec['pooling'],
  { size, channels }: MapShape,
  map: Tensor,
  { batch, scratch, dMap, add }: Pick<StageTools, 'batch' | 'scratch' | 'dMap' | 'add'>,
): BuiltLayer {
  if (pooling === 'flatten') return { output: map, backward: (dOutput) => dOutput };
  const shape = { batch, pixels: size * size, channels: padded(channels) };
  const vectors = scratch('pooling', batch * shape.channels);
  add(averagePool(shape, { maps: map, vectors, backward: false }));
  return {
    output: vectors,
    backward: (dVectors, list) => {
      const dMaps = dMap('d-map', map.length);
      list.push(averagePool(shape, { maps: dMaps, vectors: dVectors, backward: true }));
      return dMaps;
    },
  };
}

/**
 * Drops features in place: nobody asks for them as they were. The way back draws the same numbers again
 * and drops the same places of the gradient, so no mask is kept. In inference nothing is dropped.
 */
export function dropoutLayer(
  { model, seed }: { readonly model: ModelSpec; readonly seed: number },
  map: MapShape,
  features: Tensor,
  { batch, mode, add }: Pick<StageTools, 'batch' | 'mode' | 'add'>,
): BuiltLayer {
  if (model.dropout === 0 || mode === 'inference') {
    return { output: features, backward: (dOutput) => dOutput };
  }
  const pixels = model.pooling === 'flatten' ? map.size * map.size : 1;
  const shape = { batch, pixels, channels: padded(map.channels) };
  const options = { plainChannels: map.channels, rate: model.dropout, seed };
  add(dropout(shape, options, features));
  return {
    output: features,
    backward: (dOutput, list) => {
      list.push(dropout(shape, options, dOutput));
      return dOutput;
    },
  };
}
