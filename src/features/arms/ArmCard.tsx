/** One arm: its name, colour and dash, the rows that describe it, and behind "edit" the fields. */
import { useId, useState } from 'react';
import { ARM_STYLES } from '../../charts/armStyle';
import { useSession } from '../../state/session';
import type { ArmConfig } from '../../training/config';
import { formatCount } from '../../ui/format';
import { ArmEditor } from './ArmEditor';
import styles from './ArmsPanel.module.css';
import { lossLabel, ROW_LABELS, type RowKey, rowsOf, rowText } from './rows';
import { ScaleRule } from './ScaleRule';

interface ArmCardProps {
  readonly arm: ArmConfig;
  /** Number of identities; `null` until known. */
  readonly classes: number | null;
  readonly different: ReadonlySet<RowKey>;
  readonly onChange: (arm: ArmConfig) => void;
  /** `null` for the last arm, which stays. */
  readonly onRemove: (() => void) | null;
}

export function ArmCard({ arm, classes, different, onChange, onRemove }: ArmCardProps) {
  const [editing, setEditing] = useState(false);
  const id = useId();
  const name = `${arm.id} · ${lossLabel(arm.loss)}`;
  return (
    <article className={styles.card} data-arm={arm.id} aria-label={`Arm ${name}`}>
      <header className={styles.head}>
        <h3>{name}</h3>
        <Dash arm={arm} />
        <button
          type="button"
          className={styles.edit}
          aria-expanded={editing}
          aria-controls={id}
          aria-label={editing ? `Close the settings of arm ${arm.id}` : `Edit arm ${arm.id}`}
          onClick={() => setEditing(!editing)}
        >
          {editing ? 'done' : 'edit'}
        </button>
      </header>
      {!editing && (
        <dl className={styles.rows}>
          {rowsOf(arm).map((key) => (
            <div key={key} data-different={different.has(key) || undefined}>
              <dt>{ROW_LABELS[key]}</dt>
              <dd>
                {key === 'scale' ? (
                  <ScaleRule loss={arm.loss} classes={classes} />
                ) : (
                  rowText(arm, key)
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <ArmState id={arm.id} />
      {editing && (
        <div id={id} className={styles.editor}>
          <ArmEditor arm={arm} classes={classes} onChange={onChange} />
          {onRemove !== null && (
            <button type="button" className={styles.remove} onClick={onRemove}>
              Remove arm {arm.id} (restarts)
            </button>
          )}
        </div>
      )}
    </article>
  );
}

function Dash({ arm }: { readonly arm: ArmConfig }) {
  const { colour, dash, dashName } = ARM_STYLES[arm.id];
  return (
    <svg width="34" height="8" role="img" aria-label={`Drawn ${dashName}`}>
      <line
        x1="1"
        x2="33"
        y1="4"
        y2="4"
        stroke={colour}
        strokeWidth="2"
        strokeDasharray={dash ?? undefined}
      />
    </svg>
  );
}

/** What a person must know of this arm now: it stands still, or its guard is at work. */
function ArmState({ id }: { readonly id: ArmConfig['id'] }) {
  const diverged = useSession((session) => session.diverged.find(({ arm }) => arm === id));
  const guard = useSession((session) => session.guards.get(id));
  if (diverged !== undefined) {
    return <p className={styles.diverged}>diverged at step {formatCount(diverged.step)}</p>;
  }
  if (guard !== undefined)
    return <p className={styles.guard}>guard acted at step {formatCount(guard.step)}</p>;
  return null;
}
