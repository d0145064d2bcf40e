/**
 * The faces: where they come from, a glance at them, what was left out and why, and the ways to bring
 * others. Reads the session and sends commands; the files themselves never pass through here.
 */
import { useState } from 'react';
import { useSession } from '../../state/session';
import { SectionHead } from '../../ui/Section';
import { AlikeNames } from './AlikeNames';
import styles from './DataPanel.module.css';
import { DataSettings } from './DataSettings';
import { FacesFound } from './FacesFound';
import { PartChoice } from './FilesDialog';
import { InspectDialog } from './inspect/InspectDialog';
import { KeptSets } from './KeptSets';
import { LeakDialog } from './LeakDialog';
import { LeaveCorrections } from './LeaveCorrections';
import { LeftOut } from './LeftOut';
import { LoadProgress } from './LoadProgress';
import { MinimumDialog } from './MinimumDialog';
import { SourceButtons } from './SourceButtons';
import { SummaryLine } from './SummaryLine';
import { Thumbnails } from './Thumbnails';

export function DataPanel() {
  const label = useSession((session) => session.data?.label ?? null);
  const [inspecting, setInspecting] = useState<'people' | 'found' | null>(null);
  const [checking, setChecking] = useState(false);
  return (
    <section aria-label="Data" className={styles.panel}>
      <SectionHead title="Data" note={label} />
      <Thumbnails onInspect={() => setInspecting('people')} />
      <LoadProgress />
      <SummaryLine
        onInspect={() => setInspecting('people')}
        onCheckLeaks={() => setChecking(true)}
      />
      <AlikeNames onInspect={() => setInspecting('people')} />
      <FacesFound onInspect={() => setInspecting('found')} />
      <LeftOut />
      <SourceButtons />
      <DataSettings />
      <KeptSets />
      {inspecting !== null && (
        <InspectDialog first={inspecting} onClose={() => setInspecting(null)} />
      )}
      {checking && <LeakDialog onClose={() => setChecking(false)} />}
      <MinimumDialog />
      <PartChoice />
      <LeaveCorrections />
    </section>
  );
}
