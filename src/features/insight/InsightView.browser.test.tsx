import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { ChartSession } from '../../charts/sources';
import { DYNAMIC, FIXED, seriesMap, seriesOf } from '../../charts/testing';
import { DEFAULT_VIEW, useView } from '../../state/view';
import { DEFAULT_EXPERIMENT } from '../../training/defaults';
import { soon } from '../../ui/soon.testing';
import { InsightView } from './InsightView';

const ANGLE = (26.1 * Math.PI) / 180;
const SCALE = Math.log(15.4) / Math.cos(ANGLE);

let host: HTMLElement;
let root: Root;

async function render(steps: number): Promise<void> {
  const b = seriesOf('B', steps, {
    scale: () => SCALE,
    unguardedScale: () => SCALE,
    logBAvg: () => Math.log(15.4),
    medianAngleRad: () => ANGLE,
  });
  const a = seriesOf('A', steps, {
    scale: () => 5.181,
    unguardedScale: () => 5.181,
    logBAvg: () => 3.6,
    medianAngleRad: () => 0.5,
  });
  if (steps > 0) b.targetCosines = Float32Array.of(0.9, 0.5, -0.2);
  if (steps > 0) b.otherAngles = Uint32Array.from({ length: 36 }, (_, bin) => (bin === 17 ? 5 : 0));
  const session = createStore<ChartSession>(() => ({
    config: { ...DEFAULT_EXPERIMENT, arms: [FIXED, DYNAMIC] },
    experiment: null,
    data: null,
    series: seriesMap(a, b),
    seriesVersion: 1,
    marks: [],
    diverged: [],
    guards: new Map(),
    step: steps,
    status: 'paused',
  }));
  root.render(<InsightView session={session} />);
  await soon(() => expect(host.querySelector('[data-arm-curve="B"]')).not.toBeNull());
}

beforeEach(() => {
  useView.setState(DEFAULT_VIEW);
  host = document.createElement('div');
  host.style.width = '400px';
  document.body.append(host);
  root = createRoot(host);
});

afterEach(() => {
  root.unmount();
  host.remove();
  useView.setState(DEFAULT_VIEW);
});

const maths = (arm: string) => host.querySelector(`[data-formula="${arm}"] math`);

describe('InsightView', () => {
  it('writes the formula with the step’s numbers in native MathML', async () => {
    await render(412);
    expect(maths('B')?.namespaceURI).toBe('http://www.w3.org/1998/Math/MathML');
    expect(maths('B')?.getAttribute('alttext')).toContain('ln 15.4 / cos 26.1° = 3.04');
    expect(maths('B')?.textContent).toContain('15.4');
    expect(maths('A')?.getAttribute('alttext')).toContain('√2·ln(39) = 5.18');
  });

  it('lets the dot ride at θ_med, on the curve, at P = ½', async () => {
    await render(412);
    const circle = host.querySelector('[data-median="B"]');
    const words = [...host.querySelectorAll('[data-label="point"]')].map((l) => l.textContent);
    expect(words).toContain('B: 26.1°, P = 0.50');
    const frame = { left: 32, right: 390, top: 10, bottom: 248 - 24 };
    const x = frame.left + ((frame.right - frame.left) * 26.1) / 90;
    expect(Number(circle?.getAttribute('cx'))).toBeCloseTo(x, 1);
    expect(Number(circle?.getAttribute('cy'))).toBeCloseTo((frame.top + frame.bottom) / 2, 1);
  });

  it('draws the batch as ticks, leaving out angles beyond the picture', async () => {
    await render(3);
    const path = host.querySelector('[data-ticks="B"]')?.getAttribute('d') ?? '';
    expect(path.match(/M/g)).toHaveLength(2);
    // All three are in the histogram, which goes on to 180°.
    expect(host.querySelectorAll('[data-histogram="B"] rect')).toHaveLength(3);
  });

  it('draws the angles to other centres where the engine counts them', async () => {
    await render(3);
    expect(host.querySelector('[data-others="B"]')?.getAttribute('d')).toMatch(
      /^M\S+ 48V48\.0H.*V16\.0H\S+V48$/,
    );
    expect(host.querySelector('[data-others="A"]')).toBeNull();
    expect(
      host.querySelector('svg[aria-label^="Histogram"]')?.getAttribute('aria-label'),
    ).toContain('others most between 85° and 90°');
  });

  it('shows and hides the closed-form curves', async () => {
    await render(3);
    expect(host.querySelectorAll('[data-closed-form]')).toHaveLength(4);
    useView.getState().setPaperCurves(false);
    await soon(() => expect(host.querySelectorAll('[data-closed-form]').length).toBe(0));
  });

  it('draws what another scale would give', async () => {
    await render(3);
    useView.getState().setWhatIfScale(12);
    await soon(() =>
      expect(host.querySelector('[data-label="what-if"]')?.textContent).toContain(
        'what if s = 12.0',
      ),
    );
  });

  it('says that training has not begun', async () => {
    await render(0);
    expect(host.textContent).toContain('before training');
    expect(host.querySelector('[data-median]')).toBeNull();
    expect(maths('B')?.getAttribute('alttext')).toContain('√2·ln(39) = 5.18; before training');
  });
});
