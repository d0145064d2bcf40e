/**
 * The bytes of a face set as the GPU gets them: all of it in buffers that stay, or the faces of a batch at a
 * time in a block of slots. How much memory either may take is found out by asking for it.
 */
import type { FaceSet } from '../../data/types';
import type { Gpu } from './gpu';

export interface FaceBuffers {
  readonly pixels: GPUBuffer;
  /** One int32 a face. */
  readonly labels: GPUBuffer;
}

/** Faces of batches on their way: slot after slot, each with room for one batch. */
export interface Block extends FaceBuffers {
  readonly slots: number;
}

/** Face pixels above this are streamed even where one buffer could hold them: other things need room. */
export const FACES_BUDGET = 2 ** 30;

/** Memory for batches on their way, at first and at the least. */
const BLOCK_BYTES = 64 * 2 ** 20;
const LEAST_BLOCK_BYTES = 2 ** 20;

/** What faces may take of the GPU's memory: less after every time that it had none left. */
export class FacesRoom {
  #resident: number;
  #block = BLOCK_BYTES;

  /** @param budget bytes of pixels that may stay on the GPU; larger sets are streamed */
  constructor(budget: number) {
    this.#resident = budget;
  }

  /** Whether so many bytes may stay. */
  admits(bytes: number): boolean {
    return bytes <= this.#resident;
  }

  /** Bytes that the slots of a block may take; one slot is always there. */
  get blockBytes(): number {
    return this.#block;
  }

  /** From now on nothing stays. */
  closeResident(): void {
    this.#resident = -1;
  }

  /** Halves the blocks; `false` where they are as small as they get. */
  halveBlocks(): boolean {
    if (this.#block <= LEAST_BLOCK_BYTES) return false;
    this.#block /= 2;
    return true;
  }
}

/** Places of a streamed batch: a multiple of 4, so that every slot starts on a whole word. */
export function strideOf(batch: number): number {
  return 4 * Math.ceil(batch / 4);
}

/** A whole set in buffers of its own. */
export function upload(gpu: Gpu, { pixels, labels }: FaceSet): FaceBuffers {
  const bytes = gpu.storage('faces', pixels.byteLength);
  const whole = pixels.byteLength - (pixels.byteLength % 4);
  const { queue } = gpu.device;
  // FaceSets are made on plain memory; the types allow shared memory as well.
  queue.writeBuffer(bytes, 0, pixels as Uint8Array<ArrayBuffer>, 0, whole);
  if (whole < pixels.byteLength) {
    const rest = new Uint8Array(4);
    rest.set(pixels.subarray(whole));
    queue.writeBuffer(bytes, whole, rest);
  }
  const classes = gpu.storage('labels', labels.byteLength);
  queue.writeBuffer(classes, 0, labels as Int32Array<ArrayBuffer>);
  return { pixels: bytes, labels: classes };
}

/**
 * A block for batches of `batch` faces of `size` pixels a side.
 * @param slots at the most
 */
export function makeBlock(
  gpu: Gpu,
  { batch, size, slots, bytes }: Readonly<Record<'batch' | 'size' | 'slots' | 'bytes', number>>,
): Block {
  const slotBytes = strideOf(batch) * size * size * 3;
  const count = Math.max(1, Math.min(slots, Math.floor(bytes / slotBytes)));
  return {
    slots: count,
    pixels: gpu.storage('streamed faces', count * slotBytes),
    labels: gpu.storage('streamed labels', 4 * count * strideOf(batch)),
  };
}

/** Sends the faces of `indices` to the places of a block from `first` on, a multiple of 4. */
export function send(
  gpu: Gpu,
  block: FaceBuffers,
  { pixels, labels, cropSize }: FaceSet,
  first: number,
  indices: Uint32Array,
): void {
  const { queue } = gpu.device;
  const length = cropSize * cropSize * 3;
  const bytes = new Uint8Array(4 * Math.ceil((indices.length * length) / 4));
  const classes = new Int32Array(indices.length);
  indices.forEach((index, position) => {
    const from = index * length;
    bytes.set(pixels.subarray(from, from + length), position * length);
    classes[position] = labels[index]!;
  });
  queue.writeBuffer(block.pixels, first * length, bytes);
  queue.writeBuffer(block.labels, 4 * first, classes);
}

export function freeFaces(gpu: Gpu, { pixels, labels }: FaceBuffers): void {
  gpu.free(pixels);
  gpu.free(labels);
}
