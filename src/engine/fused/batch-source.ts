/** Where batches of one size are made: their buffers, and the kernel that fills them from faces. */
import type { FaceSet } from '../../data/types';
import type { BatchPlan } from '../engine';
import {
  type Block,
  type FaceBuffers,
  type FacesRoom,
  freeFaces,
  makeBlock,
  send,
  strideOf,
} from './faces';
import type { Gpu } from './gpu';
import { type Dispatch, inBuffer, scratch } from './kernel';
import { Plan } from './plan';
import type { ScratchPool } from './scratch';
import { gather } from './small';
import { bytesPerNumber } from './storage';
import type { BatchTensors } from './training-plan';

/** Batches that one submit may hold: each has a slot of its own for its numbers. */
export const BATCH_SLOTS = 32;

const UNIFORM_BYTES = 256;

/** Where a source has its faces from. */
interface Feed {
  readonly plan: Plan;
  /** Batches that may wait for one submit. */
  readonly slots: number;
  /** `null` where the set is resident. */
  readonly block: Block | null;
}

export interface SourceHost {
  readonly gpu: Gpu;
  readonly pool: ScratchPool;
  readonly faces: FaceSet;
  readonly room: FacesRoom;
}

/** Only for its text: it runs on nothing. */
export function describedGather({ gpu, faces }: SourceHost, batch: number): Dispatch {
  return gather(
    { batch, size: faces.cropSize },
    {
      pixels: scratch('faces', 1),
      labels: scratch('labels', 1),
      images: scratch('images', 1, gpu.maps.values),
      targets: scratch('targets', 1),
    },
  );
}

export class BatchSource {
  readonly tensors: BatchTensors;
  readonly #host: SourceHost;
  readonly #batch: number;
  readonly #buffers: Readonly<Record<'images' | 'targets' | 'uniform' | 'indices', GPUBuffer>>;
  readonly #indexBytes: number;
  readonly #group: GPUBindGroup;
  #feed: Feed;

  /** @param resident the whole set; `null` where it is sent with every batch */
  constructor(host: SourceHost, batch: number, resident: FaceBuffers | null) {
    this.#host = host;
    this.#batch = batch;
    const { gpu, faces } = host;
    const { values } = gpu.maps;
    const { UNIFORM, COPY_DST } = GPUBufferUsage;
    this.#indexBytes = 256 * Math.ceil((4 * batch) / 256);
    const numbers = 4 * batch * faces.cropSize ** 2;
    const images = gpu.storage('batch', numbers * bytesPerNumber(values));
    const targets = gpu.storage('targets', 4 * batch);
    const uniform = gpu.buffer('batch numbers', UNIFORM_BYTES * BATCH_SLOTS, UNIFORM | COPY_DST);
    const indices = gpu.storage('batch indices', this.#indexBytes * BATCH_SLOTS);
    this.#buffers = { images, targets, uniform, indices };
    this.tensors = {
      // (byte − 127.5) / 128 has eight digits: halves keep them all.
      images: inBuffer('images', images, values),
      targets: inBuffer('targets', targets),
    };
    this.#group = gpu.device.createBindGroup({
      label: 'batch',
      layout: gpu.groupLayout('batch'),
      entries: [
        { binding: 0, resource: { buffer: uniform, size: UNIFORM_BYTES } },
        { binding: 1, resource: { buffer: indices, size: 4 * batch } },
      ],
    });
    this.#feed = this.#feedFrom(resident);
  }

  get slots(): number {
    return this.#feed.slots;
  }

  get dispatch(): Dispatch {
    return this.#feed.plan.dispatches[0]!;
  }

  /** Gives back what its faces come through: nothing can be made until `refeed`. */
  starve(): void {
    const { plan, block } = this.#feed;
    plan.dispose();
    if (block !== null) freeFaces(this.#host.gpu, block);
  }

  /** Takes faces from `resident`, or from a block as large as there is room for. */
  refeed(resident: FaceBuffers | null): void {
    this.#feed = this.#feedFrom(resident);
  }

  /** Writes what the batch of a slot is made of. */
  write(slot: number, { seed, step, augmentation, indices }: BatchPlan): void {
    const { gpu, faces } = this.#host;
    const { queue } = gpu.device;
    const numbers = Uint32Array.of(
      seed,
      step,
      augmentation.flip ? 1 : 0,
      augmentation.shift,
      erasedPixels(augmentation.erase ?? 0, faces.cropSize),
    );
    queue.writeBuffer(this.#buffers.uniform, slot * UNIFORM_BYTES, numbers);
    const { block } = this.#feed;
    let places = indices;
    if (block !== null) {
      const first = slot * strideOf(this.#batch);
      places = indices.map((_, position) => first + position);
      send(gpu, block, faces, first, indices);
    }
    const offset = slot * this.#indexBytes;
    queue.writeBuffer(this.#buffers.indices, offset, places as Uint32Array<ArrayBuffer>);
  }

  /** Makes the batch of a slot. */
  encode(pass: GPUComputePassEncoder, slot: number): void {
    const offsets = [slot * UNIFORM_BYTES, slot * this.#indexBytes];
    this.#feed.plan.encode(pass, { group: this.#group, offsets });
  }

  dispose(): void {
    this.starve();
    for (const buffer of Object.values(this.#buffers)) this.#host.gpu.free(buffer);
  }

  #feedFrom(resident: FaceBuffers | null): Feed {
    const { gpu, pool, faces, room } = this.#host;
    const batch = this.#batch;
    const size = faces.cropSize;
    const wanted = { batch, size, bytes: room.blockBytes, slots: BATCH_SLOTS };
    const block = resident === null ? makeBlock(gpu, wanted) : null;
    const from = resident ?? block!;
    const pixels = inBuffer('faces', from.pixels);
    const labels = inBuffer('labels', from.labels);
    const made = gather({ batch, size }, { pixels, labels, ...this.tensors });
    const sent = block === null ? '' : ', sent with every batch';
    const shape = made.shape + sent + gpu.refusals.mapsRemark;
    const plan = Plan.createNow(gpu, pool, [{ ...made, shape }]);
    return { plan, block, slots: block?.slots ?? BATCH_SLOTS };
  }
}

/** Side of the erased square in whole pixels; `share` of the image's side. */
function erasedPixels(share: number, size: number): number {
  return Math.round(share * size);
}
