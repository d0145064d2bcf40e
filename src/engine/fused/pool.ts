/** Pooling of 2×2 windows, stride 2, as dispatches: forward and its gradient. */
import { ceilDiv, type Dispatch, dispatch, linear, read, type Tensor, write } from './kernel';
import forwardSource from './kernels/pool.wgsl?raw';
import gradientSource from './kernels/pool-gradient.wgsl?raw';
import { stored } from './storage';

export interface PoolShape {
  readonly batch: number;
  /** Width and height of the input; the output's is half of it, rounded down. */
  readonly inSize: number;
  /** Padded to fours. */
  readonly channels: number;
  readonly pool: 'max' | 'average';
}

const WORKGROUP = 64;

/** `16×16×32 → 8×8×32`. */
function shapeText({ inSize, channels }: PoolShape): string {
  const outSize = Math.floor(inSize / 2);
  return `${inSize}×${inSize}×${channels} → ${outSize}×${outSize}×${channels}`;
}

function common({ batch, inSize, channels, pool }: PoolShape): Record<string, number | boolean> {
  return {
    BATCH: batch,
    IN_SIZE: inSize,
    OUT_SIZE: Math.floor(inSize / 2),
    GROUPS: channels / 4,
    MAX: pool === 'max',
    WORKGROUP,
  };
}

export function poolForward(
  label: string,
  shape: PoolShape,
  io: { readonly x: Tensor; readonly y: Tensor },
): Dispatch {
  return dispatch({
    kernel: 'pool',
    label,
    shape: shapeText(shape),
    source: forwardSource,
    values: { ...common(shape), ...stored(io) },
    bindings: [read(io.x), write(io.y)],
    workgroups: linear(io.y.length / 4, WORKGROUP),
  });
}

/** @param io.x what was pooled; the mean does without */
export function poolGradient(
  label: string,
  shape: PoolShape,
  io: { readonly x: Tensor; readonly dy: Tensor; readonly dx: Tensor },
): Dispatch {
  const blocks = ceilDiv(shape.inSize, 2);
  const { batch, channels, pool } = shape;
  return dispatch({
    kernel: 'pool-gradient',
    label,
    shape: shapeText(shape),
    source: gradientSource,
    values: { ...common(shape), BLOCKS: blocks, ...stored(io) },
    bindings: [read(io.dy), write(io.dx), ...(pool === 'max' ? [read(io.x)] : [])],
    workgroups: linear((batch * blocks * blocks * channels) / 4, WORKGROUP),
  });
}
