/** How the faces are made or read: the generator's knobs, or crop size and minimum for own files. */
import { useState } from 'react';
import {
  DEFAULT_SYNTHETIC,
  SYNTHETIC_RANGES,
  type SyntheticSettings,
} from '../../data/synthetic/settings';
import { MAX_SYNTHETIC_BYTES, RANGES, syntheticBytes } from '../../state/ranges';
import { useSession } from '../../state/session';
import type { DataConfig } from '../../training/config';
import { formatBytes, formatCount } from '../../ui/format';
import { NumberField } from '../../ui/NumberField';
import { Fold } from '../../ui/Section';
import styles from './DataPanel.module.css';

export function DataSettings() {
  const config = useSession((session) => session.config.data);
  return config.kind === 'synthetic' ? (
    <Fold title="Generated faces" note="restarts">
      {/* A new source starts the form afresh; what was typed is a draft of this source only. */}
      <GeneratorForm key={JSON.stringify(config.settings)} settings={config.settings} />
    </Fold>
  ) : (
    <Fold title="How files are read" note="restarts">
      <FilesForm config={config} />
    </Fold>
  );
}

interface Knob {
  readonly key: keyof SyntheticSettings;
  readonly label: string;
  readonly whole: boolean;
  readonly step: number;
  readonly unit?: string;
}

const KNOBS: readonly Knob[] = [
  { key: 'identities', label: 'Identities', whole: true, step: 10 },
  { key: 'imagesPerIdentity', label: 'Images per identity', whole: true, step: 1 },
  { key: 'cropSize', label: 'Crop size', whole: true, step: 16, unit: 'px' },
  { key: 'difficulty', label: 'Difficulty', whole: false, step: 0.1 },
  { key: 'labelNoise', label: 'Label noise', whole: false, step: 0.05 },
  { key: 'seed', label: 'Seed of the faces', whole: true, step: 1 },
];

function GeneratorForm({ settings }: { readonly settings: SyntheticSettings }) {
  const configure = useSession((session) => session.configure);
  const [draft, setDraft] = useState(settings);
  const bytes = syntheticBytes(draft);
  const tooMuch = bytes > MAX_SYNTHETIC_BYTES;
  const changed = KNOBS.some(({ key }) => draft[key] !== settings[key]);
  const standard = KNOBS.every(({ key }) => draft[key] === DEFAULT_SYNTHETIC[key]);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const wrong = event.currentTarget.querySelector<HTMLElement>('[aria-invalid="true"]');
        if (wrong !== null) wrong.focus();
        else if (changed && !tooMuch)
          void configure({ data: { kind: 'synthetic', settings: draft } });
      }}
    >
      {KNOBS.map(({ key, ...knob }) => (
        <NumberField
          key={key}
          {...knob}
          value={draft[key]}
          range={SYNTHETIC_RANGES[key]}
          onCommit={(value) => setDraft((now) => ({ ...now, [key]: value }))}
        />
      ))}
      <p className={tooMuch ? styles.problem : styles.aside} role={tooMuch ? 'alert' : undefined}>
        {tooMuch
          ? `That would be ${formatBytes(bytes)} of pixels; ${formatBytes(MAX_SYNTHETIC_BYTES)} is the most. Choose fewer identities, fewer images or smaller crops.`
          : `${formatCount(draft.identities * draft.imagesPerIdentity)} crops, ${formatBytes(bytes)} of pixels.`}
      </p>
      <div className={styles.buttons}>
        <button type="submit" className={styles.small} disabled={!changed || tooMuch}>
          Apply
        </button>
        <button
          type="button"
          className={styles.small}
          disabled={standard}
          onClick={() => setDraft(DEFAULT_SYNTHETIC)}
        >
          Defaults
        </button>
      </div>
    </form>
  );
}

function FilesForm({ config }: { readonly config: Extract<DataConfig, { kind: 'files' }> }) {
  const reload = useSession((session) => session.reloadFiles);
  return (
    <>
      <NumberField
        label="Crop size"
        value={config.cropSize}
        range={RANGES.cropSize}
        whole
        step={16}
        unit="px"
        onCommit={(cropSize) => void reload({ cropSize })}
      />
      <NumberField
        label="Minimum per person"
        value={config.minImagesPerIdentity}
        range={RANGES.minImagesPerIdentity}
        whole
        unit="images"
        onCommit={(minImagesPerIdentity) => void reload({ minImagesPerIdentity })}
      />
      <p className={styles.aside}>A change reads the files again and restarts all arms.</p>
    </>
  );
}
