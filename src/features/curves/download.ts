/** All curves as a CSV file, written in pieces so that a long run does not hold the page. */
import { curvesCsvChunks } from '../../charts/csv';
import type { ChartSession } from '../../charts/sources';

/** Longest stretch of work between two pauses, milliseconds. */
const SLICE_MS = 20;

export async function curvesBlob(
  session: Pick<ChartSession, 'config' | 'series' | 'marks' | 'diverged'>,
): Promise<Blob> {
  const { config, series, marks, diverged } = session;
  const parts: string[] = [];
  let until = performance.now() + SLICE_MS;
  for (const part of curvesCsvChunks(config, series, { marks, diverged }, { layout: 'long' })) {
    parts.push(part);
    if (performance.now() < until) continue;
    await new Promise((resolve) => setTimeout(resolve));
    until = performance.now() + SLICE_MS;
  }
  return new Blob(parts, { type: 'text/csv;charset=utf-8' });
}

export async function downloadCurves(
  session: Pick<ChartSession, 'config' | 'series' | 'marks' | 'diverged' | 'step'>,
): Promise<void> {
  const url = URL.createObjectURL(await curvesBlob(session));
  const link = document.createElement('a');
  link.href = url;
  link.download = `adacos-curves-step-${session.step}.csv`;
  link.click();
  // The browser reads the address after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
