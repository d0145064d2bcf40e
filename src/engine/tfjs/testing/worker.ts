/** For tests: one dedicated worker that opens any engine it is asked for, one after the other. */
import type { StepMetrics, TfjsEngineName } from '../../engine';

/** What an engine in the worker says it runs on, and the numbers of its first steps. */
export interface WorkerAnswer {
  readonly backend: string;
  readonly metrics: readonly (readonly StepMetrics[])[];
}

export interface TestWorker {
  /** Rejects with what went wrong in the worker. */
  ask(name: TfjsEngineName): Promise<WorkerAnswer>;
  end(): void;
}

export function startWorker(): TestWorker {
  const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' });
  return {
    ask: (name) =>
      new Promise((resolve, reject) => {
        // What `engine.worker.ts` answers: a sentence where it failed.
        worker.onmessage = ({ data }: MessageEvent<WorkerAnswer | string>) =>
          typeof data === 'string' ? reject(new Error(data)) : resolve(data);
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(name);
      }),
    end: () => worker.terminate(),
  };
}
