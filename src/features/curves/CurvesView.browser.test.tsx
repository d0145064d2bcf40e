import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ChartSession } from '../../charts/sources';
import { DYNAMIC, extend, FIXED, seriesMap, seriesOf } from '../../charts/testing';
import { DEFAULT_VIEW, useView } from '../../state/view';
import { DEFAULT_EXPERIMENT } from '../../training/defaults';
import { soon } from '../../ui/soon.testing';
import { CurvesView } from './CurvesView';
import { curvesBlob } from './download';

const METRICS = {
  scale: () => 5,
  logBAvg: () => 3.7,
  medianAngleRad: (step: number) => 1 / step,
  loss: (step: number) => 3 / step,
  commonLoss: (step: number) => (step === 5 ? Number.NaN : 2 / step),
  accuracy: () => 0.5,
};

let host: HTMLElement;
let root: Root;
let session: StoreApi<ChartSession>;

/** Renders the panel over a session of `steps` steps and waits for the first drawing. */
async function render(steps: number): Promise<void> {
  const config = { ...DEFAULT_EXPERIMENT, arms: [FIXED, DYNAMIC] };
  session = createStore<ChartSession>(() => ({
    config,
    experiment: null,
    data: null,
    series: seriesMap(seriesOf('A', steps, METRICS), seriesOf('B', steps, METRICS)),
    seriesVersion: 1,
    marks: [{ arm: 'A', step: 3, label: 'learning rate 0.01' }],
    diverged: [],
    guards: new Map(),
    step: steps,
    status: 'paused',
  }));
  root.render(<CurvesView session={session} />);
  // Recharts draws nothing before an effect has told it its size.
  await soon(() =>
    expect(host.querySelectorAll('[role="img"] svg.recharts-surface')).toHaveLength(5),
  );
}

const chart = (title: string) => host.querySelector(`[role="img"][aria-label^="${title}"]`);
const curve = (title: string, arm: string) =>
  chart(title)?.querySelector(`[data-curve="${arm}"] path`)?.getAttribute('d') ?? '';
/** Points of an SVG path of straight lines. */
const points = (path: string) => path.match(/[ML]/g)?.length ?? 0;
const button = (name: string) =>
  [...host.querySelectorAll('button')].find(
    (candidate) => (candidate.getAttribute('aria-label') ?? candidate.textContent) === name,
  );

beforeEach(() => {
  useView.setState({ ...DEFAULT_VIEW, smoothing: 0 });
  host = document.createElement('div');
  host.style.width = '700px';
  document.body.append(host);
  root = createRoot(host);
});

afterEach(() => {
  root.unmount();
  host.remove();
  useView.setState(DEFAULT_VIEW);
});

