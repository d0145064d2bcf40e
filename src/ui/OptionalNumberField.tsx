/** A number that may be absent: a switch, and the number under it while it is on. */
import { Dependent } from './FieldGroup';
import { SwitchField } from './fields';
import { NumberField, type NumberFieldProps } from './NumberField';

interface OptionalNumberFieldProps
  extends Pick<NumberFieldProps, 'range' | 'whole' | 'unit' | 'step' | 'hint' | 'live'> {
  /** Beside the switch: `Limit the images of one person`. */
  readonly label: string;
  /** Beside the number: `Images per person at most`. */
  readonly numberLabel: string;
  readonly value: number | null;
  /** What switching it on begins with. */
  readonly first: number;
  readonly onCommit: (value: number | null) => void;
}

export function OptionalNumberField(props: OptionalNumberFieldProps) {
  const { label, numberLabel, value, first, onCommit, ...number } = props;
  return (
    <>
      <SwitchField
        label={label}
        value={value !== null}
        onCommit={(on) => onCommit(on ? first : null)}
      />
      {value !== null && (
        <Dependent>
          <NumberField label={numberLabel} value={value} onCommit={onCommit} {...number} />
        </Dependent>
      )}
    </>
  );
}
