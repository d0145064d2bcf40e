/** For tests: runs dispatches over given numbers and reads tensors back, each tensor in a buffer of its own. */
import type { Gpu } from '../gpu';
import { bytesOf, type Dispatch, rootOf, type Tensor } from '../kernel';
import { Plan } from '../plan';
import { Reader } from '../reader';
import { ScratchPool } from '../scratch';
import { type StepNumbers, uniformOf } from '../step-numbers';
import { decoded, encoded } from './halves';

/** Numbers of a tensor; as float32 whatever it is stored as. */
export type Values = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Inputs and outputs by tensor; a part of a tensor is written and read like a whole one. */
export interface KernelRun {
  readonly dispatches: readonly Dispatch[];
  /** Those of tensors that no dispatch binds are left out: runs may share their inputs. */
  readonly inputs: ReadonlyMap<Tensor, Values>;
  readonly outputs: readonly Tensor[];
  /** What `step` has for the dispatches that look at it. */
  readonly step?: Partial<StepNumbers>;
}

const STEP: StepNumbers = { correction1: 1, correction2: 1, number: 1, slot: 0 };
const UNIFORM_BYTES = 256;

/** What `outputs` hold when all dispatches have run once; scratch starts as zeros. */
export async function runKernel(
  gpu: Gpu,
  { dispatches, inputs, outputs, step = {} }: KernelRun,
): Promise<readonly Float32Array[]> {
  const bound = dispatches.flatMap(({ bindings }) => bindings.map(({ tensor }) => tensor));
  // Kept to the end, all of them: then no two share a buffer, and inputs are there from the start.
  const plan = await Plan.create(gpu, new ScratchPool(gpu), dispatches, bound);
  const { queue } = gpu.device;
  const roots = new Set(bound.map((tensor) => rootOf(tensor).root));
  for (const [tensor, values] of inputs) {
    if (!roots.has(rootOf(tensor).root)) continue;
    if (values.length !== tensor.length) {
      throw new RangeError(`${tensor.label}: ${values.length} values for ${tensor.length} numbers`);
    }
    const { buffer, offset } = plan.bufferOf(tensor);
    queue.writeBuffer(buffer, offset, storedAs(tensor, values));
  }
  const uniform = gpu.buffer(
    'step',
    UNIFORM_BYTES,
    GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  );
  queue.writeBuffer(uniform, 0, uniformOf({ ...STEP, ...step }));
  const group = gpu.device.createBindGroup({
    layout: gpu.groupLayout('step'),
    entries: [{ binding: 0, resource: { buffer: uniform, size: UNIFORM_BYTES } }],
  });
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  plan.encode(pass, { group, offsets: [0] });
  pass.end();
  const reader = new Reader(gpu);
  const copies = outputs.map((tensor) => {
    const { buffer, offset } = plan.bufferOf(tensor);
    return reader.copy(encoder, buffer, offset, bytesOf(tensor));
  });
  queue.submit([encoder.finish()]);
  const values = await Promise.all(
    copies.map(async (copy, at) => {
      const words = await copy.read();
      const { storage } = outputs[at]!;
      return storage === 'float32' ? words : decoded(words, storage);
    }),
  );
  reader.dispose();
  gpu.free(uniform);
  plan.dispose();
  return values;
}

function storedAs({ storage }: Tensor, values: Values): Values {
  if (storage === 'float32' || values instanceof Uint32Array) return values;
  return encoded(values, storage);
}

/** As `inputs` of a run: pairs of tensor and numbers. */
export function given(
  ...pairs: readonly (readonly [Tensor, Values])[]
): ReadonlyMap<Tensor, Values> {
  return new Map(pairs);
}

/** Whether a tensor of this label is bound anywhere: the harness finds what a plan makes inside itself. */
export function boundTensor(dispatches: readonly Dispatch[], label: string): Tensor {
  for (const { bindings } of dispatches) {
    for (const { tensor } of bindings) {
      if (rootOf(tensor).root.label === label) return rootOf(tensor).root;
    }
  }
  throw new Error(`no tensor ${label} is bound`);
}
