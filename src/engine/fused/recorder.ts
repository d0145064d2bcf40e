/**
 * Collects the commands of many calls into few submits. Whoever wants to read something back says so
 * before the submit (`beforeSubmit`) and starts to wait after it (`afterSubmit`).
 */
export interface Listener {
  /** Copies what is wanted; the pass has ended. */
  beforeSubmit(encoder: GPUCommandEncoder): void;
  afterSubmit(): void;
}

export class Recorder {
  readonly #device: GPUDevice;
  readonly #listeners = new Set<Listener>();
  #encoder: GPUCommandEncoder | null = null;
  #pass: GPUComputePassEncoder | null = null;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** The open pass; dispatches in it run one after the other. */
  pass(): GPUComputePassEncoder {
    this.#encoder ??= this.#device.createCommandEncoder();
    this.#pass ??= this.#encoder.beginComputePass();
    return this.#pass;
  }

  /** An encoder between passes, for copies that must happen here. */
  between(): GPUCommandEncoder {
    this.#encoder ??= this.#device.createCommandEncoder();
    this.#pass?.end();
    this.#pass = null;
    return this.#encoder;
  }

  /** Tells `listener` of the next submit, once. */
  notify(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /** Submits what was recorded, if anything. */
  flush(): void {
    if (this.#encoder === null) return;
    const encoder = this.between();
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener.beforeSubmit(encoder);
    this.#encoder = null;
    this.#device.queue.submit([encoder.finish()]);
    for (const listener of listeners) listener.afterSubmit();
  }
}
