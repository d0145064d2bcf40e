/**
 * The best float32 matrix product an adapter reaches: the roof a training step is held against. Several
 * kernels are built and timed, and one that gives wrong sums does not count.
 */
import { type FoundAdapter, openDevice } from '../src/engine/adapter';
import { type ProductKernel, productKernels } from './ceiling-kernels';

export interface CeilingResult {
  /** 10⁹ floating point operations a second of the best kernel. */
  readonly gflops: number;
  /** Every kernel tried, `null` where it could not be built or summed wrongly. */
  readonly tried: readonly { readonly name: string; readonly gflops: number | null }[];
}

const REPEATS = 4;
/** Long enough a submit that its own cost does not show, milliseconds. */
const SUBMIT_MS = 40;
const MOST_A_SUBMIT = 64;

export async function measureCeiling(found: FoundAdapter): Promise<CeilingResult> {
  const device = await openDevice(found, (error) => console.warn(error.message));
  try {
    const tried: { name: string; gflops: number | null }[] = [];
    for (const size of found.facts.software ? [512] : [1024, 2048, 4096]) {
      for (const kernel of kernelsFor(device, size, found.facts.software)) {
        const gflops = await rate(device, kernel, size).catch(() => null);
        tried.push({ name: `${size}³, ${kernel.name}`, gflops });
      }
    }
    return { gflops: Math.max(0, ...tried.map(({ gflops }) => gflops ?? 0)), tried };
  } finally {
    device.destroy();
  }
}

function kernelsFor(device: GPUDevice, size: number, software: boolean): readonly ProductKernel[] {
  return productKernels({
    size,
    subgroups: device.features.has('subgroups'),
    workgroupBytes: device.limits.maxComputeWorkgroupStorageSize,
    workgroupThreads: device.limits.maxComputeInvocationsPerWorkgroup,
    shared: !software,
  });
}

async function rate(
  device: GPUDevice,
  kernel: ProductKernel,
  size: number,
): Promise<number | null> {
  const module = device.createShaderModule({ code: kernel.code });
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module, entryPoint: 'main' },
  });
  const values = matrices(size);
  const buffers = [values.a, values.b, new Float32Array(size * size)].map((matrix) =>
    resident(device, matrix),
  );
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const time = async (repeats: number): Promise<number> => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    for (let at = 0; at < repeats; at += 1) pass.dispatchWorkgroups(...kernel.workgroups);
    pass.end();
    const commands = encoder.finish();
    const start = performance.now();
    device.queue.submit([commands]);
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / repeats;
  };
  try {
    await time(1);
    const once = await time(1);
    const repeats = Math.min(MOST_A_SUBMIT, Math.max(1, Math.ceil(SUBMIT_MS / once)));
    let best = once;
    for (let at = 0; at < REPEATS; at += 1) best = Math.min(best, await time(repeats));
    const right = await sumsRight(device, buffers[2]!, values, size);
    return right ? (2 * size ** 3) / (best * 1e6) : null;
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}

interface Matrices {
  readonly a: Float32Array<ArrayBuffer>;
  readonly b: Float32Array<ArrayBuffer>;
}

/** Small whole numbers: their sums are exact in float32. */
function matrices(size: number): Matrices {
  const make = (step: number) =>
    Float32Array.from({ length: size * size }, (_, at) => ((at * step) % 7) - 3);
  return { a: make(5), b: make(3) };
}

function resident(device: GPUDevice, values: Float32Array<ArrayBuffer>): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffer = device.createBuffer({ size: values.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, values);
  return buffer;
}

/** Compares one row of the product, somewhere in the middle, with sums in float64. */
async function sumsRight(
  device: GPUDevice,
  product: GPUBuffer,
  { a, b }: Matrices,
  size: number,
): Promise<boolean> {
  const row = size / 2 + 5;
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const staging = device.createBuffer({ size: size * 4, usage });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(product, row * size * 4, staging, 0, size * 4);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const found = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return found.every((value, column) => {
    let sum = 0;
    for (let k = 0; k < size; k += 1) sum += a[k * size + row]! * b[k * size + column]!;
    return value === sum;
  });
}
