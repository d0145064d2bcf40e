/**
 * Faces on the GPU and the batches made of them. Bytes stay as they are; gathering, mirroring, shifting
 * and normalising are a dispatch. A set that does not fit, or that the GPU has no memory left for, is sent
 * batch by batch instead, through the same kernel. All learners of a device read the same batch.
 */
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
  upload,
} from './faces';
import { type Gpu, NoMemoryLeft } from './gpu';
import { type Dispatch, inBuffer, scratch } from './kernel';
import { Plan } from './plan';
import type { Recorder } from './recorder';
import type { ScratchPool } from './scratch';
import { gather } from './small';
import { bytesPerNumber } from './storage';
import type { BatchTensors } from './training-plan';

/** Batches that one submit may hold: each has a slot of its own for its numbers. */
export const BATCH_SLOTS = 32;

const UNIFORM_BYTES = 256;

interface Source {
  readonly batch: number;
  readonly images: GPUBuffer;
  readonly targets: GPUBuffer;
  readonly tensors: BatchTensors;
  readonly group: GPUBindGroup;
  readonly uniform: GPUBuffer;
  readonly indices: GPUBuffer;
  readonly indexBytes: number;
  feed: Feed;
}

/** Where a source has its faces from. */
interface Feed {
  readonly plan: Plan;
  /** Batches that may wait for one submit. */
  readonly slots: number;
  /** `null` where the set is resident. */
  readonly block: Block | null;
}

/** An evaluation must not disturb training. */
type Kind = 'training' | 'inference';

export class Batches {
  /** Settles when it is known whether the set is resident; until then batches are streamed. */
  readonly ready: Promise<void>;
  readonly #gpu: Gpu;
  readonly #pool: ScratchPool;
  readonly #recorder: Recorder;
  readonly #faces: FaceSet;
  readonly #room: FacesRoom;
  #resident: FaceBuffers | null = null;
  /** The same before it is known whether the GPU has memory for it. */
  #asked: FaceBuffers | null = null;
  readonly #sources = new Map<string, Source>();
  readonly #making = new Map<string, Promise<BatchTensors>>();
  /** Slots used since the last submit. */
  #used = 0;
  /** What the image buffers hold now. */
  #current = new Map<Source, object>();
  #disposed = false;

  /** @param room takes note of what the GPU has no memory for */
  constructor(gpu: Gpu, pool: ScratchPool, recorder: Recorder, faces: FaceSet, room: FacesRoom) {
    this.#gpu = gpu;
    this.#pool = pool;
    this.#recorder = recorder;
    this.#faces = faces;
    this.#room = room;
    const bytes = faces.pixels.byteLength;
    const fits = bytes <= gpu.bindingLimit && room.admits(bytes);
    this.ready = fits ? this.#settle() : Promise.resolve();
    // Whoever asks for a source hears of it.
    this.ready.catch(() => undefined);
  }

  /** Whether the set is sent batch by batch. */
  get streams(): boolean {
    return this.#resident === null;
  }

  /**
   * Where batches of `batch` images are made.
   * @throws EngineError where the GPU has no memory left for them, whatever is given up
   */
  source(batch: number, kind: Kind): Promise<BatchTensors> {
    const key = `${kind} ${batch}`;
    // Whoever asks at the same time must get the same buffers.
    const making =
      this.#making.get(key) ?? this.#prepare(key, batch).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  sourceNow(batch: number, kind: Kind): BatchTensors {
    return this.#sourceOf(`${kind} ${batch}`, batch).tensors;
  }

  /** Records the gathering of `plan`, unless the images of `token` are there already. */
  gather(plan: BatchPlan, token: object, kind: Kind): void {
    const size = plan.indices.length;
    const source = this.#sourceOf(`${kind} ${size}`, size);
    if (this.#current.get(source) === token) return;
    this.#current.set(source, token);
    if (this.#used >= source.feed.slots) this.#recorder.flush();
    const slot = this.#used;
    this.#used += 1;
    this.#recorder.notify(this.#listener);
    this.#write(source, slot, plan);
    source.feed.plan.encode(this.#recorder.pass(), {
      group: source.group,
      offsets: [slot * UNIFORM_BYTES, slot * source.indexBytes],
    });
  }

  /** The dispatch that makes training batches of `batch` images. */
  dispatchOf(batch: number): Dispatch {
    return this.#sourceOf(`training ${batch}`, batch).feed.plan.dispatches[0]!;
  }

  /**
   * Gives memory back: the resident set, which is streamed from now on, or half of every block.
   * @returns `false` where nothing is left to give
   */
  async stepBack(): Promise<boolean> {
    while (this.noteShortage()) {
      try {
        await this.#gpu.checked('batches of faces', () => this.#refeed(null));
        return true;
      } catch (error) {
        if (!(error instanceof NoMemoryLeft)) throw error;
      }
    }
    return false;
  }

  /** Has less asked for by whoever opens these faces next; `false` where less is of no use. */
  noteShortage(): boolean {
    if (this.streams) return this.#room.halveBlocks();
    this.#room.closeResident();
    return true;
  }

  dispose(): void {
    this.#disposed = true;
    for (const source of this.#sources.values()) this.#free(source);
    this.#sources.clear();
    for (const faces of [this.#resident, this.#takeAsked()]) {
      if (faces !== null) freeFaces(this.#gpu, faces);
    }
    this.#resident = null;
  }

  readonly #listener = {
    beforeSubmit: () => undefined,
    afterSubmit: () => {
      this.#used = 0;
    },
  };

  /** Asks for room for the whole set, and takes it if there is any. */
  async #settle(): Promise<void> {
    try {
      await this.#gpu.checked('the faces', () => {
        this.#asked = upload(this.#gpu, this.#faces);
      });
      const made = this.#takeAsked();
      if (made !== null) this.#refeed(made);
    } catch (error) {
      const refused = this.#takeAsked();
      if (refused !== null) freeFaces(this.#gpu, refused);
      if (!(error instanceof NoMemoryLeft)) throw error;
      this.#room.closeResident();
    }
  }

  /** `null` after `dispose`, which gave it back. */
  #takeAsked(): FaceBuffers | null {
    const asked = this.#asked;
    this.#asked = null;
    return asked;
  }

