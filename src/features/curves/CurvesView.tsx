/** Legend, settings and charts over any session; the panel gives it the real one. */
import { useEffect, useRef } from 'react';
import { CurveFigure } from '../../charts/CurveFigure';
import { CHART_KINDS } from '../../charts/chartKinds';
import { type ChartSession, type Source, useSlice } from '../../charts/sources';
import { useView } from '../../state/view';
import { CurvesToolbar } from './CurvesToolbar';
import styles from './curves.module.css';
import { Legend } from './Legend';
import { RunControls } from './RunControls';

export function CurvesView({ session }: { readonly session: Source<ChartSession> }) {
  const series = useSlice(session, (state) => state.series);
  const run = useRef(series);
  useEffect(() => {
    if (run.current === series) return;
    run.current = series;
    // A window chosen in another run would show this one as empty.
    useView.getState().resetZoom();
  }, [series]);
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <h2>Curves</h2>
        <Legend session={session} />
        <RunControls session={session} />
      </div>
      <CurvesToolbar />
      <div className={styles.charts}>
        {CHART_KINDS.map((kind) => (
          <div key={kind} className={kind === 'bAvg' ? styles.wide : undefined}>
            <CurveFigure kind={kind} session={session} />
          </div>
        ))}
      </div>
    </div>
  );
}
