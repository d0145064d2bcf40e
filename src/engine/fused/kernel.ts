/**
 * What a plan is made of: tensors, which are places in GPU buffers, and dispatches, each one kernel over
 * some of them. Both are plain data, so a plan can be printed, checked and tested without a GPU.
 */
import type { PlanPhase } from '../engine';
import { EngineError } from '../errors';
import { bytesPerNumber, complete, type Storage, storageText } from './storage';
import { expand, type TemplateValues } from './template';

/** Where the numbers of a tensor are. */
export type Home =
  /** A buffer that lives as long as its owner. */
  | { readonly kind: 'buffer'; readonly buffer: GPUBuffer }
  /** One of the plan's scratch buffers, chosen when all lifetimes are known. */
  | { readonly kind: 'scratch' };

export interface Tensor {
  readonly label: string;
  /** Numbers. */
  readonly length: number;
  readonly storage: Storage;
  readonly home: Home;
  /** The tensor this is a part of, and where it starts in it; a multiple of 64 numbers (256 bytes). */
  readonly view: { readonly of: Tensor; readonly offset: number } | null;
}

/** Bytes of a storage binding's offset must be a multiple of 256: so many 32-bit numbers. */
export const ALIGNMENT = 64;

export function scratch(label: string, length: number, storage: Storage = 'float32'): Tensor {
  return { label, length, storage, home: { kind: 'scratch' }, view: null };
}

export function inBuffer(label: string, buffer: GPUBuffer, storage: Storage = 'float32'): Tensor {
  const length = buffer.size / bytesPerNumber(storage);
  return { label, length, storage, home: { kind: 'buffer', buffer }, view: null };
}

export function bytesOf({ length, storage }: Pick<Tensor, 'length' | 'storage'>): number {
  return length * bytesPerNumber(storage);
}

/**
 * @param of stored as float32: of anything else the engine takes no parts
 * @param offset in numbers, a multiple of `ALIGNMENT`
 */
export function part(of: Tensor, label: string, offset: number, length: number): Tensor {
  const { storage, home } = of;
  if (offset % ALIGNMENT !== 0 || offset + length > of.length || storage !== 'float32') {
    throw new RangeError(`${label}: ${length} numbers at ${offset} do not fit ${of.label}`);
  }
  return { label, length, storage, home, view: { of, offset } };
}

/** The tensor that is not part of another, and where `tensor` starts in it. */
export function rootOf(tensor: Tensor): { readonly root: Tensor; readonly offset: number } {
  let root = tensor;
  let offset = 0;
  while (root.view !== null) {
    offset += root.view.offset;
    root = root.view.of;
  }
  return { root, offset };
}

export interface Binding {
  readonly tensor: Tensor;
  /** `write` may read as well. */
  readonly access: 'read' | 'write';
}

export const read = (tensor: Tensor): Binding => ({ tensor, access: 'read' });
export const write = (tensor: Tensor): Binding => ({ tensor, access: 'write' });

/** What a second bind group holds, with a dynamic offset: none, the step's numbers, or the batch's. */
export type Group = 'none' | 'step' | 'batch';

export interface Dispatch {
  readonly phase: PlanPhase;
  /** What it works on, for a person: `16×16×16 → 16×16×16, 3×3`. */
  readonly shape: string;
  /** Name of the kernel's file. */
  readonly kernel: string;
  /** Where in the network: `stage1/conv`. */
  readonly label: string;
  readonly code: string;
  readonly bindings: readonly Binding[];
  readonly group: Group;
  readonly workgroups: readonly [number, number, number];
  /** Floating point operations, a multiply and an add counted as two; 0 where memory decides. */
  readonly flops: number;
  /** Bytes that must be read and written at the least. */
  readonly bytes: number;
  /** What was chosen, where several kernels could do the same. */
  readonly choice?: KernelChoice;
}

export interface KernelChoice {
  /** What they compute: `conv forward`, `gemm`. */
  readonly product: string;
  /** Name of the tile: its family first. */
  readonly tile: string;
}

export interface DispatchSpec {
  readonly shape?: string;
  readonly kernel: string;
  readonly label: string;
  readonly source: string;
  readonly values: TemplateValues;
  readonly bindings: readonly Binding[];
  readonly group?: Group;
  readonly workgroups: readonly [number, number, number];
  readonly flops?: number;
  /** Where it is not every bound tensor once. */
  readonly bytes?: number;
}

export function dispatch(spec: DispatchSpec): Dispatch {
  const { kernel, label, shape = '', source, values, bindings, group = 'none', workgroups } = spec;
  const most = Math.max(...workgroups);
  if (most > MAX_WORKGROUPS) {
    throw new EngineError(
      'engine/out-of-memory',
      `The GPU cannot run ${kernel} for ${label} (${shape}): it takes ${most} workgroups in a row, and ${MAX_WORKGROUPS} are allowed.`,
      'Use average pooling, smaller crops, a smaller batch or fewer channels.',
    );
  }
  const code = complete(expand(source, values));
  const touched = bindings.reduce((sum, { tensor }) => sum + bytesOf(tensor), 0);
  const { flops = 0, bytes = touched } = spec;
  return {
    kernel,
    label,
    phase: 'forward',
    shape: shape + storageText(bindings.map(({ tensor }) => tensor)),
    code,
    bindings,
    group,
    workgroups,
    flops,
    bytes,
  };
}

/** The same dispatches as a part of the step. */
export function inPhase(phase: PlanPhase, dispatches: readonly Dispatch[]): readonly Dispatch[] {
  return dispatches.map((one) => ({ ...one, phase }));
}

/** The most workgroups along one axis that every adapter allows. */
export const MAX_WORKGROUPS = 65535;

/** Workgroups for so many threads, spilling from x to y; kernels add y · 65535 · size to their index. */
export function linear(threads: number, size: number): [number, number, number] {
  const groups = Math.ceil(threads / size);
  if (groups <= MAX_WORKGROUPS) return [groups, 1, 1];
  return [MAX_WORKGROUPS, Math.ceil(groups / MAX_WORKGROUPS), 1];
}

export function ceilDiv(a: number, b: number): number {
  return Math.ceil(a / b);
}

/** Rounded up to whole vec4s. */
export function padded(channels: number): number {
  return 4 * Math.ceil(channels / 4);
}

/** A number as WGSL text. Infinity and NaN have none: they must not get here. */
export function literal(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`no WGSL literal for ${value}`);
  const text = Math.fround(value).toString();
  return /[.e]/.test(text) ? text : `${text}.0`;
}
