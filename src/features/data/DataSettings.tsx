/** How the faces are made or read: the generator's knobs, or crop size and minimum for own files. */
import { RANGES } from '../../state/ranges';
import { useSession } from '../../state/session';
import type { FilesConfig } from '../../training/config';
import { FieldGroup } from '../../ui/FieldGroup';
import { NumberField } from '../../ui/NumberField';
import { Fold } from '../../ui/Section';
import styles from './DataPanel.module.css';
import { FilesButton } from './FilesDialog';
import { GeneratorForm } from './GeneratorForm';

export function DataSettings() {
  const config = useSession((session) => session.config.data);
  return config.kind === 'synthetic' ? (
    <Fold title="Generated faces" note="restarts">
      <GeneratorForm settings={config.settings} />
    </Fold>
  ) : (
    <Fold title="How files are read" note="restarts">
      <FilesForm config={config} />
    </Fold>
  );
}

function FilesForm({ config }: { readonly config: FilesConfig }) {
  const reload = useSession((session) => session.reloadFiles);
  const kept = useSession((session) => session.data?.kept === true);
  const edits = useSession((session) => session.data?.edits ?? 0);
  const { cropSize } = config;
  return (
    <FieldGroup>
      <NumberField
        label="Crop size"
        value={cropSize}
        range={RANGES.cropSize}
        whole
        step={16}
        unit="px"
        disabled={kept}
        {...(kept
          ? {
              hint: `Kept at ${cropSize}×${cropSize}; drop the folder again to cut it another way.`,
            }
          : {})}
        onCommit={(next) => void reload({ cropSize: next })}
      />
      <NumberField
        label="Minimum per person"
        value={config.minImagesPerIdentity}
        range={RANGES.minImagesPerIdentity}
        whole
        unit="images"
        onCommit={(minImagesPerIdentity) => void reload({ minImagesPerIdentity })}
      />
      {!kept && (
        <FilesButton
          config={config}
          text="Choose a part, crop, labels…"
          className={styles.small}
          edits={edits}
        />
      )}
      <p className={styles.aside}>
        {kept
          ? 'The files these came from are not at hand, so another part of them cannot be chosen. Another minimum restarts all arms.'
          : 'A change reads the files again and restarts all arms.'}
      </p>
    </FieldGroup>
  );
}
