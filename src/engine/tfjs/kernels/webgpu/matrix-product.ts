/**
 * Product of two matrices with a register tile of 4 rows × 4 columns per thread and no workgroup memory,
 * for software adapters. One form for each way the operands may be transposed; sizes that do not fit a
 * form stay with tfjs.
 */
import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { runProgram } from './program';

export interface MatrixProductShape {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const LANES = ['x', 'y', 'z', 'w'] as const;

function perRow(line: (row: number) => string): string {
  return [0, 1, 2, 3].map(line).join('\n');
}

/** Whether the operands can be read as vectors along their last axes. */
export function canMultiply(shape: MatrixProductShape): boolean {
  const { rows, columns, inner, transposeA, transposeB } = shape;
  if (transposeA && transposeB) return false;
  const lastOfA = transposeA ? rows : inner;
  return lastOfA % 4 === 0 && columns % 4 === 0 && (!transposeB || inner % 4 === 0);
}

/** `[rows, inner] · [inner, columns]`, either stored transposed, → `[rows, columns]`. */
export function multiply(
  backend: WebGPUBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  shape: MatrixProductShape,
): tf.TensorInfo {
  const { rows, columns, inner } = shape;
  const form = formOf(shape);
  return runProgram(backend, {
    key: `product ${form}`,
    inputs: [
      { name: 'A', tensor: a, components: 4 },
      { name: 'B', tensor: b, components: 4 },
    ],
    output: { shape: [rows, columns], components: 4 },
    integers: { rows, inner, groups: columns / 4 },
    threads: Math.ceil(rows / 4) * (columns / 4),
    code: `
fn main(index : i32) {
  let group = index % uniforms.groups;
  let row = index / uniforms.groups * 4;
  if (row >= uniforms.rows) { return; }
  ${perRow((r) => `var sum${r} = vec4<f32>(0.0);`)}
  ${BODY[form]}
  ${perRow(
    (r) => `
  if (row + ${r} < uniforms.rows) { result[(row + ${r}) * uniforms.groups + group] = sum${r}; }`,
  )}
}`,
  });
}

type Form = 'plain' | 'a-transposed' | 'b-transposed';

function formOf({ transposeA, transposeB }: MatrixProductShape): Form {
  if (transposeA) return 'a-transposed';
  return transposeB ? 'b-transposed' : 'plain';
}

/** Rows past the end read the last one again; they are not written. */
const ROW_STARTS = `
  let innerGroups = uniforms.inner / 4;
  ${perRow((r) => `let start${r} = min(row + ${r}, uniforms.rows - 1) * innerGroups;`)}`;

const BODY: Readonly<Record<Form, string>> = {
  plain: `${ROW_STARTS}
  for (var k = 0; k < innerGroups; k++) {
    let at = k * 4 * uniforms.groups + group;
    ${perRow((r) => `let b${r} = B[at + ${r} * uniforms.groups];`)}
    ${perRow(
      (r) => `
    let a${r} = A[start${r} + k];
    sum${r} += a${r}.x * b0 + a${r}.y * b1 + a${r}.z * b2 + a${r}.w * b3;`,
    )}
  }`,
  'a-transposed': `
  let rowGroups = uniforms.rows / 4;
  for (var k = 0; k < uniforms.inner; k++) {
    let a = A[k * rowGroups + row / 4];
    let b = B[k * uniforms.groups + group];
    ${perRow((r) => `sum${r} += a.${LANES[r]} * b;`)}
  }`,
  'b-transposed': `${ROW_STARTS}
  let first = group * 4 * innerGroups;
  for (var k = 0; k < innerGroups; k++) {
    ${perRow((r) => `let b${r} = B[first + ${r} * innerGroups + k];`)}
    ${perRow(
      (r) => `
    let a${r} = A[start${r} + k];
    sum${r} += vec4<f32>(dot(a${r}, b0), dot(a${r}, b1), dot(a${r}, b2), dot(a${r}, b3));`,
    )}
  }`,
};
