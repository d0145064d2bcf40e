/**
 * Faces on the GPU and the batches made of them. Bytes stay as they are; gathering, mirroring, shifting
 * and normalising are a dispatch. A set that does not fit is sent batch by batch instead, through the
 * same kernel. All learners of a device read the same batch.
 */
import type { FaceSet } from '../../data/types';
import type { BatchPlan } from '../engine';
import type { Gpu } from './gpu';
import { type Dispatch, inBuffer } from './kernel';
import { Plan } from './plan';
import type { Recorder } from './recorder';
import type { ScratchPool } from './scratch';
import { gather } from './small';
import { bytesPerNumber } from './storage';
import type { BatchTensors } from './training-plan';

/** Batches that one submit may hold: each has a slot of its own for its numbers. */
export const BATCH_SLOTS = 32;

const UNIFORM_BYTES = 256;

/** Memory for batches on their way, where the set is not resident. */
const STREAM_BYTES = 64 * 2 ** 20;

/** Places of a streamed batch: a multiple of 4, so that every slot starts on a whole word. */
function strideOf(batch: number): number {
  return 4 * Math.ceil(batch / 4);
}

interface Source {
  readonly batch: number;
  /** Batches that may wait for one submit. */
  readonly slots: number;
  readonly images: GPUBuffer;
  readonly targets: GPUBuffer;
  readonly tensors: BatchTensors;
  readonly plan: Plan;
  readonly group: GPUBindGroup;
  readonly uniform: GPUBuffer;
  readonly indices: GPUBuffer;
  readonly indexBytes: number;
  /** Bytes and labels of the slots, where the set is not resident. */
  readonly stream: { readonly pixels: GPUBuffer; readonly labels: GPUBuffer } | null;
}

/** A source whose kernel may not be compiled yet. */
type Draft = Omit<Source, 'plan'> & { readonly dispatch: Dispatch };

export interface FacesOptions {
  /** Bytes of pixels that may stay on the GPU; more are streamed. */
  readonly budget: number;
}

export class Batches {
  readonly #gpu: Gpu;
  readonly #pool: ScratchPool;
  readonly #recorder: Recorder;
  readonly #faces: FaceSet;
  readonly #resident: { readonly pixels: GPUBuffer; readonly labels: GPUBuffer } | null;
  readonly #sources = new Map<string, Source>();
  /** Slots used since the last submit. */
  #used = 0;
  /** What the image buffers hold now. */
  #current = new Map<Source, object>();
  #disposed = false;

  constructor(
    gpu: Gpu,
    pool: ScratchPool,
    recorder: Recorder,
    faces: FaceSet,
    { budget }: FacesOptions,
  ) {
    this.#gpu = gpu;
    this.#pool = pool;
    this.#recorder = recorder;
    this.#faces = faces;
    const limit = Math.min(budget, gpu.bindingLimit);
    this.#resident = faces.pixels.byteLength <= limit ? this.#upload(faces) : null;
  }

  /** Whether the set is sent batch by batch. */
  get streams(): boolean {
    return this.#resident === null;
  }

