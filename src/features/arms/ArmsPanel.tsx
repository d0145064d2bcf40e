/**
 * One card per arm, edited in place. What can change while training changes at once and leaves a mark
 * on the curves; every other edit restarts all arms, because they are compared in lockstep.
 */
import { useState } from 'react';
import { classesOf } from '../../charts/experiment';
import { useSession } from '../../state/session';
import type { ArmConfig } from '../../training/config';
import { formatItems } from '../../ui/format';
import { Fold, SectionHead } from '../../ui/Section';
import { ArmCard } from './ArmCard';
import styles from './ArmsPanel.module.css';
import { DuplicateDialog } from './DuplicateDialog';
import { addArm, freeId, hyperChange, removeArm, replaceArm, same } from './editArms';
import { differences } from './rows';

export function ArmsPanel() {
  const arms = useSession((session) => session.config.arms);
  const classes = useSession(classesOf);
  const configure = useSession((session) => session.configure);
  const setHyper = useSession((session) => session.setHyper);
  const [duplicating, setDuplicating] = useState(false);
  const different = differences(arms);
  const next = freeId(arms);

  const change = (before: ArmConfig, after: ArmConfig): void => {
    if (same(before, after)) return;
    // Without an experiment there is nothing to change live: the new value is built in.
    const live = useSession.getState().experiment === null ? null : hyperChange(before, after);
    if (live === null) void configure({ arms: replaceArm(arms, after) });
    else void setHyper(before.id, live);
  };

  return (
    <section aria-label="Arms" className={styles.panel}>
      <SectionHead title="Arms" note="same seed, same batches" />
      {arms.map((arm) => (
        <ArmCard
          key={arm.id}
          arm={arm}
          classes={classes}
          different={different}
          onChange={(after) => change(arm, after)}
          onRemove={
            arms.length > 1 ? () => void configure({ arms: removeArm(arms, arm.id) }) : null
          }
        />
      ))}
      <Warnings />
      <button
        type="button"
        className={styles.wide}
        disabled={next === null}
        onClick={() => setDuplicating(true)}
      >
        {next === null ? 'Four arms are the most' : 'Duplicate with one change…'}
      </button>
      {duplicating && next !== null && (
        <DuplicateDialog
          arms={arms}
          id={next}
          classes={classes}
          onAdd={(arm) => {
            setDuplicating(false);
            void configure({ arms: addArm(arms, arm) });
          }}
          onClose={() => setDuplicating(false)}
        />
      )}
    </section>
  );
}

/** What was told before the start, kept within reach once training has begun. */
function Warnings() {
  const warnings = useSession((session) => session.experiment?.warnings ?? NONE);
  if (warnings.length === 0) return null;
  return (
    <Fold
      title={formatItems(warnings.length, 'warning about these arms', 'warnings about these arms')}
    >
      <ul className={styles.warnings}>
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </Fold>
  );
}

const NONE: readonly string[] = [];
