/** A learner's state in buffers: parameters, optimiser slots, statistics and scale, and its way in and out. */
import type { LearnerConfig, LearnerState } from '../engine';
import type { Gpu } from './gpu';
import { inBuffer } from './kernel';
import { type Layout, pad, padRunning, runningKinds, unpad, unpadRunning } from './layout';
import type { Reader } from './reader';
import type { Recorder } from './recorder';
import type { LearnerTensors } from './training-plan';

/** What a state is besides the step it belongs to. */
export type Numbers = Omit<LearnerState, 'step'>;

interface Tools {
  readonly gpu: Gpu;
  readonly recorder: Recorder;
  readonly reader: Reader;
}

export class StateBuffers {
  readonly tensors: LearnerTensors;
  readonly #tools: Tools;
  readonly #layout: Layout;
  readonly #scaled: boolean;
  readonly #buffers: Readonly<Record<keyof LearnerTensors, GPUBuffer>>;

  /** @throws EngineError where the device allows no buffers so large */
  constructor(tools: Tools, { optimiser, loss }: LearnerConfig, layout: Layout) {
    this.#tools = tools;
    this.#layout = layout;
    this.#scaled = loss.kind !== 'softmax';
    const { gpu } = tools;
    const slots = optimiser.kind === 'sgd' ? 1 : 2;
    // The largest first: what does not fit must not leave others behind.
    gpu.assertFits('the optimiser slots', 4 * slots * layout.length);
    const store = (label: string, length: number): GPUBuffer => gpu.storage(label, 4 * length);
    this.#buffers = {
      parameters: store('parameters', layout.length),
      gradient: store('gradient', layout.length),
      slots: store('optimiser slots', slots * layout.length),
      running: store('running statistics', layout.runningLength),
      kinds: store('kinds of running statistics', layout.runningLength),
      norms: store('batch norms', layout.runningLength),
      state: store('scale', 1),
    };
    gpu.device.queue.writeBuffer(this.#buffers.kinds, 0, runningKinds(layout));
    const tensor = (name: keyof LearnerTensors) => inBuffer(name, this.#buffers[name]);
    this.tensors = {
      parameters: tensor('parameters'),
      gradient: tensor('gradient'),
      slots: tensor('slots'),
      running: tensor('running'),
      kinds: tensor('kinds'),
      norms: tensor('norms'),
      state: tensor('state'),
    };
  }

  get bytes(): number {
    return Object.values(this.#buffers).reduce((sum, { size }) => sum + size, 0);
  }

  /** Records a copy of the whole state as it is after everything recorded so far. */
  save(): { read(): Promise<Numbers> } {
    const { recorder, reader } = this.#tools;
    const encoder = recorder.between();
    const copy = (buffer: GPUBuffer) => reader.copy(encoder, buffer, 0, buffer.size);
    const parameters = copy(this.#buffers.parameters);
    const slots = copy(this.#buffers.slots);
    const running = copy(this.#buffers.running);
    const state = copy(this.#buffers.state);
    return {
      read: async () => {
        const [values, moments, statistics, scale] = await Promise.all([
          parameters.read(),
          slots.read(),
          running.read(),
          state.read(),
        ]);
        return {
          parameters: unpad(this.#layout, values),
          slots: this.#unpadSlots(moments),
          runningStatistics: unpadRunning(this.#layout, statistics),
          scale: this.#scaled ? scale[0]! : null,
        };
      },
    };
  }

  /** Puts a state in, after everything recorded so far. */
  load(state: Numbers): void {
    this.#tools.recorder.flush();
    const { queue } = this.#tools.gpu.device;
    const { length, plainLength } = this.#layout;
    queue.writeBuffer(this.#buffers.parameters, 0, pad(this.#layout, state.parameters));
    const count = state.slots.length / plainLength;
    for (let slot = 0; slot < count; slot += 1) {
      const one = state.slots.subarray(slot * plainLength, (slot + 1) * plainLength);
      queue.writeBuffer(this.#buffers.slots, 4 * slot * length, pad(this.#layout, one));
    }
    const running = padRunning(this.#layout, state.runningStatistics);
    queue.writeBuffer(this.#buffers.running, 0, running);
    queue.writeBuffer(this.#buffers.state, 0, Float32Array.of(state.scale ?? 1));
  }

  /** The gradient of the last step, plain. */
  async gradient(): Promise<Float32Array> {
    const { recorder, reader } = this.#tools;
    const { gradient } = this.#buffers;
    const copy = reader.copy(recorder.between(), gradient, 0, gradient.size);
    recorder.flush();
    return unpad(this.#layout, await copy.read());
  }

  dispose(): void {
    for (const buffer of Object.values(this.#buffers)) this.#tools.gpu.free(buffer);
  }

  #unpadSlots(moments: Float32Array): Float32Array {
    const { length, plainLength } = this.#layout;
    const count = moments.length / length;
    const plain = new Float32Array(count * plainLength);
    for (let slot = 0; slot < count; slot += 1) {
      const one = moments.subarray(slot * length, (slot + 1) * length);
      plain.set(unpad(this.#layout, one), slot * plainLength);
    }
    return plain;
  }
}