  /** Where batches of `batch` images are made. `kind` keeps an evaluation from disturbing training. */
  async source(batch: number, kind: 'training' | 'inference'): Promise<BatchTensors> {
    const key = `${kind} ${batch}`;
    const known = this.#sources.get(key);
    if (known !== undefined) return known.tensors;
    const made = this.#make(batch);
    await this.#gpu.compile([made.dispatch]);
    const raced = this.#sources.get(key);
    if (raced === undefined && !this.#disposed) return this.#keep(key, made).tensors;
    // Whoever asked at the same time must get the same buffers. After `dispose` these are of no use, and
    // neither is what anybody makes of them.
    this.#free(made);
    return (raced ?? made).tensors;
  }

  sourceNow(batch: number, kind: 'training' | 'inference'): BatchTensors {
    const key = `${kind} ${batch}`;
    return (this.#sources.get(key) ?? this.#keep(key, this.#make(batch))).tensors;
  }

  /** Records the gathering of `plan`, unless the images of `token` are there already. */
  gather(plan: BatchPlan, token: object, kind: 'training' | 'inference'): void {
    this.sourceNow(plan.indices.length, kind);
    const source = this.#sources.get(`${kind} ${plan.indices.length}`)!;
    if (this.#current.get(source) === token) return;
    this.#current.set(source, token);
    if (this.#used >= source.slots) this.#recorder.flush();
    const slot = this.#used;
    this.#used += 1;
    this.#recorder.notify(this.#listener);
    this.#write(source, slot, plan);
    source.plan.encode(this.#recorder.pass(), {
      group: source.group,
      offsets: [slot * UNIFORM_BYTES, slot * source.indexBytes],
    });
  }

  /** The dispatch that makes training batches of `batch` images. */
  dispatchOf(batch: number): Dispatch {
    this.sourceNow(batch, 'training');
    return this.#sources.get(`training ${batch}`)!.plan.dispatches[0]!;
  }

  dispose(): void {
    this.#disposed = true;
    for (const source of this.#sources.values()) {
      source.plan.dispose();
      this.#free(source);
    }
    this.#sources.clear();
    if (this.#resident !== null) {
      for (const buffer of Object.values(this.#resident)) this.#gpu.free(buffer);
    }
  }

  #free({ images, targets, uniform, indices, stream }: Draft | Source): void {
    const streamed = stream === null ? [] : Object.values(stream);
    for (const buffer of [images, targets, uniform, indices, ...streamed]) this.#gpu.free(buffer);
  }

  readonly #listener = {
    beforeSubmit: () => undefined,
    afterSubmit: () => {
      this.#used = 0;
    },
  };

  #upload({ pixels, labels }: FaceSet): { pixels: GPUBuffer; labels: GPUBuffer } {
    const bytes = this.#gpu.storage('faces', pixels.byteLength);
    const whole = pixels.byteLength - (pixels.byteLength % 4);
    const { queue } = this.#gpu.device;
    // FaceSets are made on plain memory; the types allow shared memory as well.
    queue.writeBuffer(bytes, 0, pixels as Uint8Array<ArrayBuffer>, 0, whole);
    if (whole < pixels.byteLength) {
      const rest = new Uint8Array(4);
      rest.set(pixels.subarray(whole));
      queue.writeBuffer(bytes, whole, rest);
    }
    const classes = this.#gpu.storage('labels', labels.byteLength);
    queue.writeBuffer(classes, 0, labels as Int32Array<ArrayBuffer>);
    return { pixels: bytes, labels: classes };
  }

  #make(batch: number): Draft {
    const gpu = this.#gpu;
    const size = this.#faces.cropSize;
    const { values } = gpu.maps;
    const images = gpu.storage('batch', 4 * batch * size * size * bytesPerNumber(values));
    const targets = gpu.storage('targets', 4 * batch);
    const slotBytes = strideOf(batch) * size * size * 3;
    const streamed = Math.max(1, Math.min(BATCH_SLOTS, Math.floor(STREAM_BYTES / slotBytes)));
    const slots = this.#resident === null ? streamed : BATCH_SLOTS;
    const stream =
      this.#resident === null
        ? {
            pixels: gpu.storage('streamed faces', slots * slotBytes),
            labels: gpu.storage('streamed labels', slots * strideOf(batch) * 4),
          }
        : null;
    const from = this.#resident ?? stream!;
    const tensors = {
      // (byte − 127.5) / 128 has eight digits: halves keep them all.
      images: inBuffer('images', images, values),
      targets: inBuffer('targets', targets),
    };
    const dispatch = gather(
      { batch, size },
      {
        pixels: inBuffer('faces', from.pixels),
        labels: inBuffer('labels', from.labels),
        ...tensors,
      },
    );
    const { UNIFORM, COPY_DST } = GPUBufferUsage;
    const uniform = gpu.buffer('batch numbers', UNIFORM_BYTES * BATCH_SLOTS, UNIFORM | COPY_DST);
    const indexBytes = 256 * Math.ceil((4 * batch) / 256);
    const indices = gpu.storage('batch indices', indexBytes * BATCH_SLOTS);
    const group = gpu.device.createBindGroup({
      label: 'batch',
      layout: gpu.groupLayout('batch'),
      entries: [
        { binding: 0, resource: { buffer: uniform, size: UNIFORM_BYTES } },
        { binding: 1, resource: { buffer: indices, size: 4 * batch } },
      ],
    });
    return {
      batch,
      slots,
      images,
      targets,
      tensors,
      dispatch,
      uniform,
      indices,
      indexBytes,
      group,
      stream,
    };
  }

  #keep(key: string, made: Draft): Source {
    const { dispatch, ...rest } = made;
    const source = { ...rest, plan: Plan.createNow(this.#gpu, this.#pool, [dispatch]) };
    this.#sources.set(key, source);
    return source;
  }

  #write(source: Source, slot: number, plan: BatchPlan): void {
    const { queue } = this.#gpu.device;
    const { seed, step, augmentation, indices } = plan;
    const numbers = Uint32Array.of(
      seed,
      step,
      augmentation.flip ? 1 : 0,
      augmentation.shift,
      erasedPixels(augmentation.erase ?? 0, this.#faces.cropSize),
    );
    queue.writeBuffer(source.uniform, slot * UNIFORM_BYTES, numbers);
    const { stream, batch } = source;
    let places = indices;
    if (stream !== null) {
      const first = slot * strideOf(batch);
      places = indices.map((_, position) => first + position);
      this.#send(stream, first, indices);
    }
    queue.writeBuffer(source.indices, slot * source.indexBytes, places as Uint32Array<ArrayBuffer>);
  }

  /** Sends the bytes of `indices` to the places from `first` on. */
  #send(
    stream: { readonly pixels: GPUBuffer; readonly labels: GPUBuffer },
    first: number,
    indices: Uint32Array,
  ): void {
    const { pixels, labels, cropSize } = this.#faces;
    const { queue } = this.#gpu.device;
    const length = cropSize * cropSize * 3;
    const bytes = new Uint8Array(4 * Math.ceil((indices.length * length) / 4));
    const classes = new Int32Array(indices.length);
    indices.forEach((index, position) => {
      const from = index * length;
      bytes.set(pixels.subarray(from, from + length), position * length);
      classes[position] = labels[index]!;
    });
    queue.writeBuffer(stream.pixels, first * length, bytes);
    queue.writeBuffer(stream.labels, 4 * first, classes);
  }
}

/** Side of the erased square in whole pixels; `share` of the image's side. */
export function erasedPixels(share: number, size: number): number {
  return Math.round(share * size);
}
