/** The loss of an arm and its hyper-parameters, in the words of the loss registry. */
import { LOSS_KINDS, LOSSES } from '../../losses/registry';
import { fixedAdaCosScale } from '../../losses/scaleRule';
import type { LossConfig, LossKind } from '../../losses/types';
import { RANGES } from '../../state/ranges';
import { SelectField } from '../../ui/fields';
import { formatAngle, toDegrees, toRadians } from '../../ui/format';
import { NumberField } from '../../ui/NumberField';
import styles from './ArmsPanel.module.css';
import type { ArmFieldsProps } from './armFields';

const KINDS = LOSS_KINDS.map((kind) => ({ value: kind, label: LOSSES[kind].label }));

/** Where the sliders move; the fields beside them take the whole range. */
const SCALE_SLIDER = [1, 64] as const;
const CAP_SLIDER_DEG = [5, 85] as const;

export function LossFields({ arm, classes, onChange }: ArmFieldsProps) {
  const { loss } = arm;
  const fixed = fixedScale(classes);
  const setLoss = (changed: LossConfig): void => onChange({ ...arm, loss: changed });
  const choose = (kind: LossKind): void => {
    if (kind === loss.kind) return;
    const fresh = LOSSES[kind].defaultConfig;
    // A constant scale starts where the fixed rule stood, so that only the freedom to move it is new.
    const scale = loss.kind === 'fixed-adacos' ? fixed : null;
    setLoss(fresh.kind === 'normalised-softmax' && scale !== null ? { ...fresh, scale } : fresh);
  };
  return (
    <>
      <SelectField label="Loss" value={loss.kind} choices={KINDS} onCommit={choose} />
      <p className={styles.note}>{explanationOf(loss)}</p>
      {loss.kind === 'normalised-softmax' && (
        <NumberField
          label="Scale s"
          tag="live"
          value={loss.scale}
          range={RANGES.scale}
          step={1}
          slider={SCALE_SLIDER}
          onCommit={(scale) => setLoss({ ...loss, scale })}
        />
      )}
      {loss.kind === 'fixed-adacos' && fixed !== null && (
        <NumberField
          label="Scale s"
          tag="live"
          value={fixed}
          range={RANGES.scale}
          step={1}
          slider={SCALE_SLIDER}
          hint="Moved by hand, it is a normalised softmax from then on."
          onCommit={(scale) => setLoss({ kind: 'normalised-softmax', scale })}
        />
      )}
      {loss.kind === 'dynamic-adacos' && <DynamicFields loss={loss} onChange={setLoss} />}
    </>
  );
}

interface DynamicFieldsProps {
  readonly loss: Extract<LossConfig, { kind: 'dynamic-adacos' }>;
  readonly onChange: (loss: LossConfig) => void;
}

function DynamicFields({ loss, onChange }: DynamicFieldsProps) {
  return (
    <>
      <NumberField
        label="Cap angle"
        tag="live"
        value={toDegrees(loss.capAngleRad)}
        range={[toDegrees(RANGES.capAngleRad[0]), toDegrees(RANGES.capAngleRad[1])]}
        step={1}
        unit="°"
        slider={CAP_SLIDER_DEG}
        onCommit={(degrees) => onChange({ ...loss, capAngleRad: toRadians(degrees) })}
      />
      <SelectField
        label="Guard"
        value={loss.guard}
        choices={[
          { value: 'clamp', label: 'on' },
          { value: 'paper-exact', label: 'off, paper-exact' },
        ]}
        {...(loss.guard === 'clamp' ? {} : { hint: explanation('guard') })}
        onCommit={(guard) => onChange({ ...loss, guard })}
      />
      <SelectField
        label="First batch"
        value={loss.firstStep}
        choices={[
          { value: 'paper', label: 'fixed scale (paper)' },
          { value: 'reference', label: 'moves at once' },
        ]}
        {...(loss.firstStep === 'paper' ? {} : { hint: explanation('firstStep') })}
        onCommit={(firstStep) => onChange({ ...loss, firstStep })}
      />
    </>
  );
}

/** The registry speaks of the paper's 45°; the arm may have another cap. */
function explanationOf(loss: LossConfig): string {
  const { explanation: text } = LOSSES[loss.kind];
  return loss.kind === 'dynamic-adacos'
    ? text.replaceAll('45°', formatAngle(loss.capAngleRad))
    : text;
}

/** What the registry says of a hyper-parameter of dynamic AdaCos. */
function explanation(key: 'guard' | 'firstStep'): string {
  return (
    LOSSES['dynamic-adacos'].hyperParameters.find((parameter) => parameter.key === key)
      ?.explanation ?? ''
  );
}

function fixedScale(classes: number | null): number | null {
  if (classes === null || classes < 3) return null;
  return Number(fixedAdaCosScale(classes).toFixed(2));
}
