/**
 * A residual stage as dispatches: conv 3×3 → batch norm → activation → conv 3×3 → batch norm, plus the
 * input, → activation, and the way back. The second batch norm adds the shortcut and applies the
 * activation in the same kernel, so the sum is never written on its own.
 */
import type { StageShape } from '../../models/shapes';
import type { Tensor } from './kernel';
import type { NormLayer } from './norm';
import type { BuiltStage, StageTools, Unit } from './stage';

export function residualStage(
  name: string,
  stage: StageShape,
  stride: 1 | 2,
  x: Tensor,
  tools: StageTools,
): BuiltStage {
  const { input, output } = stage;
  const firstShape = { kernel: 3, stride, from: input, to: output } as const;
  const first = tools.convolution(`${name}/conv1`, `${name}/bn1`, firstShape, x);
  const firstNorm = tools.layer(`${name}/bn1`, `${name}/prelu1`, first);
  const middle = tools.apply(firstNorm, first);
  const secondShape = { kernel: 3, stride: 1, from: output, to: output } as const;
  const second = tools.convolution(`${name}/conv2`, `${name}/bn2`, secondShape, middle);
  const projection = stage.projection ? project(name, stage, stride, x, tools) : null;
  const shortcut = shortcutOf(name, x, projection, tools);
  const secondNorm = tools.layer(`${name}/bn2`, `${name}/prelu2`, second, shortcut);
  const units = projection === null ? [first, second] : [first, second, projection];
  return {
    output: tools.apply(secondNorm, second),
    filters: units.map((unit) => tools.filterOf(unit)),
    backward: (dOutput, filters, list, want) => {
      const dSecond = tools.dMap(`${second.conv}/d`, second.raw.length);
      const projected =
        projection === null
          ? null
          : { unit: projection, d: tools.dMap(`${projection.conv}/d`, projection.raw.length) };
      // Leaves in `dOutput` the gradient of the sum: what a plain shortcut hands on as it is.
      list.push(
        ...tools.normBack(secondNorm, second.raw, dOutput, dSecond, projected?.d),
        filters.dispatch(second, dSecond),
      );
      const dMiddle = tools.dMap(`${name}/bn1/d`, middle.length);
      list.push(tools.inputGradient(second, dSecond, dMiddle));
      const dFirst = tools.dMap(`${first.conv}/d`, first.raw.length);
      list.push(...tools.normBack(firstNorm, first.raw, dMiddle, dFirst));
      list.push(filters.dispatch(first, dFirst));
      if (projected !== null) list.push(filters.dispatch(projected.unit, projected.d));
      if (want === 'none') return dFirst;
      if (projected === null) {
        list.push(tools.inputGradient(first, dFirst, dOutput, 'add'));
        return dOutput;
      }
      const dx = tools.dMap(`${name}/d`, x.length);
      list.push(tools.inputGradient(first, dFirst, dx));
      list.push(tools.inputGradient(projected.unit, projected.d, dx, 'add'));
      return dx;
    },
  };
}

/** Conv 1×1: brings the input to the output's shape where the two differ. */
function project(
  name: string,
  { input, output }: StageShape,
  stride: 1 | 2,
  x: Tensor,
  tools: StageTools,
): Unit {
  const shape = { kernel: 1, stride, from: input, to: output } as const;
  return tools.convolution(`${name}/shortcut/conv`, `${name}/shortcut/bn`, shape, x);
}

/** What is added to the second batch norm: the input, or its projection, normalised as it is added. */
function shortcutOf(
  name: string,
  x: Tensor,
  projection: Unit | null,
  tools: StageTools,
): NormLayer['shortcut'] {
  if (projection === null) return { kind: 'plain', values: x };
  const places = tools.places(`${name}/shortcut/bn`);
  return { kind: 'normalised', values: projection.raw, places };
}
