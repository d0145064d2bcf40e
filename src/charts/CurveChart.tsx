/**
 * The drawn curves of one chart. Recharts draws the frame (axes, ticks, reference lines) and is asked
 * again only when an axis moves; the curves are drawn inside its surface with its `Curve`, from points
 * in pixels. Recharts' own `Line`, `Area`, tooltip and responsive container copy every point several
 * times per update: with four arms that alone is a task of more than 50 ms on a slow machine.
 */
import { createContext, memo, useContext, useId, useMemo, useRef } from 'react';
import { ComposedChart, Curve, ReferenceLine, XAxis, YAxis } from 'recharts';
import { ARM_STYLES, drawingOrder } from './armStyle';
import type { AxisModel } from './axes';
import { CHART_SPECS, type ChartKind, type Reference } from './chartKinds';
import { type ChartModel, isEmpty } from './chartModel';
import styles from './charts.module.css';
import { formatNumber, formatStep } from './format';
import { type ChartSize, chartScales, PLOT } from './layout';
import { linePoints, rawPath, toPoints } from './paths';
import { placeReferences } from './referenceLabels';

const MARGIN = { top: PLOT.top, right: PLOT.right, bottom: 0, left: 0 };
const TICK = { fill: 'var(--faint)', fontSize: 11 };
/** More dots than this would be a band, and hundreds of elements to redraw. */
const MOST_DOTS = 60;

interface Drawing {
  readonly model: ChartModel;
  readonly size: ChartSize;
}

/** Reaches the curves through the frame, which stays as it is while only the curves grow. */
const DrawingContext = createContext<Drawing | null>(null);

/** Memoised on the model, which is a new object only when there is something new to draw. */
export const CurveChart = memo(function CurveChart({ model, size }: Drawing) {
  const drawing = useMemo(() => ({ model, size }), [model, size]);
  return (
    <DrawingContext value={drawing}>
      <Frame
        kind={model.kind}
        x={useStable(model.x)}
        y={useStable(model.y)}
        references={useStable(model.references)}
        size={size}
      />
    </DrawingContext>
  );
});

/** The same object as last time while its contents are the same. */
function useStable<T>(value: T): T {
  const kept = useRef(value);
  if (kept.current !== value && JSON.stringify(kept.current) !== JSON.stringify(value)) {
    kept.current = value;
  }
  return kept.current;
}

interface FrameProps {
  readonly kind: ChartKind;
  readonly x: AxisModel;
  readonly y: AxisModel;
  readonly references: readonly Reference[];
  readonly size: ChartSize;
}

const Frame = memo(function Frame({ kind, x, y, references, size }: FrameProps) {
  const xDomain = useMemo(() => [...x.domain], [x]);
  const yDomain = useMemo(() => [...y.domain], [y]);
  // Recharts places an x axis and reference lines only where the chart has data.
  const ends = useMemo(() => x.domain.map((step) => ({ step })), [x]);
  return (
    <ComposedChart
      width={size.width}
      height={size.height}
      data={ends}
      margin={MARGIN}
      accessibilityLayer={false}
    >
      <XAxis
        dataKey="step"
        type="number"
        scale={x.kind}
        domain={xDomain}
        ticks={x.ticks}
        tickFormatter={stepTick}
        interval={0}
        allowDataOverflow
        height={PLOT.bottom}
        tick={TICK}
        tickLine={false}
        axisLine={false}
        tickMargin={4}
      />
      <YAxis
        type="number"
        scale={y.kind}
        domain={yDomain}
        ticks={y.ticks}
        tickFormatter={CHART_SPECS[kind].tick}
        interval={0}
        allowDataOverflow
        width={PLOT.left}
        tick={TICK}
        tickLine={false}
        axisLine={false}
        tickMargin={4}
      />
      <Curves />
      {references.map(({ value, label }) => (
        <ReferenceLine key={label} y={value} stroke="var(--faint)" strokeDasharray="2 3" />
      ))}
      <ReferenceLabels />
    </ComposedChart>
  );
});

function stepTick(step: number): string {
  return step >= 10_000 ? `${formatNumber(step / 1000)}k` : formatStep(step);
}

/** The names of the reference lines, over the curves and out of their way. */
function ReferenceLabels() {
  const drawing = useContext(DrawingContext);
  if (drawing === null) return null;
  const { model, size } = drawing;
  const scales = chartScales(model.x, model.y, size);
  const lines = model.showTraining
    ? model.arms.map(({ id }) => linePoints(model.rows, id, scales))
    : [];
  for (const points of model.validation.values()) lines.push(toPoints(points, scales));
  const placed = placeReferences(model.references, {
    scales,
    size,
    lines,
    empty: isEmpty(model),
  });
  return placed.map(({ label, x, y, anchor }) => (
    <text
      key={label}
      className={styles.reference}
      data-reference={label}
      x={x}
      y={y}
      textAnchor={anchor}
    >
      {label}
    </text>
  ));
}

/** Grid, raw curves beneath, smoothed ones above, held-out points on top. */
function Curves() {
  const clip = useId();
  const drawing = useContext(DrawingContext);
  if (drawing === null) return null;
  const { model, size } = drawing;
  const scales = chartScales(model.x, model.y, size);
  const thin = model.validation.size > 0;
  const drawn = model.showTraining ? drawingOrder(model.arms) : [];
  return (
    <g>
      <clipPath id={clip}>
        <rect
          x={PLOT.left}
          y={PLOT.top - 1}
          width={Math.max(0, size.width - PLOT.left - PLOT.right)}
          height={Math.max(0, size.height - PLOT.top - PLOT.bottom + 2)}
        />
      </clipPath>
      {model.y.ticks.map((tick) => {
        const y = scales.y.toPixel(tick) ?? undefined;
        const right = size.width - PLOT.right;
        return <line key={tick} className={styles.grid} x1={PLOT.left} x2={right} y1={y} y2={y} />;
      })}
      <g clipPath={`url(#${clip})`}>
        {drawn.map(({ id }) => (
          <path
            key={`raw ${id}`}
            className={styles.raw}
            data-raw={id}
            d={rawPath(model.rows, id, scales)}
            style={{ stroke: ARM_STYLES[id].colour }}
          />
        ))}
        {drawn.map(({ id }) => (
          // The key is on a group: Recharts' Curve copies its props and would trip over one.
          <g key={id} data-curve={id}>
            <Curve
              type="linear"
              points={linePoints(model.rows, id, scales)}
              fill="none"
              stroke={ARM_STYLES[id].colour}
              strokeWidth={thin ? 1 : 1.8}
              strokeDasharray={ARM_STYLES[id].dash ?? '0'}
            />
          </g>
        ))}
        {[...model.validation].map(([id, points]) => {
          const pixels = toPoints(points, scales);
          return (
            <g key={`held out ${id}`} data-held-out={id}>
              <Curve
                type="linear"
                points={pixels}
                fill="none"
                stroke={ARM_STYLES[id].colour}
                strokeWidth={1.8}
                strokeDasharray={ARM_STYLES[id].dash ?? '0'}
              />
              {pixels.length <= MOST_DOTS &&
                pixels.map(({ x, y }) => (
                  <circle
                    key={x}
                    className={styles.heldOut}
                    cx={x ?? undefined}
                    cy={y ?? undefined}
                    r={2.2}
                    style={{ stroke: ARM_STYLES[id].colour }}
                  />
                ))}
            </g>
          );
        })}
      </g>
    </g>
  );
}
