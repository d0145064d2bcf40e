/**
 * How the files at hand are read, and which part of them: asked before a large set is loaded, and there
 * to be changed afterwards. What a choice would load is counted by the worker while it is made.
 */
import { useEffect, useState } from 'react';
import type { FilesPreview, OpenedFiles } from '../../bridge/protocol';
import { RANGES } from '../../state/ranges';
import { useSession } from '../../state/session';
import type { FilesConfig } from '../../training/config';
import { Dialog } from '../../ui/Dialog';
import { SelectField, SwitchField } from '../../ui/fields';
import { formatBytes, formatCount, formatItems } from '../../ui/format';
import { NumberField } from '../../ui/NumberField';
import { OptionalNumberField } from '../../ui/OptionalNumberField';
import { Fold } from '../../ui/Section';
import styles from './DataPanel.module.css';
import { CROP_WORDS, describeOpened } from './faces';
import { PatternField } from './PatternField';
import { isListed } from './placementText';

interface FilesDialogProps {
  readonly opened: OpenedFiles;
  readonly first: FilesConfig;
  /** What leaving the dialog says: the faces that are loaded stay. */
  readonly onClose: () => void;
  readonly onLoad: (config: FilesConfig) => void;
}

export function FilesDialog({ opened, first, onClose, onLoad }: FilesDialogProps) {
  const [config, setConfig] = useState(first);
  const preview = usePreview(config);
  const set = (change: Partial<FilesConfig>): void => setConfig((now) => ({ ...now, ...change }));
  const few = preview.kind === 'counted' && preview.value.identities < 2;
  return (
    <Dialog
      title={`Which part of ${opened.label}?`}
      width="medium"
      onClose={onClose}
      foot={
        <>
          <button type="button" onClick={onClose}>
            Keep the faces as they are
          </button>
          <button
            type="button"
            className={styles.primary}
            disabled={preview.kind !== 'counted' || few}
            onClick={() => onLoad(config)}
          >
            Load these
          </button>
        </>
      }
    >
      <p>{describeOpened(opened)}</p>
      {opened.notes.map((line) => (
        <p key={line} className={styles.aside}>
          {line}
        </p>
      ))}
      <p
        role="status"
        className={few || preview.kind === 'failed' ? styles.problem : styles.chosen}
      >
        {previewText(preview, few)}
      </p>
      <PartFields opened={opened} config={config} onChange={set} />
      <Fold title="Cropping and colours">
        <CropFields opened={opened} config={config} onChange={set} />
      </Fold>
      <Fold title="Who is who">
        <PatternField
          suggested={opened.pattern}
          pattern={config.namePattern ?? null}
          preview={preview.kind === 'counted' ? preview.value : null}
          problem={preview.kind === 'failed' && preview.pattern ? preview.message : null}
          onCommit={(namePattern) => set({ namePattern })}
        />
      </Fold>
    </Dialog>
  );
}

interface FieldsProps {
  readonly config: FilesConfig;
  readonly onChange: (change: Partial<FilesConfig>) => void;
}

function PartFields({ config, opened, onChange }: FieldsProps & { readonly opened: OpenedFiles }) {
  return (
    <>
      <NumberField
        label="Minimum per person"
        value={config.minImagesPerIdentity}
        range={RANGES.minImagesPerIdentity}
        whole
        unit="images"
        onCommit={(minImagesPerIdentity) => onChange({ minImagesPerIdentity })}
      />
      <OptionalNumberField
        label="Limit the images of one person"
        numberLabel="Maximum per person"
        value={config.maxImagesPerIdentity ?? null}
        first={20}
        range={RANGES.maxImagesPerIdentity}
        whole
        unit="images"
        onCommit={(maxImagesPerIdentity) => onChange({ maxImagesPerIdentity })}
      />
      <OptionalNumberField
        label="Only the first people by name"
        numberLabel="People"
        value={config.firstIdentities ?? null}
        first={Math.min(1000, Math.max(2, opened.identities))}
        range={RANGES.firstIdentities}
        whole
        onCommit={(firstIdentities) => onChange({ firstIdentities })}
      />
      <OptionalNumberField
        label="Only a random sample"
        numberLabel="Images"
        value={config.sample ?? null}
        first={Math.min(10_000, Math.max(2, opened.images))}
        range={RANGES.sample}
        whole
        onCommit={(sample) => onChange({ sample })}
      />
      {((config.sample ?? null) !== null || (config.maxImagesPerIdentity ?? null) !== null) && (
        <NumberField
          label="Seed of the sample"
          value={config.sampleSeed ?? 0}
          range={RANGES.seed}
          whole
          onCommit={(sampleSeed) => onChange({ sampleSeed })}
        />
      )}
    </>
  );
}

