/**
 * The product's own WebGPU engine: networks through the engine interface, heads through its head alone,
 * and the three matrix products of a head as a reference for it.
 */
import { findAdapter, globalGpu, openDevice } from '../../src/engine/adapter';
import type { Engine } from '../../src/engine/engine';
import { choicesFor } from '../../src/engine/fused/choices';
import { FusedEngine } from '../../src/engine/fused/engine';
import { gemm, productSplit } from '../../src/engine/fused/family';
import type { GemmShape } from '../../src/engine/fused/gemm';
import { Gpu } from '../../src/engine/fused/gpu';
import { headBackward, headForward, headScale, slotLength } from '../../src/engine/fused/head';
import {
  type Dispatch,
  inBuffer,
  padded,
  scratch,
  type Tensor,
} from '../../src/engine/fused/kernel';
import { Plan } from '../../src/engine/fused/plan';
import { ScratchPool } from '../../src/engine/fused/scratch';
import { fixedAdaCosScale } from '../../src/losses/scaleRule';
import { type HeadInputs, headInputs } from '../inputs';
import type { HeadWorkload, Workload } from '../workloads';
import { DYNAMIC, engineRunner } from './engine';
import type { ArmRunner } from './runner';

export async function openFused(work: Workload): Promise<ArmRunner> {
  return work.kind === 'network'
    ? engineRunner(await openEngine(), work, {})
    : openHead(work, headInputs(work));
}

/** One learner of a workload of two, so that what the second adds is measured in the same rounds. */
export async function openFusedOne(work: Workload): Promise<ArmRunner> {
  if (work.kind !== 'network' || work.learners === 1) {
    throw new Error('a reference for two learners only');
  }
  return engineRunner(await openEngine(), { ...work, learners: 1 }, {});
}

export async function openFusedProducts(work: Workload): Promise<ArmRunner> {
  if (work.kind === 'network') throw new Error('a reference for heads only');
  return openProducts(work, headInputs(work));
}

function fail(error: Error): never {
  throw error;
}

async function adapter() {
  const found = await findAdapter(globalGpu());
  if (found === null) throw new Error('there is no WebGPU adapter');
  return found;
}

async function openEngine(): Promise<Engine> {
  const found = await adapter();
  const report = {
    name: 'fused',
    backend: 'webgpu',
    adapter: found.facts,
    threads: null,
    reason: 'the benchmark asked for it',
    considered: [],
  } as const;
  // Chosen by measuring where measuring is what the product does: on hardware.
  const tuning = found.facts.software ? {} : { tuning: { store: null, budgetMs: 20_000 } };
  return FusedEngine.open(found, report, {
    findAdapter: () => findAdapter(globalGpu()),
    onFailure: fail,
    onRecovered: (reason) => fail(new Error(reason)),
    ...tuning,
  });
}

interface Bench {
  readonly gpu: Gpu;
  readonly pool: ScratchPool;
  readonly embeddings: Tensor;
  /** `[embedding, padded classes]`. */
  readonly centres: Tensor;
  readonly dEmbeddings: Tensor;
  readonly dCentres: Tensor;
  store(label: string, values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): GPUBuffer;
}

async function openBench(work: HeadWorkload, inputs: HeadInputs): Promise<Bench> {
  const found = await adapter();
  const gpu = new Gpu(await openDevice(found, fail), found.facts);
  const { batch, embeddingSize, classes } = work;
  const columns = padded(classes);
  const store: Bench['store'] = (label, values) => {
    const buffer = gpu.storage(label, values.byteLength);
    gpu.device.queue.writeBuffer(buffer, 0, values);
    return buffer;
  };
  const rows = new Float32Array(embeddingSize * columns);
  for (let row = 0; row < embeddingSize; row += 1) {
    rows.set(inputs.centres.subarray(row * classes, (row + 1) * classes), row * columns);
  }
  const empty = (label: string, length: number): Tensor =>
    inBuffer(label, gpu.storage(label, 4 * length));
  return {
    gpu,
    pool: new ScratchPool(gpu),
    embeddings: inBuffer('embeddings', store('embeddings', inputs.embeddings.slice())),
    centres: inBuffer('centres', store('centres', rows)),
    dEmbeddings: empty('d-embeddings', batch * embeddingSize),
    dCentres: empty('d-centres', embeddingSize * columns),
    store,
  };
}