describe('CurvesView', () => {
  it('draws a point per step and breaks the line where a number is missing', async () => {
    await render(12);
    expect(points(curve('Scale s', 'A'))).toBe(12);
    const loss = curve('Loss', 'B');
    expect(points(loss)).toBe(11);
    expect(loss.match(/M/g)).toHaveLength(2);
  });

  it('draws at most 400 points of a long run, and takes in new rows', async () => {
    await render(5000);
    expect(points(curve('Scale s', 'A'))).toBeLessThanOrEqual(400);
    const before = chart('Scale s')?.getAttribute('aria-label');
    for (const series of session.getState().series.values()) extend(series, 700, METRICS);
    session.setState({ seriesVersion: 2, step: 5700 });
    await soon(() => expect(chart('Scale s')?.getAttribute('aria-label')).not.toBe(before));
    expect(chart('Scale s')?.getAttribute('aria-label')).toContain('Step 5,700: A fixed 5.00');
  });

  it('has the reference lines of the theory', async () => {
    await render(3);
    const labels = (title: string) =>
      [...(chart(title)?.querySelectorAll('[data-reference]') ?? [])].map((l) => l.textContent);
    await soon(() =>
      expect(chart('Scale s')?.querySelectorAll('.recharts-reference-line-line')).toHaveLength(2),
    );
    await soon(() => expect(labels('Scale s')).toEqual(['ln(C−1)', '√2·ln(C−1)']));
    expect(labels('Median angle')).toEqual(['π/4 cap']);
    expect(labels('Loss')).toEqual([]);
    useView.setState({ lossMode: 'own' });
    await soon(() => expect(labels('Loss').join()).toContain('ln 2'));
    expect(host.textContent).toContain('not comparable');
  });

  it('hides an arm from the legend, but never the last one', async () => {
    await render(3);
    button('B dynamic')?.click();
    await soon(() => expect(curve('Scale s', 'B')).toBe(''));
    expect(curve('Scale s', 'A')).not.toBe('');
    await soon(() => expect(button('A fixed')?.getAttribute('aria-disabled')).toBe('true'));
    button('A fixed')?.click();
    expect(useView.getState().hiddenArms).toEqual(['B']);
    button('B dynamic')?.click();
    await soon(() => expect(curve('Scale s', 'B')).not.toBe(''));
  });

  it('opens the data table of a chart', async () => {
    await render(4);
    button('Median angle θ_med: data table')?.click();
    const dialog = await soon(() => {
      const found = host.querySelector('dialog');
      expect(found?.open).toBe(true);
      return found;
    });
    const rows = [...(dialog?.querySelectorAll('tbody tr') ?? [])].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows).toHaveLength(4);
    // 1 / 2 radian is 28.6°.
    expect(rows[1]).toEqual(['2', '28.6°', '28.6°', '28.6°', '28.6°']);
    // The steps stay in sight while the arms scroll sideways.
    const step = dialog?.querySelector('tbody th');
    expect(step && getComputedStyle(step).position).toBe('sticky');
    dialog?.querySelector('button')?.click();
    await soon(() => expect(host.querySelector('dialog')).toBeNull());
  });

  it('moves one crosshair through all charts by keyboard, and zooms', async () => {
    await render(40);
    const overlays = host.querySelectorAll<SVGSVGElement>('svg[role="application"]');
    expect(overlays).toHaveLength(5);
    const press = (key: string) =>
      overlays[0]?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    press('Home');
    press('ArrowRight');
    await soon(() => {
      for (const overlay of overlays) expect(overlay.textContent).toContain('step 1');
    });
    press('+');
    expect(useView.getState().xRange).not.toBeNull();
    expect(useView.getState().followLive).toBe(false);
    press('0');
    expect(useView.getState()).toMatchObject({ xRange: null, followLive: true });
  });

  it('says that the numbers under the crosshair are raw where the line is smoothed', async () => {
    useView.setState({ smoothing: 0.8 });
    await render(40);
    host
      .querySelector('svg[role="application"]')
      ?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true }));
    const caption = (title: string) =>
      [...host.querySelectorAll('figcaption')].find((c) => c.textContent?.startsWith(title));
    await soon(() => expect(caption('Median angle')?.textContent).toContain('raw'));
    expect(caption('Scale s')?.textContent).toContain('5.00');
    expect(caption('Scale s')?.textContent).not.toContain('raw');
  });

  it('draws a logarithmic scale axis when asked', async () => {
    await render(3);
    const box = host.querySelector<HTMLInputElement>('input[aria-label="log scale"]');
    box?.click();
    expect(useView.getState()).toMatchObject({ logScale: true, logY: false });
    await soon(() => expect(chart('Scale s')?.textContent).toMatch(/2\D*5\D*10/));
  });

  it('has charts on which a drag selects no words', async () => {
    await render(3);
    for (const overlay of host.querySelectorAll('svg[role="application"]')) {
      expect(getComputedStyle(overlay).userSelect).toBe('none');
    }
  });

  it('zooms by dragging', async () => {
    await render(100);
    const overlay = host.querySelector<SVGSVGElement>('svg[role="application"]');
    const box = overlay?.getBoundingClientRect();
    if (overlay == null || box === undefined) throw new Error('no overlay');
    // The capture of a made-up pointer would throw.
    overlay.setPointerCapture = () => {};
    const send = (type: string, x: number) =>
      overlay.dispatchEvent(
        new PointerEvent(type, { bubbles: true, button: 0, clientX: box.left + x, clientY: 9 }),
      );
    send('pointerdown', 100);
    await soon(() => expect(overlay.querySelector('rect')).not.toBeNull());
    send('pointermove', 200);
    await soon(() =>
      expect(Number(overlay.querySelector('rect')?.getAttribute('width'))).toBe(100),
    );
    send('pointerup', 200);
    const range = useView.getState().xRange;
    expect(range?.[0]).toBeGreaterThan(10);
    expect(range?.[1]).toBeLessThan(80);
  });

  it('shows a mark with its words', async () => {
    await render(10);
    expect(host.querySelector('svg[role="application"] title')?.textContent).toBe(
      'A, step 3: learning rate 0.01',
    );
  });

  it('is honest before the first step', async () => {
    await render(0);
    expect(host.textContent).toContain('No steps yet');
    expect(chart('Scale s')?.getAttribute('aria-label')).toContain('No steps yet');
  });

  it('exports all rows as CSV', async () => {
    await render(1200);
    const text = await (await curvesBlob(session.getState())).text();
    expect(text.trimEnd().split('\r\n')).toHaveLength(1 + 2 * 1200);
    expect(text).toContain('learning rate 0.01');
    session.setState({
      diverged: [{ kind: 'diverged', arm: 'B', step: 1201, quantity: 'loss', lastGood: null }],
    });
    const after = await (await curvesBlob(session.getState())).text();
    expect(after.trimEnd().split('\r\n').at(-1)).toMatch(/^1201,B,.*diverged: loss$/);
  });
});
