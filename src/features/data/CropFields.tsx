/** How the pictures of files become crops: size, way of cropping, colours. */
import type { OpenedFiles } from '../../bridge/protocol';
import { RANGES } from '../../state/ranges';
import type { FilesConfig } from '../../training/config';
import { Dependent, FieldGroup } from '../../ui/FieldGroup';
import { SelectField, SwitchField } from '../../ui/fields';
import { formatCount, formatItems } from '../../ui/format';
import { NumberField } from '../../ui/NumberField';
import styles from './DataPanel.module.css';
import { CROP_WORDS } from './faces';
import { isListed } from './placementText';

export interface FieldsProps {
  readonly opened: OpenedFiles;
  readonly config: FilesConfig;
  readonly onChange: (change: Partial<FilesConfig>) => void;
}

export function CropFields({ config, opened, onChange }: FieldsProps) {
  const crop = config.crop ?? 'middle';
  const aligned = crop.startsWith('align-');
  const listed = isListed(crop);
  // A way that a set of before had stays to be seen, and to be changed.
  const choices = CROP_WORDS.filter(
    ({ value }) => value === crop || opened.listed > 0 || !isListed(value),
  );
  return (
    <FieldGroup>
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
        <Dependent>
          <SelectField
            label={listed ? 'Pictures in no list' : 'Pictures without a face'}
            value={config.withoutFace ?? 'leave-out'}
            choices={[
              { value: 'leave-out', label: 'are left out' },
              { value: 'middle', label: 'keep their middle' },
            ]}
            onCommit={(withoutFace) => onChange({ withoutFace })}
          />
        </Dependent>
      )}
      <SwitchField
        label="Swap red and blue"
        value={config.swapRedBlue ?? false}
        onCommit={(swapRedBlue) => onChange({ swapRedBlue })}
      />
      <p className={styles.aside}>
        Grey pictures become RGB. The networks read (x − 127.5) / 128 of every channel, and keep
        that with their weights.
      </p>
    </FieldGroup>
  );
}

const DETECTOR_TEXT = 'A detector finds the face and five landmarks; it loads when it is needed.';

function listedText({ listed, images }: OpenedFiles): string {
  return `Lists of the set have five points for ${formatCount(listed)} of ${formatItems(images, 'image')}.`;
}
