/**
 * What the charts read, as small interfaces that the stores satisfy: reading without subscribing, so
 * that ten new rows a second re-render a chart only when its turn has come.
 */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import type { SessionState } from '../state/session.types';
import { pageQueue, type UpdateJob } from './updateQueue';

export interface Source<T> {
  getState(): T;
  subscribe(listener: () => void): () => void;
}

/** The part of the session that charts and insight show. */
export type ChartSession = Pick<
  SessionState,
  | 'config'
  | 'experiment'
  | 'data'
  | 'series'
  | 'seriesVersion'
  | 'marks'
  | 'diverged'
  | 'guards'
  | 'step'
  | 'status'
>;

/** A slice of a source; `select` must return the same object while nothing changed. */
export function useSlice<T, S>(source: Source<T>, select: (state: T) => S): S {
  return useSyncExternalStore(source.subscribe, () => select(source.getState()));
}

/** Differs when there are new rows, and when training starts or stops: the last batch is drawn then. */
export const watchRows = ({ seriesVersion, status }: ChartSession): unknown =>
  `${seriesVersion} ${status}`;

/**
 * A value computed in the queue, in a task of its own together with the rendering it causes. `compute`
 * runs again whenever a source changes (`watch` tells what to look at) or `inputs` change.
 */
export function useQueued<T>(
  compute: () => T,
  live: { readonly source: Source<ChartSession>; readonly watch: (state: ChartSession) => unknown },
  inputs: readonly unknown[],
): T | null {
  const [value, setValue] = useState<T | null>(null);
  const latest = useRef(compute);
  useEffect(() => {
    latest.current = compute;
  });
  const job = useRef<UpdateJob | null>(null);
  const { source, watch } = live;

  const subscribe = useCallback(() => {
    const own = pageQueue().add(() => {
      // Rendered here and now: left to React's scheduler, the charts would share one long task.
      flushSync(() => setValue(() => latest.current()));
    });
    job.current = own;
    let seen = watch(source.getState());
    const unsubscribe = source.subscribe(() => {
      const now = watch(source.getState());
      if (now === seen) return;
      seen = now;
      // What comes while nothing runs (the last batch before a pause, a single step) may be looked at
      // for long: it is drawn at once.
      own.request({ urgent: source.getState().status !== 'running' });
    });
    own.request({ urgent: true });
    return () => {
      unsubscribe();
      own.dispose();
      job.current = null;
    };
  }, [source, watch]);
  useEffect(subscribe, [subscribe]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what `compute` reads.
  useEffect(() => job.current?.request({ urgent: true }), inputs);
  return value;
}

/** Width of an element in whole pixels, 0 until it is laid out. */
export function useWidth(): readonly [(element: HTMLElement | null) => void, number] {
  const [width, setWidth] = useState(0);
  const [element, setElement] = useState<HTMLElement | null>(null);
  useEffect(() => {
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [setElement, width];
}

/** Height of the window without a phone's bars that come and go, so that charts do not jump. */
export function useViewportHeight(): number {
  // Kept: reading it in every render would make the browser lay the page out in every render.
  const [height, setHeight] = useState(readHeight);
  useEffect(() => {
    const update = () => setHeight(readHeight());
    window.addEventListener('resize', update);
    return () => window.removeEventListener('resize', update);
  }, []);
  return height;
}

const readHeight = (): number => document.documentElement.clientHeight;