function CropFields({ config, opened, onChange }: FieldsProps & { readonly opened: OpenedFiles }) {
  const crop = config.crop ?? 'middle';
  const aligned = crop.startsWith('align-');
  const listed = isListed(crop);
  // A way that a set of before had stays to be seen, and to be changed.
  const choices = CROP_WORDS.filter(
    ({ value }) => value === crop || opened.listed > 0 || !isListed(value),
  );
  return (
    <>
      <NumberField
        label="Crop size"
        value={config.cropSize}
        range={RANGES.cropSize}
        whole
        step={16}
        unit="px"
        onCommit={(cropSize) => onChange({ cropSize })}
      />
      <SelectField
        label="Crop"
        value={crop}
        choices={choices}
        {...(aligned || listed ? { hint: listed ? listedText(opened) : DETECTOR_TEXT } : {})}
        onCommit={(next) => onChange({ crop: next })}
      />
      {(aligned || listed) && (
        <SelectField
          label={listed ? 'Pictures in no list' : 'Pictures without a face'}
          value={config.withoutFace ?? 'leave-out'}
          choices={[
            { value: 'leave-out', label: 'are left out' },
            { value: 'middle', label: 'keep their middle' },
          ]}
          onCommit={(withoutFace) => onChange({ withoutFace })}
        />
      )}
      <SwitchField
        label="Swap red and blue"
        value={config.swapRedBlue ?? false}
        onCommit={(swapRedBlue) => onChange({ swapRedBlue })}
      />
    </>
  );
}

const DETECTOR_TEXT = 'A detector finds the face and five landmarks; it loads when it is needed.';

function listedText({ listed, images }: OpenedFiles): string {
  return `Lists of the set have five points for ${formatCount(listed)} of ${formatItems(images, 'image')}.`;
}

type Preview =
  | { readonly kind: 'counting' }
  | { readonly kind: 'counted'; readonly value: FilesPreview }
  | { readonly kind: 'failed'; readonly message: string; readonly pattern: boolean };

function previewText(preview: Preview, few: boolean): string {
  if (preview.kind === 'counting') return 'Counting …';
  if (preview.kind === 'failed') {
    return preview.pattern ? 'Nothing can be loaded with this pattern.' : preview.message;
  }
  const { images, identities, bytes } = preview.value;
  const counted = `${formatItems(images, 'image')} of ${formatItems(identities, 'person', 'people')}`;
  return few
    ? `${counted}: training needs two people.`
    : `This loads ${counted}, ${formatBytes(bytes)} of pixels.`;
}

/** What the configuration would load; an answer that was overtaken is dropped. */
function usePreview(config: FilesConfig): Preview {
  const previewFiles = useSession((session) => session.previewFiles);
  const [preview, setPreview] = useState<Preview>({ kind: 'counting' });
  useEffect(() => {
    let wanted = true;
    setPreview({ kind: 'counting' });
    void previewFiles(config).then((outcome) => {
      if (!wanted) return;
      setPreview(
        outcome.kind === 'done'
          ? { kind: 'counted', value: outcome.value }
          : {
              kind: 'failed',
              message: `${outcome.failure.message} ${outcome.failure.remedy}`,
              pattern: outcome.failure.code === 'data/invalid-pattern',
            },
      );
    });
    return () => {
      wanted = false;
    };
  }, [config, previewFiles]);
  return preview;
}

/** The dialog that a large set opens by itself. */
export function PartChoice() {
  const opened = useSession((session) => session.partChoice);
  const cancel = useSession((session) => session.cancelLoad);
  const reload = useSession((session) => session.reloadFiles);
  const cropSize = useSession((session) => session.config.model.inputSize);
  if (opened === null) return null;
  const sample = Math.min(opened.images, Math.floor(SUGGESTED_BYTES / (cropSize * cropSize * 3)));
  return (
    <FilesDialog
      opened={opened}
      first={{ kind: 'files', cropSize, minImagesPerIdentity: 2, sample }}
      onClose={() => void cancel()}
      onLoad={(config) => void reload(config)}
    />
  );
}

/** A first suggestion that loads in a minute or so and trains on any GPU: 128 MiB of pixels. */
const SUGGESTED_BYTES = 2 ** 27;

/** The same for files that are loaded already. */
export function FilesButton({ config }: { readonly config: FilesConfig }) {
  const ask = useSession((session) => session.openedFiles);
  const reload = useSession((session) => session.reloadFiles);
  const [opened, setOpened] = useState<OpenedFiles | null>(null);
  const [gone, setGone] = useState(false);
  const open = async (): Promise<void> => {
    const outcome = await ask();
    if (outcome.kind === 'done' && outcome.value !== null) setOpened(outcome.value);
    else setGone(true);
  };
  return (
    <>
      <button type="button" className={styles.small} onClick={() => void open()}>
        Choose a part, crop, labels…
      </button>
      {gone && (
        <p role="status" className={styles.problem}>
          The files are not at hand any more. Drop them again.
        </p>
      )}
      {opened !== null && (
        <FilesDialog
          opened={opened}
          first={config}
          onClose={() => setOpened(null)}
          onLoad={(next) => {
            setOpened(null);
            void reload(next);
          }}
        />
      )}
    </>
  );
}
