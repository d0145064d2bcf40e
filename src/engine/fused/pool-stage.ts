/** A pooling stage as dispatches: it has no parameters, only a way back. */
import type { StageShape } from '../../models/shapes';
import type { PoolStage } from '../../models/spec';
import { padded, type Tensor } from './kernel';
import { type PoolShape, poolForward, poolGradient } from './pool';
import type { BuiltStage, StageTools } from './stage';

export function poolStage(
  name: string,
  { input, output }: StageShape,
  { pool }: PoolStage,
  x: Tensor,
  { batch, map, dMap, add }: Pick<StageTools, 'batch' | 'map' | 'dMap' | 'add'>,
): BuiltStage {
  const channels = padded(input.channels);
  const shape: PoolShape = { batch, inSize: input.size, channels, pool };
  const y = map(`${name}/pool`, batch * output.size * output.size * channels);
  add(poolForward(name, shape, { x, y }));
  return {
    output: y,
    filters: [],
    backward: (dOutput, _filters, list, want) => {
      if (want === 'none') return dOutput;
      const dx = dMap(`${name}/d`, x.length);
      list.push(poolGradient(name, shape, { x, dy: dOutput, dx }));
      return dx;
    },
  };
}