  async #prepare(key: string, batch: number): Promise<BatchTensors> {
    await this.ready;
    await this.#gpu.compile([this.#kernel(batch)]);
    for (;;) {
      try {
        const made = await this.#gpu.checked(
          'batches of faces',
          () => this.#sourceOf(key, batch),
          (refused) => {
            if (this.#sources.delete(key)) this.#free(refused);
          },
        );
        return made.tensors;
      } catch (error) {
        if (!(error instanceof NoMemoryLeft) || !(await this.stepBack())) throw error;
      }
    }
  }

  #sourceOf(key: string, batch: number): Source {
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const made = this.#make(batch);
    // After `dispose` it is of no use, and neither is what anybody makes of it.
    if (this.#disposed) this.#free(made);
    else this.#sources.set(key, made);
    return made;
  }

  /** Has all sources take their faces from `resident`, or from blocks, as large as there is room for now. */
  #refeed(resident: FaceBuffers | null): void {
    // What was recorded still reads the buffers that are about to go.
    this.#recorder.flush();
    if (this.#resident !== null) freeFaces(this.#gpu, this.#resident);
    this.#resident = resident;
    const sources = [...this.#sources.values()];
    for (const { feed } of sources) this.#freeFeed(feed);
    for (const source of sources) source.feed = this.#feed(source);
  }

  #free({ images, targets, uniform, indices, feed }: Source): void {
    this.#freeFeed(feed);
    for (const buffer of [images, targets, uniform, indices]) this.#gpu.free(buffer);
  }

  #freeFeed({ plan, block }: Feed): void {
    plan.dispose();
    if (block !== null) freeFaces(this.#gpu, block);
  }

  #make(batch: number): Source {
    const gpu = this.#gpu;
    const size = this.#faces.cropSize;
    const { values } = gpu.maps;
    const images = gpu.storage('batch', 4 * batch * size * size * bytesPerNumber(values));
    const targets = gpu.storage('targets', 4 * batch);
    const tensors = {
      // (byte − 127.5) / 128 has eight digits: halves keep them all.
      images: inBuffer('images', images, values),
      targets: inBuffer('targets', targets),
    };
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
    const feed = this.#feed({ batch, tensors });
    return { batch, images, targets, tensors, uniform, indices, indexBytes, group, feed };
  }

  #feed({ batch, tensors }: Pick<Source, 'batch' | 'tensors'>): Feed {
    const gpu = this.#gpu;
    const size = this.#faces.cropSize;
    const bytes = this.#room.blockBytes;
    const block =
      this.#resident === null ? makeBlock(gpu, { batch, size, bytes, slots: BATCH_SLOTS }) : null;
    const from = this.#resident ?? block!;
    const pixels = inBuffer('faces', from.pixels);
    const dispatch = this.#kernel(batch, {
      pixels,
      labels: inBuffer('labels', from.labels),
      ...tensors,
    });
    const sent = block === null ? '' : ', sent with every batch';
    const shape = dispatch.shape + sent + gpu.refusals.mapsRemark;
    const plan = Plan.createNow(gpu, this.#pool, [{ ...dispatch, shape }]);
    return { plan, block, slots: block?.slots ?? BATCH_SLOTS };
  }

  /** @param tensors none where only the kernel's text matters */
  #kernel(batch: number, tensors: Parameters<typeof gather>[1] = this.#nowhere()): Dispatch {
    return gather({ batch, size: this.#faces.cropSize }, tensors);
  }

  #nowhere(): Parameters<typeof gather>[1] {
    const anything = (label: string) => scratch(label, 1);
    return {
      pixels: anything('faces'),
      labels: anything('labels'),
      images: scratch('images', 1, this.#gpu.maps.values),
      targets: anything('targets'),
    };
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
    const { block } = source.feed;
    let places = indices;
    if (block !== null) {
      const first = slot * strideOf(source.batch);
      places = indices.map((_, position) => first + position);
      send(this.#gpu, block, this.#faces, first, indices);
    }
    queue.writeBuffer(source.indices, slot * source.indexBytes, places as Uint32Array<ArrayBuffer>);
  }
}

/** Side of the erased square in whole pixels; `share` of the image's side. */
export function erasedPixels(share: number, size: number): number {
  return Math.round(share * size);
}
