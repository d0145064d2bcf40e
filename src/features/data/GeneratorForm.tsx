/**
 * The knobs of the built-in faces, as a draft with a look at what it would draw: nothing is replaced
 * until Apply.
 */
import { useEffect, useState } from 'react';
import type { Thumbnails } from '../../bridge/protocol';
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
import { Face } from '../../ui/Face';
import { formatBytes, formatCount } from '../../ui/format';
import { NumberField } from '../../ui/NumberField';
import { Fold } from '../../ui/Section';
import styles from './DataPanel.module.css';
import { faceAt } from './faces';
import { withNuisance } from './generatorDraft';

interface Knob {
  readonly key: SyntheticKnob;
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
  const [draft, setDraft] = useState(settings);
  const bytes = syntheticBytes(draft);
  const tooMuch = bytes > MAX_SYNTHETIC_BYTES;
  const changed = JSON.stringify(draft) !== JSON.stringify(settings);
  const standard = JSON.stringify(draft) === JSON.stringify(DEFAULT_SYNTHETIC);
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
      <Preview settings={draft} />
      {KNOBS.map(({ key, ...knob }) => (
        <NumberField
          key={key}
          {...knob}
          value={draft[key]}
          range={SYNTHETIC_RANGES[key]}
          onCommit={(value) => setDraft((now) => ({ ...now, [key]: value }))}
        />
      ))}
      <NumberField
        label="Imbalance"
        value={draft.imbalance ?? 0}
        range={IMBALANCE_RANGE}
        step={0.1}
        hint="Exponent of Zipf’s law: the person of rank k has 1/kᵃ as many images. At 0 all have as many."
        onCommit={(imbalance) => setDraft((now) => ({ ...now, imbalance }))}
      />
      <Fold title="Each nuisance">
        <p className={styles.aside}>
          Times what the difficulty makes of it; 0 is none, 1 as usual.
        </p>
        {NUISANCE_WORDS.map(({ name, label }) => (
          <NumberField
            key={name}
            label={label}
            value={draft.nuisances?.[name] ?? 1}
            range={NUISANCE_RANGE}
            step={0.1}
            slider={NUISANCE_RANGE}
            onCommit={(factor) => setDraft((now) => withNuisance(now, name, factor))}
          />
        ))}
      </Fold>
      <p className={tooMuch ? styles.problem : styles.aside} role={tooMuch ? 'alert' : undefined}>
        {tooMuch
          ? `That would be ${formatBytes(bytes)} of pixels; ${formatBytes(MAX_SYNTHETIC_BYTES)} is the most. Choose fewer identities, fewer images or smaller crops.`
          : `${(draft.imbalance ?? 0) === 0 ? '' : 'At most '}${formatCount(draft.identities * draft.imagesPerIdentity)} crops, ${formatBytes(bytes)} of pixels.`}
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

const PEOPLE = 3;
const IMAGES = 6;

/** Three people, a row each; the pictures of before stay until the next ones have come. */
function Preview({ settings }: { readonly settings: SyntheticSettings }) {
  const ask = useSession((session) => session.previewSynthetic);
  const [faces, setFaces] = useState<Thumbnails | null>(null);
  useEffect(() => {
    let wanted = true;
    void ask(settings, PEOPLE, IMAGES).then((outcome) => {
      if (wanted && outcome.kind === 'done') setFaces(outcome.value);
    });
    return () => {
      wanted = false;
    };
  }, [settings, ask]);
  return (
    <div
      className={styles.faces}
      role="img"
      aria-label="Three people as these settings would draw them, six images each"
    >
      {Array.from({ length: PEOPLE * IMAGES }, (_, place) =>
        faces === null || place >= faces.indices.length ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: places have no other identity
          <span key={place} className={styles.empty} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <Face key={place} size={faces.size} rgba={faceAt(faces, place)} />
        ),
      )}
    </div>
  );
}
