/**
 * Faces on the GPU and the batches made of them. Bytes stay as they are; gathering, mirroring, shifting
 * and normalising are a dispatch. A set that does not fit, or that the GPU has no memory left for, is sent
 * batch by batch instead, through the same kernel. All learners of a device read the same batch.
 */
import type { FaceSet } from '../../data/types';
import type { BatchPlan } from '../engine';
import { BatchSource, describedGather, type SourceHost } from './batch-source';
import { type FaceBuffers, type FacesRoom, freeFaces, upload } from './faces';
import { type Gpu, NoMemoryLeft } from './gpu';
import { MAX_BATCH } from './head';
import type { Dispatch } from './kernel';
import type { Recorder } from './recorder';
import type { ScratchPool } from './scratch';
import type { BatchTensors } from './training-plan';

/** An evaluation must not disturb training. */
type Kind = 'training' | 'inference';

export class Batches {
  /** Settles when it is known whether the set is resident; until then batches are streamed. */
  readonly ready: Promise<void>;
  readonly #host: SourceHost;
  readonly #recorder: Recorder;
  #resident: FaceBuffers | null = null;
  /** The same before it is known whether the GPU has memory for it. */
  #asked: FaceBuffers | null = null;
  readonly #sources = new Map<string, BatchSource>();
  readonly #making = new Map<string, Promise<BatchTensors>>();
  /** Slots used since the last submit. */
  #used = 0;
  /** What the image buffers hold now. */
  #current = new Map<BatchSource, object>();
  #disposed = false;

  /** @param room takes note of what the GPU has no memory for */
  constructor(gpu: Gpu, pool: ScratchPool, recorder: Recorder, faces: FaceSet, room: FacesRoom) {
    this.#host = { gpu, pool, faces, room };
    this.#recorder = recorder;
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
    if (this.#used >= source.slots) this.#recorder.flush();
    const slot = this.#used;
    this.#used += 1;
    this.#recorder.notify(this.#listener);
    source.write(slot, plan);
    source.encode(this.#recorder.pass(), slot);
  }

  /** The dispatch that makes training batches of `batch` images. */
  dispatchOf(batch: number): Dispatch {
    return this.#sourceOf(`training ${batch}`, batch).dispatch;
  }

  /**
   * Gives memory back: the resident set, which is streamed from now on, or half of every block.
   * @returns `false` where nothing is left to give
   */
  async stepBack(): Promise<boolean> {
    while (this.noteShortage()) {
      try {
        await this.#host.gpu.checked('batches of faces', () => this.#refeed(null));
        return true;
      } catch (error) {
        if (!(error instanceof NoMemoryLeft)) throw error;
      }
    }
    return false;
  }

  /** Has less asked for by whoever opens these faces next; `false` where less is of no use. */
  noteShortage(): boolean {
    if (this.streams) return this.#host.room.halveBlocks();
    this.#host.room.closeResident();
    return true;
  }

  dispose(): void {
    this.#disposed = true;
    for (const source of this.#sources.values()) source.dispose();
    this.#sources.clear();
    for (const faces of [this.#resident, this.#takeAsked()]) {
      if (faces !== null) freeFaces(this.#host.gpu, faces);
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
      await this.#host.gpu.checked('the faces', () => {
        this.#asked = upload(this.#host.gpu, this.#host.faces);
      });
      const made = this.#takeAsked();
      if (made !== null) this.#refeed(made);
    } catch (error) {
      const refused = this.#takeAsked();
      if (refused !== null) freeFaces(this.#host.gpu, refused);
      if (!(error instanceof NoMemoryLeft)) throw error;
      this.#host.room.closeResident();
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
    await this.#host.gpu.compile([describedGather(this.#host, batch)]);
    for (;;) {
      try {
        const made = await this.#host.gpu.checked(
          'batches of faces',
          () => this.#sourceOf(key, batch),
          (refused) => {
            if (this.#sources.delete(key)) refused.dispose();
          },
        );
        return made.tensors;
      } catch (error) {
        if (!(error instanceof NoMemoryLeft) || !(await this.stepBack())) throw error;
      }
    }
  }

  #sourceOf(key: string, batch: number): BatchSource {
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const made = new BatchSource(this.#host, batch, this.#resident);
    // After `dispose` it is of no use, and neither is what anybody makes of it.
    if (this.#disposed) made.dispose();
    else this.#sources.set(key, made);
    return made;
  }

  /** Has all sources take their faces from `resident`, or from blocks, as large as there is room for now. */
  #refeed(resident: FaceBuffers | null): void {
    // What was recorded still reads the buffers that are about to go.
    this.#recorder.flush();
    if (this.#resident !== null) freeFaces(this.#host.gpu, this.#resident);
    this.#resident = resident;
    const sources = [...this.#sources.values()];
    for (const source of sources) source.starve();
    for (const source of sources) source.refeed(resident);
  }
}

/** @throws RangeError where `plan` cannot be made of `faces` */
export function assertBatch({ indices, augmentation }: BatchPlan, { labels }: FaceSet): void {
  const { shift, erase = 0 } = augmentation;
  if (!Number.isSafeInteger(shift) || shift < 0) {
    throw new RangeError(`shift must be a whole number of pixels, not ${shift}`);
  }
  if (!(erase >= 0 && erase <= 1)) {
    throw new RangeError(`the share to erase must be in 0 … 1, not ${erase}`);
  }
  if (indices.length > MAX_BATCH) {
    throw new RangeError(`a batch of ${indices.length} images is larger than ${MAX_BATCH}`);
  }
  for (const index of indices) {
    if (index >= labels.length) {
      throw new RangeError(`image ${index} of a face set of ${labels.length}`);
    }
  }
}
