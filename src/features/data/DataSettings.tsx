/** How the faces are made or read: the generator's knobs, or crop size and minimum for own files. */
import { RANGES } from '../../state/ranges';
import { useSession } from '../../state/session';
import type { FilesConfig } from '../../training/config';
import { NumberField } from '../../ui/NumberField';
import { Fold } from '../../ui/Section';
import styles from './DataPanel.module.css';
import { FilesButton } from './FilesDialog';
import { GeneratorForm } from './GeneratorForm';

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

function FilesForm({ config }: { readonly config: FilesConfig }) {
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
      <FilesButton config={config} />
      <p className={styles.aside}>A change reads the files again and restarts all arms.</p>
    </>
  );
}
