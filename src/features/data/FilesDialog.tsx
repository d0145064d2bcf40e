/**
 * How the files at hand are read, and which part of them: asked before a large set is loaded, and there
 * to be changed afterwards. What a choice would load is counted by the worker while it is made.
 */
import { useEffect, useMemo, useState } from 'react';
import type { FilesPreview, OpenedFiles } from '../../bridge/protocol';
import { RANGES } from '../../state/ranges';
import { useSession } from '../../state/session';
import type { FilesConfig } from '../../training/config';
import { Dialog } from '../../ui/Dialog';
import { Dependent, FieldGroup } from '../../ui/FieldGroup';
import { formatBytes, formatItems } from '../../ui/format';
import { FormScope, useFormValidity } from '../../ui/formValidity';
import { NumberField } from '../../ui/NumberField';
import { OptionalNumberField } from '../../ui/OptionalNumberField';
import { Fold } from '../../ui/Section';
import { AllHeads } from './AllHeads';
import { CropFields, type FieldsProps } from './CropFields';
import styles from './DataPanel.module.css';
import { describeOpened } from './faces';
import { mayLeave } from './LeaveCorrections';
import { newestOnly } from './newestOnly';
import { PatternField } from './PatternField';

interface FilesDialogProps {
  readonly opened: OpenedFiles;
  readonly first: FilesConfig;
  /** Corrections that the faces in use have, and that are made to the part as well; 0 for others. */
  readonly edits?: number;
  /** Whether the question is who is who. */
  readonly asksWho?: boolean;
  /** What leaving the dialog says: the faces that are loaded stay. */
  readonly onClose: () => void;
  readonly onLoad: (config: FilesConfig) => void;
  /** Closes the dialog where the person goes on, without leaving what it is about. */
  readonly onReadAllHeads: () => void;
}

export function FilesDialog(props: FilesDialogProps) {
  const { opened, first, edits = 0, asksWho = false, onClose, onLoad, onReadAllHeads } = props;
  const form = useFormValidity();
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
            disabled={preview.kind === 'failed' || few || form.reason !== null}
            onClick={() => onLoad(config)}
          >
            Load these
          </button>
        </>
      }
    >
      <p>{describeOpened(opened, preview.kind === 'counted' ? preview.value.all : undefined)}</p>
      {opened.notes.map((line) => (
        <p key={line} className={styles.aside}>
          {line}
        </p>
      ))}
      {opened.allHeadsBytes !== undefined && (
        <AllHeads bytes={opened.allHeadsBytes} edits={edits} onRead={onReadAllHeads} />
      )}
      <p
        role="status"
        className={
          few || preview.kind === 'failed' || form.reason !== null ? styles.problem : styles.chosen
        }
      >
        {form.reason ?? previewText(preview, few, edits)}
      </p>
      <FormScope form={form}>
        <PartFields opened={opened} config={config} onChange={set} />
        <Fold title="Cropping and colours">
          <CropFields opened={opened} config={config} onChange={set} />
        </Fold>
        <Fold title="Who is who" open={asksWho}>
          <PatternField
            suggested={opened.pattern}
            pattern={config.namePattern ?? null}
            preview={preview.kind === 'counted' ? preview.value : null}
            problem={preview.kind === 'failed' && preview.pattern ? preview.message : null}
            onCommit={(namePattern) => set({ namePattern })}
          />
        </Fold>
      </FormScope>
    </Dialog>
  );
}

function PartFields({ config, opened, onChange }: FieldsProps) {
  return (
    <FieldGroup>
      <NumberField
        label="Minimum per person"
        value={config.minImagesPerIdentity}
        range={RANGES.minImagesPerIdentity}
        whole
        live
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
        live
        onCommit={(maxImagesPerIdentity) => onChange({ maxImagesPerIdentity })}
      />
      <OptionalNumberField
        label="Only the first people by name"
        numberLabel="People"
        unit="people"
        value={config.firstIdentities ?? null}
        first={Math.min(1000, Math.max(2, opened.identities))}
        range={RANGES.firstIdentities}
        whole
        live
        onCommit={(firstIdentities) => onChange({ firstIdentities })}
      />
      <OptionalNumberField
        label="Only a random sample"
        numberLabel="Images"
        unit="images"
        value={config.sample ?? null}
        first={Math.min(10_000, Math.max(2, opened.images))}
        range={RANGES.sample}
        whole
        live
        onCommit={(sample) => onChange({ sample })}
      />
      {((config.sample ?? null) !== null || (config.maxImagesPerIdentity ?? null) !== null) && (
        <Dependent>
          <NumberField
            label={
              (config.sample ?? null) === null ? 'Seed of the images taken' : 'Seed of the sample'
            }
            live
            value={config.sampleSeed ?? 0}
            range={RANGES.seed}
            whole
            onCommit={(sampleSeed) => onChange({ sampleSeed })}
          />
        </Dependent>
      )}
    </FieldGroup>
  );
}