/** Forward, scale rule, loss and both gradients: what the engine does in a training step, less the update. */
async function openHead(work: HeadWorkload, inputs: HeadInputs): Promise<ArmRunner> {
  const bench = await openBench(work, inputs);
  const { gpu, store, embeddings, centres, dEmbeddings, dCentres } = bench;
  const { batch, embeddingSize, classes } = work;
  const shape = { batch, embedding: embeddingSize, classes };
  const ring = gpu.storage('ring', 4 * slotLength(batch));
  const io = {
    embeddings,
    centres,
    targets: inBuffer('targets', store('targets', Uint32Array.from(inputs.labels))),
    state: inBuffer('scale', store('scale', Float32Array.of(fixedAdaCosScale(classes)))),
    ring: inBuffer('ring', ring),
    scratch,
  };
  const choices = choicesFor(gpu).head;
  const forward = headForward(shape, io, choices);
  const dispatches = [
    ...forward.dispatches,
    ...headScale(shape, forward, DYNAMIC, io, choices),
    ...headBackward(shape, forward, DYNAMIC, { ...io, dEmbeddings, dCentres }, choices),
  ];
  const run = await runnerOf(bench, dispatches);
  let step = 0;
  return {
    ...run,
    step() {
      step += 1;
      // The first batch keeps the fixed scale, as the paper does.
      run.step(step === 1);
    },
    async finish() {
      const values = new Float32Array(await readBack(gpu, ring));
      const own = values.subarray(batch, 2 * batch);
      return own.reduce((sum, value) => sum + value, 0) / batch;
    },
  };
}

/** The same three products with nothing around them. */
async function openProducts(work: HeadWorkload, inputs: HeadInputs): Promise<ArmRunner> {
  const bench = await openBench(work, inputs);
  const { gpu, embeddings, centres, dEmbeddings, dCentres } = bench;
  const { batch, embeddingSize, classes } = work;
  const columns = padded(classes);
  const choices = choicesFor(gpu).head;
  const gradient = scratch('gradient', batch * columns);
  const list: Dispatch[] = [];
  const add = (shape: GemmShape, parts: number, a: Tensor, b: Tensor, c: Tensor): void => {
    const tile = choices.tile(shape, parts);
    const split = productSplit(shape, tile, parts);
    const whole = split.parts === 1 ? c : scratch('parts', split.parts * c.length);
    list.push(gemm('head', shape, tile, split, { a, b, c: whole }));
  };
  add({ mode: 'nn', m: batch, n: columns, k: embeddingSize }, 1, embeddings, centres, gradient);
  const { parts } = choices;
  add(
    { mode: 'nt', m: batch, n: embeddingSize, k: columns },
    parts,
    gradient,
    centres,
    dEmbeddings,
  );
  add({ mode: 'tn', m: embeddingSize, n: columns, k: batch }, 1, embeddings, gradient, dCentres);
  const run = await runnerOf(bench, list);
  return {
    ...run,
    step: () => run.step(false),
    finish: async () => {
      await gpu.idle();
      return null;
    },
  };
}

/** Replays `dispatches`, a submit a step. */
async function runnerOf({ gpu, pool }: Bench, dispatches: readonly Dispatch[]) {
  const plan = await Plan.create(gpu, pool, dispatches);
  const { UNIFORM, COPY_DST } = GPUBufferUsage;
  const uniform = gpu.buffer('step', 256, UNIFORM | COPY_DST);
  const group = gpu.device.createBindGroup({
    layout: gpu.groupLayout('step'),
    entries: [{ binding: 0, resource: { buffer: uniform, size: 256 } }],
  });
  return {
    versions: {},
    step(keeps: boolean) {
      const numbers = new ArrayBuffer(32);
      // cos of the cap angle and the flag of the first batch, where step.wgsl has them.
      new Float32Array(numbers)[2] = Math.SQRT1_2;
      new Uint32Array(numbers)[7] = keeps ? 1 : 0;
      gpu.device.queue.writeBuffer(uniform, 0, numbers);
      const encoder = gpu.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      plan.encode(pass, { group, offsets: [0] });
      pass.end();
      gpu.device.queue.submit([encoder.finish()]);
    },
    gpuBytes: () => gpu.peakBytes,
  };
}

async function readBack(gpu: Gpu, source: GPUBuffer): Promise<ArrayBuffer> {
  const { MAP_READ, COPY_DST } = GPUBufferUsage;
  const staging = gpu.buffer('readback', source.size, MAP_READ | COPY_DST);
  const encoder = gpu.device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, staging, 0, source.size);
  gpu.device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const bytes = staging.getMappedRange().slice(0);
  staging.unmap();
  gpu.free(staging);
  return bytes;
}
