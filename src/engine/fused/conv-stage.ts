/** A conv stage as dispatches: conv 3×3 → batch norm → activation, and the way back. */
import type { StageShape } from '../../models/shapes';
import type { Tensor } from './kernel';
import type { BuiltStage, StageTools } from './stage';

export function convStage(
  name: string,
  { input, output }: StageShape,
  stride: 1 | 2,
  x: Tensor,
  tools: StageTools,
): BuiltStage {
  const conv = `${name}/conv`;
  const shape = { kernel: 3, stride, from: input, to: output } as const;
  const unit = tools.convolution(conv, `${name}/bn`, shape, x);
  const norm = tools.layer(`${name}/bn`, `${name}/prelu`, unit);
  return {
    output: tools.apply(norm, unit),
    filters: [tools.filterOf(unit)],
    backward: (dOutput, filters, list, want) => {
      const dRaw = tools.dMap(`${conv}/d`, unit.raw.length);
      list.push(...tools.normBack(norm, unit.raw, dOutput, dRaw));
      list.push(filters.dispatch(unit, dRaw));
      if (want === 'none') return dRaw;
      const dx = tools.dMap(`${name}/d`, x.length);
      list.push(tools.inputGradient(unit, dRaw, dx));
      return dx;
    },
  };
}
