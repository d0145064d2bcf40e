/** The optimiser of an arm and its numbers. */
import type { OptimiserConfig } from '../../engine/engine';
import { RANGES } from '../../state/ranges';
import { SelectField } from '../../ui/fields';
import { NumberField } from '../../ui/NumberField';
import type { ArmFieldsProps } from './armFields';
import { otherOptimiser, withClipNorm } from './editArms';

const KINDS = [
  { value: 'sgd', label: 'SGD with momentum' },
  { value: 'adamw', label: 'AdamW' },
] as const;

export function OptimiserFields({ arm, onChange }: ArmFieldsProps) {
  const { optimiser } = arm;
  const set = (changed: OptimiserConfig): void => onChange({ ...arm, optimiser: changed });
  return (
    <>
      <SelectField
        label="Optimiser"
        value={optimiser.kind}
        choices={KINDS}
        onCommit={(kind) => {
          if (kind !== optimiser.kind) set(otherOptimiser(optimiser.kind));
        }}
      />
      {optimiser.kind === 'sgd' ? (
        <NumberField
          label="Momentum"
          value={optimiser.momentum}
          range={RANGES.momentum}
          step={0.05}
          onCommit={(momentum) => set({ ...optimiser, momentum })}
        />
      ) : (
        <>
          <NumberField
            label="β₁"
            value={optimiser.beta1}
            range={RANGES.beta1}
            step={0.01}
            onCommit={(beta1) => set({ ...optimiser, beta1 })}
          />
          <NumberField
            label="β₂"
            value={optimiser.beta2}
            range={RANGES.beta2}
            step={0.001}
            onCommit={(beta2) => set({ ...optimiser, beta2 })}
          />
          <NumberField
            label="ε"
            value={optimiser.epsilon}
            range={RANGES.epsilon}
            step="log"
            onCommit={(epsilon) => set({ ...optimiser, epsilon })}
          />
        </>
      )}
      <NumberField
        label="Weight decay"
        value={optimiser.weightDecay}
        range={RANGES.weightDecay}
        step="log"
        onCommit={(weightDecay) => set({ ...optimiser, weightDecay })}
      />
      <NumberField
        label="Clip gradient at norm"
        value={optimiser.clipNorm ?? 0}
        range={RANGES.clipNorm}
        step="log"
        hint="A longer gradient is shortened to this. At 0, none is."
        onCommit={(clipNorm) => set(withClipNorm(optimiser, clipNorm))}
      />
    </>
  );
}
