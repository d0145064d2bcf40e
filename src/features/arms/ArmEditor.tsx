/** The fields of an arm. Each edit is a whole new `ArmConfig`; the caller decides what it costs. */
import { RANGES } from '../../state/ranges';
import { NumberField } from '../../ui/NumberField';
import styles from './ArmsPanel.module.css';
import type { ArmFieldsProps } from './armFields';
import { LossFields } from './LossFields';
import { OptimiserFields } from './OptimiserFields';
import { ScheduleFields } from './ScheduleFields';

export function ArmEditor(props: ArmFieldsProps) {
  return (
    <>
      <LossFields {...props} />
      <LearningRateField {...props} />
      <ScheduleFields {...props} />
      <OptimiserFields {...props} />
      <p className={styles.note}>
        What is marked <span className={styles.live}>live</span> changes while training and leaves a
        mark on the curves. Everything else restarts all arms.
      </p>
    </>
  );
}

export function LearningRateField({ arm, onChange }: ArmFieldsProps) {
  const high = arm.optimiser.kind === 'adamw' && arm.learningRate > 0.01;
  return (
    <NumberField
      label="Learning rate"
      tag="live"
      value={arm.learningRate}
      range={RANGES.learningRate}
      step="log"
      {...(high ? { hint: 'AdamW usually wants a rate near 0.001.' } : {})}
      onCommit={(learningRate) => onChange({ ...arm, learningRate })}
    />
  );
}
