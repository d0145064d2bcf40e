/**
 * The knobs of the built-in faces, as a draft with a look at what it would draw: nothing is replaced
 * until Apply.
 */
import { useMemo, useState } from 'react';
import { countSynthetic } from '../../data/synthetic/counts';
import {
  DEFAULT_SYNTHETIC,
  IMBALANCE_RANGE,
  NUISANCE_RANGE,
  type NuisanceName,
  SYNTHETIC_RANGES,
  type SyntheticKnob,
  type SyntheticSettings,
} from '../../data/synthetic/settings';
import { MAX_SYNTHETIC_BYTES, syntheticBytes } from '../../state/ranges';
import { useSession } from '../../state/session';
import { FieldGroup } from '../../ui/FieldGroup';
import { formatBytes } from '../../ui/format';
import { FormScope, useFormValidity } from '../../ui/formValidity';
import { NumberField } from '../../ui/NumberField';
import { Fold } from '../../ui/Section';
import styles from './DataPanel.module.css';
import { GeneratorPreview } from './GeneratorPreview';
import { sameSettings, withNuisance } from './generatorDraft';
import { countsText, tooMuchText } from './generatorText';
import { mayLeave } from './LeaveCorrections';

interface Knob {
  readonly key: SyntheticKnob;
  readonly label: string;
  readonly whole: boolean;
  readonly step: number;
  readonly unit?: string;
  readonly aside?: string;
}

const KNOBS: readonly Knob[] = [
  { key: 'identities', label: 'Identities', whole: true, step: 10 },
  { key: 'imagesPerIdentity', label: 'Images per identity', whole: true, step: 1 },
  { key: 'cropSize', label: 'Crop size', whole: true, step: 16, unit: 'px' },
  { key: 'difficulty', label: 'Difficulty', whole: false, step: 0.1, aside: '0 to 1' },
  { key: 'labelNoise', label: 'Label noise', whole: false, step: 0.05, aside: '0 to 0.5' },
  { key: 'seed', label: 'Seed of the faces', whole: true, step: 1 },
];

const NUISANCE_WORDS: readonly { readonly name: NuisanceName; readonly label: string }[] = [
  { name: 'pose', label: 'Pose' },
  { name: 'framing', label: 'Framing' },
  { name: 'light', label: 'Light' },
  { name: 'expression', label: 'Expression' },
  { name: 'occlusion', label: 'Things in front' },
  { name: 'backdrop', label: 'Background' },
  { name: 'camera', label: 'Blur and noise' },
];

export function GeneratorForm({ settings }: { readonly settings: SyntheticSettings }) {
  const configure = useSession((session) => session.configure);
  const form = useFormValidity();
  const [draft, setDraft] = useState(settings);
  // Another source starts the form afresh: what was typed is a draft of this one only. The form itself
  // stays, and with it which of its parts are open.
  const [source, setSource] = useState(settings);
  if (!sameSettings(source, settings)) {
    setSource(settings);
    setDraft(settings);
    form.discard();
  }
  const bytes = syntheticBytes(draft);
  const tooMuch = bytes > MAX_SYNTHETIC_BYTES;
  const changed = !sameSettings(draft, settings);
  const set = (change: Partial<SyntheticSettings>): void =>
    setDraft((now) => ({ ...now, ...change }));
  const apply = async (): Promise<void> => {
    if (!(await mayLeave('another generated set'))) return;
    await configure({ data: { kind: 'synthetic', settings: draft } });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && !tooMuch && form.reason === null) void apply();
      }}
    >
      <FormScope form={form}>
        <GeneratorPreview settings={draft} />
        <Knobs draft={draft} onChange={set} />
        <Fold title="Each nuisance">
          <Nuisances
            draft={draft}
            onChange={(name, factor) => setDraft((now) => withNuisance(now, name, factor))}
          />
        </Fold>
      </FormScope>
      {tooMuch ? (
        <p className={styles.problem} role="alert">
          {tooMuchText(draft, bytes)}
        </p>
      ) : (
        <Outcome draft={draft} reason={form.reason} />
      )}
      <div className={styles.buttons}>
        <button
          type="submit"
          className={styles.small}
          disabled={!changed || tooMuch || form.reason !== null}
        >
          Apply
        </button>
        <button
          type="button"
          className={styles.small}
          disabled={sameSettings(draft, DEFAULT_SYNTHETIC) && form.reason === null}
          onClick={() => {
            setDraft(DEFAULT_SYNTHETIC);
            form.discard();
          }}
        >
          Defaults
        </button>
      </div>
    </form>
  );
}

interface KnobsProps {
  readonly draft: SyntheticSettings;
  readonly onChange: (change: Partial<SyntheticSettings>) => void;
}

function Knobs({ draft, onChange }: KnobsProps) {
  return (
    <FieldGroup>
      {KNOBS.map(({ key, ...knob }) => (
        <NumberField
          key={key}
          {...knob}
          value={draft[key]}
          range={SYNTHETIC_RANGES[key]}
          live
          onCommit={(value) => onChange({ [key]: value })}
        />
      ))}
      <NumberField
        label="Imbalance"
        aside="0 to 2"
        value={draft.imbalance ?? 0}
        range={IMBALANCE_RANGE}
        step={0.1}
        live
        hint="Exponent of Zipf’s law: the person of rank k has 1/kᵃ as many images, two at least. At 0 all have as many."
        onCommit={(imbalance) => onChange({ imbalance })}
      />
    </FieldGroup>
  );
}

interface NuisancesProps {
  readonly draft: SyntheticSettings;
  readonly onChange: (name: NuisanceName, factor: number) => void;
}

function Nuisances({ draft, onChange }: NuisancesProps) {
  return (
    <FieldGroup>
      <p className={styles.aside}>Times what the difficulty makes of it; 0 is none, 1 as usual.</p>
      {NUISANCE_WORDS.map(({ name, label }) => (
        <NumberField
          key={name}
          label={label}
          value={draft.nuisances?.[name] ?? 1}
          range={NUISANCE_RANGE}
          step={0.1}
          unit="×"
          slider={NUISANCE_RANGE}
          live
          onCommit={(factor) => onChange(name, factor)}
        />
      ))}
    </FieldGroup>
  );
}

interface OutcomeProps {
  readonly draft: SyntheticSettings;
  readonly reason: string | null;
}

/** What Apply would make, or why it cannot. */
function Outcome({ draft, reason }: OutcomeProps) {
  const counts = useMemo(() => countSynthetic(draft), [draft]);
  const bytes = syntheticBytes({ ...draft, identities: 1, imagesPerIdentity: counts.images });
  return (
    <p className={reason === null ? styles.aside : styles.problem} role="status">
      {reason ?? `${countsText(counts)} ${formatBytes(bytes)} of pixels.`}
    </p>
  );
}
