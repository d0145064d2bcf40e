/**
 * What lies over the drawn curves: newest points, marks, breaks, the crosshair and the zoom. Moving
 * the pointer redraws only this. Pointer: move to read, drag to zoom, double-click for the whole run.
 * Keys: arrows move the crosshair (Shift by ten), + and − zoom about it, 0 or Escape show everything.
 */
import { type KeyboardEvent, memo, type PointerEvent, useMemo, useState } from 'react';
import type { Mark } from '../bridge/protocol';
import { useView } from '../state/view';
import { ARM_STYLES } from './armStyle';
import type { ChartModel } from './chartModel';
import { newestStep } from './chartModel';
import styles from './charts.module.css';
import { useCrosshair } from './crosshair';
import { formatStep } from './format';
import { type ChartScales, type ChartSize, chartScales, PLOT } from './layout';
import { groupMarks, type MarkGroup } from './marks';
import { readAt } from './readout';
import type { ChartSession, Source } from './sources';

/** A drag shorter than this is a click. */
const MIN_DRAG_PX = 6;
const NEAR_MARK_PX = 5;

interface OverlayProps {
  readonly model: ChartModel;
  readonly size: ChartSize;
  readonly marks: readonly Mark[];
  readonly session: Source<ChartSession>;
}

export function CurveOverlay({ model, size, marks, session }: OverlayProps) {
  const scales = useMemo(() => chartScales(model.x, model.y, size), [model, size]);
  const groups = useMemo(() => {
    const visible = model.arms.map(({ id }) => id);
    return groupMarks(marks, visible, scales.x, [PLOT.left, size.width - PLOT.right]);
  }, [marks, model, scales, size]);
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | null>(null);
  const show = useCrosshair((state) => state.show);

  const stepAt = (event: PointerEvent<SVGSVGElement>): { pixel: number; step: number } => {
    const box = event.currentTarget.getBoundingClientRect();
    const right = size.width - PLOT.right;
    const pixel = Math.min(right, Math.max(PLOT.left, event.clientX - box.left));
    return { pixel, step: Math.max(0, Math.round(scales.x.toValue(pixel))) };
  };
  const onPointerDown = (event: PointerEvent<SVGSVGElement>) => {
    if (event.button !== 0 || event.pointerType === 'touch') return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { pixel } = stepAt(event);
    setDrag({ from: pixel, to: pixel });
  };
  const onPointerMove = (event: PointerEvent<SVGSVGElement>) => {
    const { pixel, step } = stepAt(event);
    show(step);
    if (drag !== null) setDrag({ from: drag.from, to: pixel });
  };
  const onPointerUp = () => {
    if (drag !== null && Math.abs(drag.to - drag.from) >= MIN_DRAG_PX) {
      const ends = [scales.x.toValue(drag.from), scales.x.toValue(drag.to)];
      zoom(Math.min(...ends), Math.max(...ends));
    }
    setDrag(null);
  };
  const zoom = (from: number, to: number) => {
    const newest = newestStep(session.getState().series);
    useView.getState().zoomTo([Math.max(0, Math.floor(from)), Math.ceil(to)], newest);
  };

  return (
    <svg
      className={styles.overlay}
      width={size.width}
      height={size.height}
      role="application"
      aria-roledescription="chart crosshair"
      aria-label={`${model.title}: arrow keys read values, plus and minus zoom, 0 shows the whole run`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it has keys of its own, listed in its label.
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setDrag(null)}
      onPointerLeave={() => show(null)}
      onBlur={() => show(null)}
      onDoubleClick={() => useView.getState().resetZoom()}
      onKeyDown={(event) => onKey(event, model, session, zoom)}
    >
      <Fixed model={model} scales={scales} size={size} groups={groups} />
      {drag !== null && (
        <rect
          className={styles.selection}
          x={Math.min(drag.from, drag.to)}
          width={Math.abs(drag.to - drag.from)}
          y={PLOT.top}
          height={size.height - PLOT.top - PLOT.bottom}
        />
      )}
      <Crosshair model={model} scales={scales} size={size} groups={groups} session={session} />
    </svg>
  );
}

