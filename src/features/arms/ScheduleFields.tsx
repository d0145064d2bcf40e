/** How an arm's learning rate moves over the steps. */
import { RANGES } from '../../state/ranges';
import type { ScheduleConfig } from '../../training/config';
import { SelectField } from '../../ui/fields';
import { NumberField } from '../../ui/NumberField';
import type { ArmFieldsProps } from './armFields';

const KINDS = [
  { value: 'constant', label: 'constant' },
  { value: 'cosine', label: 'cosine' },
  { value: 'step', label: 'steps' },
] as const;

function fresh(kind: ScheduleConfig['kind'], warmupSteps: number): ScheduleConfig {
  switch (kind) {
    case 'constant':
      return { kind, warmupSteps };
    case 'cosine':
      return { kind, warmupSteps, totalSteps: 2000 };
    case 'step':
      return { kind, warmupSteps, everySteps: 1000, factor: 0.1 };
    default:
      return kind satisfies never;
  }
}

export function ScheduleFields({ arm, onChange }: ArmFieldsProps) {
  const { schedule } = arm;
  const set = (changed: ScheduleConfig): void => onChange({ ...arm, schedule: changed });
  return (
    <>
      <SelectField
        label="Schedule"
        value={schedule.kind}
        choices={KINDS}
        onCommit={(kind) => {
          if (kind !== schedule.kind) set(fresh(kind, schedule.warmupSteps));
        }}
      />
      {schedule.kind === 'cosine' && (
        <NumberField
          label="Zero at step"
          value={schedule.totalSteps}
          range={RANGES.totalSteps}
          whole
          step={500}
          onCommit={(totalSteps) => set({ ...schedule, totalSteps })}
        />
      )}
      {schedule.kind === 'step' && (
        <>
          <NumberField
            label="Multiply by"
            value={schedule.factor}
            range={RANGES.factor}
            step="log"
            onCommit={(factor) => set({ ...schedule, factor })}
          />
          <NumberField
            label="Every"
            value={schedule.everySteps}
            range={RANGES.everySteps}
            whole
            step={100}
            unit="steps"
            onCommit={(everySteps) => set({ ...schedule, everySteps })}
          />
        </>
      )}
      <NumberField
        label="Warm-up"
        value={schedule.warmupSteps}
        range={RANGES.warmupSteps}
        whole
        step={10}
        unit="steps"
        onCommit={(warmupSteps) => set({ ...schedule, warmupSteps })}
      />
    </>
  );
}
