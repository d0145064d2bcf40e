/** The shell: bar, messages, three columns that stack on narrow screens, and what floats above them. */
import { useCallback, useRef, useState } from 'react';
import { ArmsPanel } from '../features/arms/ArmsPanel';
import { CurvesPanel } from '../features/curves/CurvesPanel';
import { DataPanel } from '../features/data/DataPanel';
import { DataStrip } from '../features/data/DataStrip';
import { WindowDrop } from '../features/data/WindowDrop';
import { HelpDialog } from '../features/help/HelpDialog';
import { InsightPanel } from '../features/insight/InsightPanel';
import { Notices } from '../features/notices/Notices';
import { SettingsPanel } from '../features/settings/SettingsPanel';
import { TopBar } from '../features/topbar/TopBar';
import { useMedia } from '../ui/useMedia';
import styles from './App.module.css';
import { LiveSummary } from './LiveSummary';
import { useActions, useShortcuts } from './useActions';
import { useUrl } from './useUrl';

export function App() {
  const [helping, setHelping] = useState(false);
  const openHelp = useCallback(() => setHelping(true), []);
  const actions = useActions(openHelp);
  useShortcuts(actions);
  useUrl();
  const { play, stepBatch, stepEpoch, reset, newSeed, share, theme, help } = actions;
  // One column: after a line about the faces, what Play moves comes first, what is set up once comes
  // after. The order of the elements themselves, so that Tab goes the way the eye does.
  const stacked = useMedia('(max-width: 899px)');
  const panels = useRef<HTMLDivElement>(null);
  const showPanels = (): void => {
    panels.current?.focus({ preventScroll: true });
    panels.current?.scrollIntoView();
  };
  const data = (
    <div key="data" className={styles.data}>
      <DataStrip onShowAll={showPanels} />
    </div>
  );
  const setUp = (
    <div key="set-up" ref={panels} className={styles.left} tabIndex={stacked ? -1 : undefined}>
      <DataPanel />
      <ArmsPanel />
      <SettingsPanel />
    </div>
  );
  const curves = (
    <div key="curves" className={styles.centre}>
      <CurvesPanel />
    </div>
  );
  const insight = (
    <div key="insight" className={styles.right}>
      <InsightPanel />
    </div>
  );
  return (
    <>
      <div className={styles.page}>
        <div className={styles.top}>
          <TopBar
            actions={{
              play,
              training: [stepBatch, stepEpoch, reset, newSeed],
              page: [share],
              theme,
              help,
            }}
          />
          <Notices />
        </div>
        <main className={styles.columns}>
          {stacked ? [data, curves, insight, setUp] : [setUp, curves, insight]}
        </main>
      </div>
      <LiveSummary />
      <WindowDrop />
      {helping && <HelpDialog actions={Object.values(actions)} onClose={() => setHelping(false)} />}
    </>
  );
}