type Preview =
  | { readonly kind: 'counting' }
  | { readonly kind: 'counted'; readonly value: FilesPreview }
  | { readonly kind: 'failed'; readonly message: string; readonly pattern: boolean };

function previewText(preview: Preview, few: boolean, edits: number): string {
  if (preview.kind === 'counting') return 'Counting …';
  if (preview.kind === 'failed') {
    return preview.pattern ? 'Nothing can be loaded with this pattern.' : preview.message;
  }
  const { images, identities, bytes } = preview.value;
  const counted = `${formatItems(images, 'image')} of ${formatItems(identities, 'person', 'people')}`;
  const corrected = edits === 0 ? '' : ` ${correctedText(edits)}`;
  return few
    ? `${counted}: training needs two people.`
    : `This loads ${counted}, ${formatBytes(bytes)} of pixels.${corrected}`;
}

function correctedText(edits: number): string {
  const [are, name] = edits === 1 ? ['is', 'it names'] : ['are', 'they name'];
  return `Your ${formatItems(edits, 'correction')} ${are} made to it then, as far as the people and images ${name} are in it.`;
}

/** What the configuration would load: all paths are looked at for that, so it is asked once at a time. */
function usePreview(config: FilesConfig): Preview {
  const previewFiles = useSession((session) => session.previewFiles);
  const [preview, setPreview] = useState<Preview>({ kind: 'counting' });
  const ask = useMemo(
    () =>
      newestOnly(previewFiles, (outcome) =>
        setPreview(
          outcome.kind === 'done'
            ? { kind: 'counted', value: outcome.value }
            : {
                kind: 'failed',
                message: `${outcome.failure.message} ${outcome.failure.remedy}`,
                pattern: outcome.failure.code === 'data/invalid-pattern',
              },
        ),
      ),
    [previewFiles],
  );
  useEffect(() => {
    setPreview({ kind: 'counting' });
    void ask(config);
    return () => void ask(null);
  }, [config, ask]);
  return preview;
}

/** The dialog that a large set opens by itself. */
export function PartChoice() {
  const opened = useSession((session) => session.partChoice);
  const cancel = useSession((session) => session.cancelLoad);
  const reload = useSession((session) => session.reloadFiles);
  const readAllHeads = useSession((session) => session.readAllHeads);
  const cropSize = useSession((session) => session.config.model.inputSize);
  const data = useSession((session) => session.config.data);
  if (opened === null) return null;
  // As files are read that nobody was asked about.
  const crop = data.kind === 'files' && data.crop !== undefined ? { crop: data.crop } : {};
  const sample = Math.min(opened.images, Math.floor(SUGGESTED_BYTES / (cropSize * cropSize * 3)));
  return (
    <FilesDialog
      opened={opened}
      first={{ kind: 'files', cropSize, minImagesPerIdentity: 2, sample, ...crop }}
      onClose={() => void cancel()}
      onLoad={(config) => void reload(config)}
      onReadAllHeads={() => void readAllHeads()}
    />
  );
}

/** A first suggestion that loads in a minute or so and trains on any GPU: 128 MiB of pixels. */
const SUGGESTED_BYTES = 2 ** 27;

interface FilesButtonProps {
  readonly config: FilesConfig;
  readonly text: string;
  readonly className: string | undefined;
  readonly asksWho?: boolean;
  /** Corrections that are made to the part as well: those of the faces in use. */
  readonly edits: number;
}

/** The same for files that were opened already. */
export function FilesButton(props: FilesButtonProps) {
  const { config, text, className, asksWho = false, edits } = props;
  const ask = useSession((session) => session.openedFiles);
  const reload = useSession((session) => session.reloadFiles);
  const readAllHeads = useSession((session) => session.readAllHeads);
  const [opened, setOpened] = useState<OpenedFiles | null>(null);
  const [gone, setGone] = useState(false);
  const open = async (): Promise<void> => {
    const outcome = await ask();
    if (outcome.kind === 'done' && outcome.value !== null) setOpened(outcome.value);
    else setGone(true);
  };
  // Corrections that wait are not made to what is read then.
  const readAll = async (label: string): Promise<void> => {
    if (!(await mayLeave(label))) return;
    setOpened(null);
    await readAllHeads();
  };
  return (
    <>
      <button type="button" className={className} onClick={() => void open()}>
        {text}
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
          edits={edits}
          asksWho={asksWho}
          onClose={() => setOpened(null)}
          onLoad={(next) => {
            setOpened(null);
            void reload(next);
          }}
          onReadAllHeads={() => void readAll(opened.label)}
        />
      )}
    </>
  );
}
