/** Batch norm, forward and back, against float64: every activation with every kind of shortcut. */
import { describe, expect, test } from 'vitest';
import { normals, relativeError } from '../tfjs/testing/numbers';
import { padded, scratch } from './kernel';
import { type NormLayer, normApply, normBackward, type Reduction, reductionFor } from './norm';
import { cutRows, padRows } from './testing/channels';
import { describeOnGpu } from './testing/gpu';
import {
  channelStatistics,
  inverseDeviation,
  type NormInput,
  normReference,
} from './testing/norm-reference';
import { given, runKernel } from './testing/run-kernel';

/** Threads that sum alone, and rows of them that share; spans shorter than the pixels, so that parts meet. */
const REDUCTIONS: readonly Reduction[] = [
  { ...reductionFor(true), span: 16 },
  { ...reductionFor(false), span: 7 },
];

/** Where the numbers of the layer and of its shortcut lie among those of others. */
const PLACES = { norm: 64, gamma: 64, beta: 128 } as const;
const OTHER = { norm: 128, gamma: 256, beta: 320 } as const;
const SLOPE = 192;

/** Sums of about a hundred numbers near 1. */
const BOUND = 1e-5;

interface Case {
  readonly title: string;
  readonly activation: 'none' | 'relu' | 'prelu';
  readonly shortcut: 'none' | 'plain' | 'normalised';
  readonly channels: number;
  readonly pixels: number;
  readonly reduction: Reduction;
}

/** Neither the channels nor the pixels fill whole threads; reductions and shapes take turns. */
const CASES: readonly Case[] = (['none', 'relu', 'prelu'] as const).flatMap((activation, row) =>
  (['none', 'plain', 'normalised'] as const).map((shortcut, column) => {
    const turn = (row + column) % 2;
    const shape = turn === 0 ? { channels: 5, pixels: 50 } : { channels: 12, pixels: 27 };
    const reduction = REDUCTIONS[turn]!;
    const title = `activation ${activation}, shortcut ${shortcut}, ${reduction.rows} rows`;
    return { title, activation, shortcut, ...shape, reduction };
  }),
);

function setting({ activation, shortcut, channels, pixels }: Case) {
  const count = pixels * channels;
  const input: NormInput = {
    channels,
    x: normals(count, 1).map((value, at) => 3 * value + (at % channels)),
    dy: normals(count, 2),
    gamma: normals(channels, 3).map((value) => value + 1.5),
    beta: normals(channels, 4),
    activation,
    slope: normals(channels, 5),
    shortcut:
      shortcut === 'none'
        ? { kind: shortcut }
        : shortcut === 'plain'
          ? { kind: shortcut, values: normals(count, 6) }
          : {
              kind: shortcut,
              values: normals(count, 6),
              gamma: normals(channels, 7).map((value) => value - 1.5),
              beta: normals(channels, 8),
            },
  };
  const width = padded(channels);
  const tensors = {
    x: scratch('x', pixels * width),
    y: scratch('y', pixels * width),
    dy: scratch('dy', pixels * width),
    dx: scratch('dx', pixels * width),
    other: scratch('other', pixels * width),
    dOther: scratch('dOther', pixels * width),
    norms: scratch('norms', 192),
    vectors: scratch('vectors', 384),
    gradients: scratch('gradients', 384),
    running: scratch('running', 192),
  };
  const layer: NormLayer = {
    label: 'bn',
    pixels,
    channels: width,
    places: PLACES,
    activation: activation === 'prelu' ? { slope: SLOPE } : activation,
    shortcut:
      shortcut === 'none'
        ? { kind: shortcut }
        : shortcut === 'plain'
          ? { kind: shortcut, values: tensors.other }
          : { kind: shortcut, values: tensors.other, places: OTHER },
  };
  const norms = new Float32Array(192);
  const vectors = new Float32Array(384);
  const put = (values: ArrayLike<number>, place: typeof PLACES | typeof OTHER): void => {
    const { mean, variance } = channelStatistics(values, channels);
    norms.set(mean, place.norm);
    norms.set(inverseDeviation(variance), place.norm + width);
  };
  put(input.x, PLACES);
  vectors.set(input.gamma, PLACES.gamma);
  vectors.set(input.beta, PLACES.beta);
  vectors.set(input.slope, SLOPE);
  if (input.shortcut.kind === 'normalised') {
    put(input.shortcut.values, OTHER);
    vectors.set(input.shortcut.gamma, OTHER.gamma);
    vectors.set(input.shortcut.beta, OTHER.beta);
  }
  const inputs = given(
    [tensors.x, padRows(input.x, channels)],
    [tensors.dy, padRows(input.dy, channels)],
    [tensors.norms, norms],
    [tensors.vectors, vectors],
    ...(input.shortcut.kind === 'none'
      ? []
      : [[tensors.other, padRows(input.shortcut.values, channels)] as const]),
  );
  return { tensors, layer, inputs, expected: normReference(input) };
}

describeOnGpu('batch norm', (gpu) => {
  describe.each(CASES)('$title', (shape) => {
    const { channels, reduction, activation, shortcut } = shape;
    const { tensors, layer, inputs, expected } = setting(shape);
    const close = (values: Float32Array, wanted: ArrayLike<number>): void => {
      expect(relativeError(cutRows(values, channels), wanted)).toBeLessThan(BOUND);
    };

    test('forward', async () => {
      const [y] = await runKernel(gpu(), {
        dispatches: [normApply(layer, tensors.x, tensors.y, tensors)],
        inputs,
        outputs: [tensors.y],
      });
      close(y!, expected.y);
    });

    test('backward', async () => {
      const { x, dy, dx, dOther, gradients } = tensors;
      const second = shortcut === 'normalised';
      const dispatches = normBackward(
        layer,
        { x, dy, dx, dOther: second ? dOther : null, scratch },
        tensors,
        reduction,
      );
      const outputs = [dx, dy, gradients, ...(second ? [dOther] : [])];
      const [dX, dP, vectors, dShortcut] = await runKernel(gpu(), { dispatches, inputs, outputs });
      close(dX!, expected.dx);
      // What flows past a plain shortcut.
      close(dP!, expected.dp);
      const vector = (place: number): Float32Array => vectors!.subarray(place, place + channels);
      expect(relativeError(vector(PLACES.gamma), expected.dGamma)).toBeLessThan(BOUND);
      expect(relativeError(vector(PLACES.beta), expected.dBeta)).toBeLessThan(BOUND);
      if (activation === 'prelu') {
        expect(relativeError(vector(SLOPE), expected.dSlope)).toBeLessThan(BOUND);
      }
      if (second) {
        close(dShortcut!, expected.dOther);
        expect(relativeError(vector(OTHER.gamma), expected.dOtherGamma)).toBeLessThan(BOUND);
        expect(relativeError(vector(OTHER.beta), expected.dBeta)).toBeLessThan(BOUND);
      }
    });
  });
});
