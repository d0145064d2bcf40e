/**
 * Where the engine keeps what `models/layout.ts` describes. Channels are padded to whole vec4s, so that
 * every kernel moves four numbers at a time; every slot starts at a binding's alignment; and weights,
 * to which weight decay applies, come before the vectors of batch norm and activation. The padding
 * starts at 0 and stays there: nothing leads to it and nothing leads out of it.
 */
import type { ParameterSlot, RunningSlot } from '../../models/layout';
import { parameterLayout, runningLayout } from '../../models/layout';
import { inferShapes } from '../../models/shapes';
import type { ModelSpec } from '../../models/spec';
import { ALIGNMENT, padded } from './kernel';

export interface PaddedSlot {
  readonly slot: ParameterSlot;
  /** Shape with channels padded to fours: `[…, in, out]`, `[3, 3, channels]` or `[channels]`. */
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

export interface PaddedRunning {
  readonly slot: RunningSlot;
  readonly channels: number;
  readonly offset: number;
}

export interface Layout {
  readonly slots: ReadonlyMap<string, PaddedSlot>;
  /** Numbers of all parameters with padding, a multiple of 4. */
  readonly length: number;
  /** Weights lie before it, the vectors of batch norm and activation from it on. */
  readonly vectors: number;
  readonly running: ReadonlyMap<string, PaddedRunning>;
  readonly runningLength: number;
  /** Length of the flat arrays of a `LearnerState`. */
  readonly plainLength: number;
  readonly plainRunningLength: number;
}

function align(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/** The shape with inputs and outputs padded; a flattened map is padded pixel by pixel. */
function paddedShape(slot: ParameterSlot, pixels: number): readonly number[] {
  const { shape, name, kind } = slot;
  if (shape.length === 1) return [padded(shape[0]!)];
  if (kind === 'depthwise') return [...shape.slice(0, -1), padded(shape.at(-1)!)];
  const outer = shape.slice(0, -2);
  const inputs = shape.at(-2)!;
  const outputs = padded(shape.at(-1)!);
  if (name === 'embedding/dense') return [pixels, padded(inputs / pixels), outputs];
  return [...outer, padded(inputs), outputs];
}

export function layoutOf(model: ModelSpec, classes: number): Layout {
  const plain = parameterLayout(model, classes);
  const { map } = inferShapes(model);
  const pixels = model.pooling === 'flatten' ? map.size * map.size : 1;
  const slots = new Map<string, PaddedSlot>();
  let length = 0;
  const place = (slot: ParameterSlot): void => {
    const shape = paddedShape(slot, pixels);
    const size = shape.reduce((product, axis) => product * axis, 1);
    slots.set(slot.name, { slot, shape, offset: length, size });
    length += align(size);
  };
  for (const slot of plain) if (slot.decay) place(slot);
  const vectors = length;
  for (const slot of plain) if (!slot.decay) place(slot);
  const running = new Map<string, PaddedRunning>();
  let runningLength = 0;
  const plainRunning = runningLayout(model);
  for (const slot of plainRunning) {
    const channels = padded(slot.channels);
    running.set(slot.name, { slot, channels, offset: runningLength });
    runningLength += align(2 * channels);
  }
  const last = plain.at(-1)!;
  const lastRunning = plainRunning.at(-1)!;
  return {
    slots,
    length,
    vectors,
    running,
    runningLength,
    plainLength: last.offset + last.size,
    plainRunningLength: lastRunning.offset + 2 * lastRunning.channels,
  };
}

/** Every number's place in the plain and in the padded array: `visit(plain, padded, count)` per run. */
function runs(layout: Layout, visit: (plain: number, inside: number, count: number) => void): void {
  for (const { slot, shape, offset } of layout.slots.values()) {
    const columns = slot.shape.at(-1)!;
    const rows = slot.size / columns;
    const width = shape.at(-1)!;
    // Rows are grouped by the padded axis of the inputs; a vector is one row.
    const paddedInputs = shape.length > 1 ? shape.at(-2)! : 1;
    const groups = shape.length > 1 ? shape.slice(0, -2).reduce((a, b) => a * b, 1) : 1;
    const inputs = rows / groups;
    for (let row = 0; row < rows; row += 1) {
      const inside = Math.floor(row / inputs) * paddedInputs + (row % inputs);
      visit(slot.offset + row * columns, offset + inside * width, columns);
    }
  }
}

/** `[plainLength]` → `[length]`, zeros in the padding. */
export function pad(layout: Layout, plain: Float32Array): Float32Array<ArrayBuffer> {
  const result = new Float32Array(layout.length);
  runs(layout, (from, to, count) => result.set(plain.subarray(from, from + count), to));
  return result;
}

/** `[length]` → `[plainLength]`. */
export function unpad(layout: Layout, inside: Float32Array): Float32Array {
  const result = new Float32Array(layout.plainLength);
  runs(layout, (to, from, count) => result.set(inside.subarray(from, from + count), to));
  return result;
}

/** `[plainRunningLength]` → `[runningLength]`; the padding has mean 0 and variance 1. */
export function padRunning(layout: Layout, plain: Float32Array): Float32Array<ArrayBuffer> {
  const result = new Float32Array(layout.runningLength);
  for (const { slot, channels, offset } of layout.running.values()) {
    result.fill(1, offset + channels, offset + 2 * channels);
    const middle = slot.offset + slot.channels;
    result.set(plain.subarray(slot.offset, middle), offset);
    result.set(plain.subarray(middle, middle + slot.channels), offset + channels);
  }
  return result;
}

/** `[runningLength]` → `[plainRunningLength]`. */
export function unpadRunning(layout: Layout, inside: Float32Array): Float32Array {
  const result = new Float32Array(layout.plainRunningLength);
  for (const { slot, channels, offset } of layout.running.values()) {
    result.set(inside.subarray(offset, offset + slot.channels), slot.offset);
    const from = offset + channels;
    result.set(inside.subarray(from, from + slot.channels), slot.offset + slot.channels);
  }
  return result;
}

/** `[runningLength]`: 1 where a variance is, 0 where a mean is. */
export function runningKinds(layout: Layout): Float32Array<ArrayBuffer> {
  const kinds = new Float32Array(layout.runningLength);
  for (const { channels, offset } of layout.running.values()) {
    kinds.fill(1, offset + channels, offset + 2 * channels);
  }
  return kinds;
}
