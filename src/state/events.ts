/**
 * How the store changes when the worker says something: a pure function of the state and the event,
 * but for the growing columns, which are appended in place (see `series.ts`).
 */
import type { Mark, WorkerEvent } from '../bridge/protocol';
import type { ArmId, ExperimentConfig } from '../training/config';
import { appendMetrics, emptySeries } from './series';
import type { SessionState } from './session.types';

type Curves = Pick<
  SessionState,
  | 'step'
  | 'epoch'
  | 'series'
  | 'seriesVersion'
  | 'marks'
  | 'diverged'
  | 'guards'
  | 'imagesPerSecond'
  | 'stepMs'
>;

let version = 0;

/** No steps yet: fresh columns for each arm of the configuration. */
export function emptyCurves(config: ExperimentConfig): Curves {
  version += 1;
  return {
    step: 0,
    epoch: 0,
    series: new Map(config.arms.map(({ id }) => [id, emptySeries(id)])),
    seriesVersion: version,
    marks: [],
    diverged: [],
    guards: new Map(),
    imagesPerSecond: null,
    stepMs: null,
  };
}

export function applyEvent(
  state: SessionState,
  event: Exclude<WorkerEvent, { kind: 'failure' | 'recovered' | 'recovering' }>,
): Partial<SessionState> {
  switch (event.kind) {
    case 'progress':
      return { progress: event };
    case 'opening':
      return { data: event.data, thumbnails: event.thumbnails };
    case 'status':
      // Idle: the worker has no experiment, because building one failed or because it died.
      return event.status === 'idle'
        ? { status: 'idle', experiment: null }
        : { status: event.status };
    case 'metrics': {
      for (const arm of event.arms) {
        const series = state.series.get(arm.arm);
        if (series !== undefined) appendMetrics(series, arm);
      }
      version += 1;
      const { step, epoch, stepMs, imagesPerSecond, memory } = event;
      return { step, epoch, stepMs, imagesPerSecond, memory, seriesVersion: version };
    }
    case 'validation': {
      for (const point of event.points) state.series.get(point.arm)?.validation.push(point);
      version += 1;
      return { seriesVersion: version };
    }
    case 'mark': {
      const { mark } = event;
      const replaced = ({ arm, step, change }: Mark) =>
        change !== undefined && arm === mark.arm && step === mark.step && change === mark.change;
      return { marks: [...state.marks.filter((before) => !replaced(before)), mark] };
    }
    case 'guard':
      return { guards: new Map<ArmId, typeof event>(state.guards).set(event.arm, event) };
    case 'diverged':
      return { diverged: [...state.diverged, event] };
    default:
      return event satisfies never;
  }
}
