/** Which steps are shown, and the way out: following, the whole run, the curves as a file. */
import { useState } from 'react';
import { newestStep } from '../../charts/chartModel';
import type { ChartSession, Source } from '../../charts/sources';
import { shownRange, useView } from '../../state/view';
import { Check } from './Check';
import styles from './curves.module.css';
import { downloadCurves } from './download';

export function RunControls({ session }: { readonly session: Source<ChartSession> }) {
  const view = useView();
  const [exporting, setExporting] = useState(false);
  const newest = () => newestStep(session.getState().series);

  const onExport = async () => {
    setExporting(true);
    try {
      await downloadCurves(session.getState());
    } finally {
      setExporting(false);
    }
  };

  return (
    <div className={styles.controls}>
      <Check
        label="follow live"
        on={view.followLive}
        set={(on) =>
          view.setFollowLive(on, shownRange(view, newest()) ?? [0, Math.max(10, newest())])
        }
      />
      <button
        type="button"
        className={styles.small}
        disabled={view.xRange === null}
        onClick={view.resetZoom}
      >
        Whole run
      </button>
      <button
        type="button"
        className={styles.small}
        disabled={exporting}
        onClick={() => void onExport()}
      >
        {exporting ? 'Writing…' : 'CSV'}
      </button>
    </div>
  );
}
