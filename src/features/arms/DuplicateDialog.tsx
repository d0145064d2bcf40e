/** A new arm as a copy of one that is there, with exactly one thing changed: a fair comparison. */
import { useState } from 'react';
import type { ArmConfig, ArmId } from '../../training/config';
import { Dialog } from '../../ui/Dialog';
import { SelectField } from '../../ui/fields';
import { LearningRateField } from './ArmEditor';
import styles from './ArmsPanel.module.css';
import { ASPECTS, type Aspect, same, suggestCopy } from './editArms';
import { LossFields } from './LossFields';
import { OptimiserFields } from './OptimiserFields';
import { lossLabel } from './rows';
import { ScheduleFields } from './ScheduleFields';

interface DuplicateDialogProps {
  readonly arms: readonly ArmConfig[];
  /** Letter of the new arm. */
  readonly id: ArmId;
  readonly classes: number | null;
  readonly onAdd: (arm: ArmConfig) => void;
  readonly onClose: () => void;
}

const ASPECT_LABELS: Readonly<Record<Aspect, string>> = {
  loss: 'loss and scale rule',
  learningRate: 'learning rate',
  optimiser: 'optimiser',
  schedule: 'schedule',
};

const FIELDS = {
  loss: LossFields,
  learningRate: LearningRateField,
  optimiser: OptimiserFields,
  schedule: ScheduleFields,
} as const;

export function DuplicateDialog({ arms, id, classes, onAdd, onClose }: DuplicateDialogProps) {
  const [sourceId, setSourceId] = useState(arms.at(-1)!.id);
  const [aspect, setAspect] = useState<Aspect>('loss');
  const source = arms.find((arm) => arm.id === sourceId) ?? arms[0]!;
  const [copy, setCopy] = useState(() => suggestCopy(source, id, aspect));
  const Fields = FIELDS[aspect];
  const unchanged = same({ ...copy, id: source.id }, source);

  const begin = (from: ArmConfig, what: Aspect): void => {
    setSourceId(from.id);
    setAspect(what);
    setCopy(suggestCopy(from, id, what));
  };

  return (
    <Dialog
      title="Duplicate with one change"
      onClose={onClose}
      foot={
        <>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            className={styles.primary}
            disabled={unchanged}
            onClick={() => onAdd(copy)}
          >
            Add arm {id}
          </button>
        </>
      }
    >
      <SelectField
        label="Copy of"
        value={source.id}
        choices={arms.map((arm) => ({
          value: arm.id,
          label: `${arm.id} · ${lossLabel(arm.loss)}`,
        }))}
        onCommit={(chosen) => begin(arms.find((arm) => arm.id === chosen) ?? source, aspect)}
      />
      <SelectField
        label="What differs"
        value={aspect}
        choices={ASPECTS.map((value) => ({ value, label: ASPECT_LABELS[value] }))}
        onCommit={(what) => begin(source, what)}
      />
      <div className={styles.change} data-arm={id}>
        <Fields arm={copy} classes={classes} onChange={setCopy} />
      </div>
      <p className={styles.note}>
        {unchanged
          ? 'Nothing differs yet.'
          : `Arm ${id} gets the same first weights and the same batches. Adding it restarts all arms.`}
      </p>
    </Dialog>
  );
}
