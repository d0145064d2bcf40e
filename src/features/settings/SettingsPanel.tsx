/**
 * What all arms share: the network, the batches, what is held out, the seed, the engine. Every change
 * here but that of the engine restarts all arms; a value out of range stays in its field with the reason
 * and changes nothing.
 */
import { useMemo } from 'react';
import { classesOf } from '../../charts/experiment';
import { PRESETS, withInputSize } from '../../models/presets';
import type { ModelSpec } from '../../models/spec';
import { RANGES } from '../../state/ranges';
import { useSession } from '../../state/session';
import { SelectField, SwitchField } from '../../ui/fields';
import { formatCount, formatFlops } from '../../ui/format';
import { NumberField } from '../../ui/NumberField';
import { Fold, SectionHead } from '../../ui/Section';
import styles from './SettingsPanel.module.css';
import {
  costOf,
  ENGINE_CHOICES,
  heldOutHint,
  NO_SPLITS,
  presetChoices,
  presetOf,
  SPLIT_HINTS,
  STORAGE_CHOICES,
  splitChoices,
  withErase,
} from './words';

export function SettingsPanel() {
  return (
    <section aria-label="Model and training" className={styles.panel}>
      <SectionHead title="Model and training" note="all arms" />
      <ModelLine />
      <Fold title="Network" note="restarts">
        <ModelFields />
      </Fold>
      <Fold title="Training" note="restarts">
        <TrainingFields />
      </Fold>
    </section>
  );
}

function ModelLine() {
  const model = useSession((session) => session.config.model);
  const classes = useSession(classesOf);
  const cost = useMemo(() => (classes === null ? null : costOf(model, classes)), [model, classes]);
  return (
    <p className={styles.line}>
      {model.name} · {model.inputSize}×{model.inputSize} · d = {model.embeddingSize}
      {cost !== null && (
        <>
          <br />
          {formatCount(cost.parameters)} parameters · {formatFlops(cost.flopsPerImage)}
          /crop
        </>
      )}
    </p>
  );
}

function ModelFields() {
  const model = useSession((session) => session.config.model);
  const configure = useSession((session) => session.configure);
  const set = (change: Partial<ModelSpec>): void =>
    void configure({ model: { ...model, ...change } });
  return (
    <>
      <SelectField
        label="Preset"
        value={presetOf(model)}
        choices={presetChoices(model)}
        onCommit={(name) => {
          if (name !== 'own') void configure({ model: PRESETS[name] });
        }}
      />
      <NumberField
        label="Input size"
        value={model.inputSize}
        range={RANGES.cropSize}
        whole
        step={16}
        unit="px"
        hint="The crops follow: they are made or read again."
        onCommit={(size) => void configure({ model: withInputSize(model, size) })}
      />
      <NumberField
        label="Embedding size d"
        value={model.embeddingSize}
        range={RANGES.embeddingSize}
        whole
        step={1}
        onCommit={(embeddingSize) => set({ embeddingSize })}
      />
      <SelectField
        label="Activation"
        value={model.activation}
        choices={[
          { value: 'relu', label: 'ReLU' },
          { value: 'prelu', label: 'PReLU' },
        ]}
        onCommit={(activation) => set({ activation })}
      />
      <NumberField
        label="Dropout"
        value={model.dropout}
        range={RANGES.dropout}
        step={0.1}
        onCommit={(dropout) => set({ dropout })}
      />
    </>
  );
}

function TrainingFields() {
  const config = useSession((session) => session.config);
  const used = useSession((session) => session.experiment?.batchSize ?? null);
  const configure = useSession((session) => session.configure);
  const heldOut = useSession((session) =>
    heldOutHint(session.config.validationShare, session.experiment),
  );
  const ways = useSession((session) => session.data?.splits);
  const splits = useMemo(() => splitChoices(ways ?? NO_SPLITS, config.split), [ways, config.split]);
  const byShare =
    config.split === undefined || config.split === 'closed' || config.split === 'open';
  const { augmentation } = config;
  const clamped =
    used !== null && used < config.batchSize
      ? { hint: `${formatCount(used)} are used: there are no more training images.` }
      : {};
  return (
    <>
      <NumberField
        label="Batch size"
        value={config.batchSize}
        range={RANGES.batchSize}
        whole
        step={8}
        unit="images"
        {...clamped}
        onCommit={(batchSize) => void configure({ batchSize })}
      />
      <SwitchField
        label="Flip left–right at random"
        value={augmentation.flip}
        onCommit={(flip) => void configure({ augmentation: { ...augmentation, flip } })}
      />
      <NumberField
        label="Shift at random, up to"
        value={augmentation.shift}
        range={RANGES.shift}
        whole
        unit="px"
        onCommit={(shift) => void configure({ augmentation: { ...augmentation, shift } })}
      />
      <NumberField
        label="Erase a square of side"
        value={Number(((augmentation.erase ?? 0) * 100).toPrecision(12))}
        range={[RANGES.erase[0] * 100, RANGES.erase[1] * 100]}
        step={5}
        unit="%"
        hint="Of the crop’s side; the square is grey and lies anywhere. At 0, nothing is erased."
        onCommit={(percent) =>
          void configure({ augmentation: withErase(augmentation, percent / 100) })
        }
      />
      <SelectField
        label="Held out"
        value={config.split ?? 'closed'}
        choices={splits}
        hint={SPLIT_HINTS[config.split ?? 'closed']}
        onCommit={(split) => void configure({ split })}
      />
      {byShare && (
        <NumberField
          label={config.split === 'open' ? 'People held out' : 'Images held out'}
          value={Number((config.validationShare * 100).toPrecision(12))}
          range={[RANGES.validationShare[0] * 100, RANGES.validationShare[1] * 100]}
          step={5}
          unit="%"
          {...(heldOut === null ? {} : { hint: heldOut })}
          onCommit={(percent) => void configure({ validationShare: percent / 100 })}
        />
      )}
      <NumberField
        label="Evaluate every"
        value={config.evaluateEvery}
        range={RANGES.evaluateEvery}
        whole
        step={10}
        unit="steps"
        {...(config.evaluateEvery === 0
          ? { hint: 'At 0, held-out crops are never evaluated.' }
          : {})}
        onCommit={(evaluateEvery) => void configure({ evaluateEvery })}
      />
      <NumberField
        label="Seed"
        value={config.seed}
        range={RANGES.seed}
        whole
        hint="Decides first weights, split, order and augmentation."
        onCommit={(seed) => void configure({ seed })}
      />
      <SelectField
        label="Engine"
        value={config.engine}
        choices={ENGINE_CHOICES}
        hint="The one thing here that restarts nothing: training goes on from the same step."
        onCommit={(engine) => void configure({ engine })}
      />
      <SelectField
        label="Maps on the GPU"
        value={config.storage ?? 'float32'}
        choices={STORAGE_CHOICES}
        hint="How the WebGPU engine stores what lies between two layers. Half takes a third less memory and rounds it to three digits; sums, weights and losses stay float32."
        onCommit={(storage) => void configure({ storage })}
      />
    </>
  );
}
