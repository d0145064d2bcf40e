/** The worker's end of a `WorkerPool`: does the tasks of a message and answers them together. */
import type { FileTask, PoolAnswer, PoolReply, PoolRequest } from './workerPool';

export interface TaskService<Task extends FileTask, Result> {
  /** @throws an Error whose message is the reason there is no result */
  readonly work: (task: Task) => Promise<Result>;
  /** How many tasks of a message are at work at the same time. */
  readonly lanes: (tasks: readonly Task[]) => number;
  /** Memory that moves to the asker instead of being copied. */
  readonly transfer: (result: Result) => readonly Transferable[];
}

async function attempt<Result>(work: () => Promise<Result>): Promise<PoolAnswer<Result>> {
  try {
    return { kind: 'done', result: await work() };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function answer<Task extends FileTask, Result>(
  { id, tasks }: PoolRequest<Task>,
  { work, lanes, transfer }: TaskService<Task, Result>,
): Promise<void> {
  const answers = new Array<PoolAnswer<Result>>(tasks.length);
  const queue = tasks.entries();
  const lane = async () => {
    for (const [index, task] of queue) answers[index] = await attempt(() => work(task));
  };
  await Promise.all(Array.from({ length: lanes(tasks) }, lane));
  const reply: PoolReply<Result> = { id, answers };
  self.postMessage(reply, {
    transfer: answers.flatMap((one) => (one.kind === 'done' ? transfer(one.result) : [])),
  });
}

/** Listens for the pool's messages from now on. */
export function serveTasks<Task extends FileTask, Result>(
  service: TaskService<Task, Result>,
): void {
  self.addEventListener('message', (event: MessageEvent<PoolRequest<Task>>) => {
    // `answer` catches what a task can throw; the rest must reach the pool as an error of this worker.
    answer(event.data, service).catch(reportError);
  });
}
