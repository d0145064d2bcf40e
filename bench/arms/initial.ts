/** The initial values by name, and in the layouts of other frameworks. */
import { initialParameters } from '../../src/models/initial';
import { parameterLayout } from '../../src/models/layout';
import { inferShapes } from '../../src/models/shapes';
import type { ModelSpec } from '../../src/models/spec';

interface Values {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** By the names of `parameterLayout`. */
export type NamedValues = ReadonlyMap<string, Values>;

/** Other frameworks' networks are written out for the stages the workloads have, and no others. */
export function unknownStage({ kind }: { readonly kind: string }): RangeError {
  return new RangeError(`no workload has a ${kind} stage`);
}

export function namedValues(model: ModelSpec, classes: number, seed: number): NamedValues {
  const parameters = initialParameters(model, classes, seed);
  return new Map(
    parameterLayout(model, classes).map(({ name, offset, size, shape }) => [
      name,
      { values: parameters.slice(offset, offset + size), shape },
    ]),
  );
}

/** `[…, rows, columns, channels]` with channels last becomes channels first, per image. */
export function channelsFirst(
  values: Float32Array,
  { images, size, channels }: { images: number; size: number; channels: number },
): Float32Array<ArrayBuffer> {
  return permuted(values, [images, size * size, channels], [0, 2, 1]);
}

/** HWIO → OIHW. */
export function outputsFirst({ values, shape }: Values): Values {
  const [height = 1, width = 1, input = 1, output = 1] = shape;
  return {
    values: permuted(values, [height * width, input, output], [2, 1, 0]),
    shape: [output, input, height, width],
  };
}

/** The embedding layer's rows, `[size, size, channels]` flattened, in the order channels first. */
export function denseForChannelsFirst(model: ModelSpec, { values, shape }: Values): Values {
  const { map } = inferShapes(model);
  if (model.pooling !== 'flatten') return { values, shape };
  const [, columns = 1] = shape;
  return {
    values: permuted(values, [map.size * map.size, map.channels, columns], [1, 0, 2]),
    shape,
  };
}

type Three = readonly [number, number, number];

/** A transposition of three axes: axis i of the result is axis `order[i]` of `values`. */
export function permuted(
  values: Float32Array,
  shape: Three,
  order: Three,
): Float32Array<ArrayBuffer> {
  const strides = [shape[1] * shape[2], shape[2], 1] as const;
  const [a, b, c] = order.map((axis) => shape[axis]!) as [number, number, number];
  const [sa, sb, sc] = order.map((axis) => strides[axis]!) as [number, number, number];
  const result = new Float32Array(values.length);
  let at = 0;
  for (let i = 0; i < a; i += 1) {
    for (let j = 0; j < b; j += 1) {
      for (let k = 0; k < c; k += 1) {
        result[at] = values[i * sa + j * sb + k * sc]!;
        at += 1;
      }
    }
  }
  return result;
}
