/** What an arm does for the benchmark: take steps without waiting, then wait for all of them. */

export interface ArmRunner {
  /** Versions of what the arm is made of. */
  readonly versions: Readonly<Record<string, string>>;
  /**
   * Enqueues one whole training step, the upload of its batch included, and reads nothing back. A
   * promise it gives waits for JavaScript only, never for the GPU.
   */
  step(): void | Promise<void>;
  /** Waits until everything enqueued is done; the loss of the last step, data term only. */
  finish(): Promise<number | null>;
  /** Most bytes held on a GPU that is not used through WebGPU; `null` without one. */
  gpuBytes(): number | null;
}
