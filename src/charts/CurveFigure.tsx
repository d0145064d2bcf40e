/**
 * One chart as a figure: caption with unit or readout, the curves, what lies over them, notes that
 * must be read with it, and its data table. Updates in its own turn of the page's queue.
 */
import { useMemo, useState } from 'react';
import { useView } from '../state/view';
import { CurveChart } from './CurveChart';
import { CurveOverlay } from './CurveOverlay';
import { CHART_SPECS, type ChartKind } from './chartKinds';
import { buildChartModel, isEmpty } from './chartModel';
import styles from './charts.module.css';
import { classesOf } from './experiment';
import { chartHeight } from './layout';
import { Readout } from './Readout';
import {
  type ChartSession,
  type Source,
  useQueued,
  useSlice,
  useViewportHeight,
  useWidth,
  watchRows,
} from './sources';
import { TableDialog } from './TableDialog';
import { buildTable, type TableModel } from './table';

export function CurveFigure({
  kind,
  session,
}: {
  readonly kind: ChartKind;
  readonly session: Source<ChartSession>;
}) {
  const view = useView();
  const config = useSlice(session, (state) => state.config);
  const experiment = useSlice(session, (state) => state.experiment);
  const series = useSlice(session, (state) => state.series);
  const marks = useSlice(session, (state) => state.marks);
  const diverged = useSlice(session, (state) => state.diverged);
  const [table, setTable] = useState<TableModel | null>(null);
  const [setElement, width] = useWidth();
  const viewport = useViewportHeight();
  const size = useMemo(() => ({ width, height: chartHeight(viewport) }), [width, viewport]);

  const model = useQueued(
    () => {
      const state = session.getState();
      return buildChartModel({
        kind,
        arms: state.config.arms,
        classes: classesOf(state),
        series: state.series,
        diverged: state.diverged,
        view: useView.getState(),
      });
    },
    { source: session, watch: watchRows },
    [view, config, experiment, series, diverged],
  );

  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>
        <span className={styles.title}>{CHART_SPECS[kind].title}</span>
        {model !== null && <Readout model={model} session={session} />}
        <button
          type="button"
          className={styles.quiet}
          aria-label={`${CHART_SPECS[kind].title}: data table`}
          disabled={model === null}
          onClick={() => model !== null && setTable(buildTable(model))}
        >
          table
        </button>
      </figcaption>
      <div ref={setElement} className={styles.plot} style={{ height: size.height }}>
        {model !== null && width > 0 && (
          <>
            <div role="img" aria-label={model.summary}>
              <CurveChart model={model} size={size} />
            </div>
            <CurveOverlay model={model} size={size} marks={marks} session={session} />
            {isEmpty(model) && (
              <p className={styles.empty}>
                <span className={styles.emptyWords}>
                  {model.arms.length === 0
                    ? 'Nothing to draw for these arms'
                    : model.showTraining
                      ? 'No steps yet'
                      : 'No held-out points yet'}
                </span>
              </p>
            )}
          </>
        )}
      </div>
      {model?.notes.map((note) => (
        <p key={note} className={styles.note}>
          {note}
        </p>
      ))}
      {table !== null && <TableDialog table={table} onClose={() => setTable(null)} />}
    </figure>
  );
}