function onKey(
  event: KeyboardEvent,
  model: ChartModel,
  session: Source<ChartSession>,
  zoom: (from: number, to: number) => void,
): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { step, show } = useCrosshair.getState();
  const [from, to] = model.x.domain;
  const last = Math.min(to, newestStep(session.getState().series));
  const at = step ?? last;
  const stride = Math.max(1, Math.round((to - from) / 200)) * (event.shiftKey ? 10 : 1);
  const keep = (value: number) => show(Math.max(Math.ceil(from), Math.min(last, value)));
  switch (event.key) {
    case 'ArrowLeft':
      keep(step === null ? at : at - stride);
      break;
    case 'ArrowRight':
      keep(step === null ? at : at + stride);
      break;
    case 'Home':
      keep(Math.ceil(from));
      break;
    case 'End':
      keep(last);
      break;
    case '+':
    case '=':
      zoom(at - (at - from) / 2, at + (to - at) / 2);
      break;
    case '-':
      zoom(from - (to - from) / 2, to + (to - from) / 2);
      break;
    case '0':
    case 'Escape':
      show(null);
      useView.getState().resetZoom();
      break;
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}

interface LayerProps {
  readonly model: ChartModel;
  readonly scales: ChartScales;
  readonly size: ChartSize;
  readonly groups: readonly MarkGroup[];
}

/** What only new rows change. */
const Fixed = memo(function Fixed({ model, scales, size, groups }: LayerProps) {
  const bottom = size.height - PLOT.bottom;
  const right = size.width - PLOT.right;
  return (
    <g>
      {groups.map((group) => (
        <line
          key={group.pixel}
          className={styles.mark}
          x1={group.pixel}
          x2={group.pixel}
          y1={PLOT.top}
          y2={bottom}
          style={
            group.arms.length === 1 ? { stroke: ARM_STYLES[group.arms[0]!].colour } : undefined
          }
        >
          <title>{group.label}</title>
        </line>
      ))}
      {model.breaks.slice(0, 50).map((broken) => {
        const x = scales.x.toPixel(broken.at?.step ?? broken.step);
        const y = broken.at === null ? bottom - 6 : scales.y.toPixel(broken.at.value);
        if (x === null || y === null || x < PLOT.left - 1 || x > right + 1) return null;
        return (
          <path
            key={`${broken.arm} ${broken.step}`}
            className={styles.broken}
            d={`M${x} ${y - 6}l5.5 9.5h-11z`}
            style={{ fill: ARM_STYLES[broken.arm].colour }}
          >
            <title>{broken.label}</title>
          </path>
        );
      })}
      {model.newest.map(({ arm, step, value }) => {
        const x = scales.x.toPixel(step);
        const y = scales.y.toPixel(value);
        if (x === null || y === null || x > right + 1 || x < PLOT.left) return null;
        // Where the arm broke, the triangle stands for the newest point.
        if (model.breaks.some((broken) => broken.arm === arm && broken.at?.step === step))
          return null;
        return <circle key={arm} cx={x} cy={y} r={3} style={{ fill: ARM_STYLES[arm].colour }} />;
      })}
    </g>
  );
});

function Crosshair({
  model,
  scales,
  size,
  groups,
  session,
}: LayerProps & { readonly session: Source<ChartSession> }) {
  const step = useCrosshair((state) => state.step);
  if (step === null || step < model.x.domain[0] || step > model.x.domain[1]) return null;
  const x = scales.x.toPixel(step);
  if (x === null) return null;
  const near = groups.find(({ pixel }) => Math.abs(pixel - x) <= NEAR_MARK_PX);
  const label = near?.label ?? `step ${formatStep(step)}`;
  const middle = (PLOT.left + size.width - PLOT.right) / 2;
  return (
    <g pointerEvents="none">
      <line
        className={styles.crosshair}
        x1={x}
        x2={x}
        y1={PLOT.top}
        y2={size.height - PLOT.bottom}
      />
      {readAt(model, session.getState().series, step).map(({ arm, value }) => {
        const y = scales.y.toPixel(value);
        if (y === null || y < PLOT.top - 1 || y > size.height - PLOT.bottom + 1) return null;
        return (
          <circle
            key={arm}
            className={styles.reading}
            cx={x}
            cy={y}
            r={3.2}
            style={{ stroke: ARM_STYLES[arm].colour }}
          />
        );
      })}
      <text
        className={styles.crosshairLabel}
        x={x < middle ? x + 5 : x - 5}
        y={PLOT.top + 9}
        textAnchor={x < middle ? 'start' : 'end'}
      >
        {label}
      </text>
    </g>
  );
}
