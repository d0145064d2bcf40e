/** The insight panel over any session; updates in its own turn of the page's queue. */
import { PAPER_FROM_CLASSES } from '../../charts/closedForm';
import { classesOf } from '../../charts/experiment';
import { formatStep } from '../../charts/format';
import { buildInsight } from '../../charts/insightModel';
import {
  type ChartSession,
  type Source,
  useQueued,
  useSlice,
  useWidth,
  watchRows,
} from '../../charts/sources';
import { useView } from '../../state/view';
import { AngleHistograms } from './AngleHistograms';
import { FormulaRow } from './FormulaRow';
import styles from './insight.module.css';
import { ProbabilityPicture } from './ProbabilityPicture';
import { WhatIf } from './WhatIf';

export function InsightView({ session }: { readonly session: Source<ChartSession> }) {
  const config = useSlice(session, (state) => state.config);
  const experiment = useSlice(session, (state) => state.experiment);
  const data = useSlice(session, (state) => state.data);
  const series = useSlice(session, (state) => state.series);
  const diverged = useSlice(session, (state) => state.diverged);
  const hiddenArms = useView((view) => view.hiddenArms);
  const paperCurves = useView((view) => view.paperCurves);
  const whatIfScale = useView((view) => view.whatIfScale);
  const setPaperCurves = useView((view) => view.setPaperCurves);
  const [setElement, width] = useWidth();

  const model = useQueued(
    () => {
      const state = session.getState();
      return buildInsight({
        arms: state.config.arms,
        classes: classesOf(state),
        series: state.series,
        diverged: state.diverged,
        hiddenArms,
        paperCurves,
        whatIfScale,
      });
    },
    { source: session, watch: watchRows },
    [config, experiment, data, series, diverged, hiddenArms, paperCurves, whatIfScale],
  );
  const classes = classesOf({ experiment, data, config });
  const before = model === null || model.step === 0;

  return (
    <div className={styles.panel} ref={setElement}>
      <div className={styles.head}>
        <h2>Insight</h2>
        <span className={styles.unit}>
          {before ? 'before training' : `step ${formatStep(model.step)}`}
        </span>
      </div>
      <figure>
        <figcaption className={styles.caption}>
          <span className={styles.title}>P(target) against θ</span>
          <span className={styles.unit}>
            {before ? 'initial s, B = C−1' : 'live s and B_avg, points at θ_med'}
          </span>
        </figcaption>
        {model !== null && width > 0 && <ProbabilityPicture model={model} width={width} />}
      </figure>
      <div className={styles.controls}>
        <label className={styles.control}>
          <input
            type="checkbox"
            checked={paperCurves}
            onChange={(event) => setPaperCurves(event.target.checked)}
          />
          closed-form curves at B = C−1, as in the paper’s Fig. 2a
        </label>
        {classes !== null && classes >= PAPER_FROM_CLASSES && paperCurves && (
          <p>The paper’s own curve labelled s = 10 does not follow the formula; this one does.</p>
        )}
        <WhatIf classes={classes} />
      </div>
      {model !== null && (
        <>
          <div className={styles.formulas}>
            {model.arms.map((arm) => (
              <FormulaRow key={arm.id} arm={arm} />
            ))}
          </div>
          {width > 0 && <AngleHistograms arms={model.arms} width={width} />}
        </>
      )}
    </div>
  );
}
