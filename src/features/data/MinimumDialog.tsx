/** The choice after a drop with too few images per person: another minimum, or something else. */
import { useState } from 'react';
import { useSession } from '../../state/session';
import type { SessionState } from '../../state/session.types';
import { Dialog } from '../../ui/Dialog';
import { formatItems } from '../../ui/format';
import styles from './DataPanel.module.css';
import { FilesButton } from './FilesDialog';
import { fewOf, minimumOptions } from './faces';

export function MinimumDialog() {
  const choice = useSession((session) => session.minimumChoice);
  return choice === null ? null : <ChoiceDialog choice={choice} />;
}

const SHOWN = 8;

function ChoiceDialog({ choice }: { readonly choice: NonNullable<SessionState['minimumChoice']> }) {
  const cancel = useSession((session) => session.cancelLoad);
  const reload = useSession((session) => session.reloadFiles);
  const options = fewOf(minimumOptions(choice.histogram.identitiesWithAtLeast), SHOWN);
  const [minimum, setMinimum] = useState(options.at(-1)?.minimum ?? null);
  const close = (): void => void cancel();
  return (
    <Dialog
      title={
        Math.max(...choice.histogram.identitiesWithAtLeast.slice(0, 2)) === 1
          ? 'Only one person found'
          : 'Too few images per person'
      }
      onClose={close}
      foot={
        <>
          <button type="button" onClick={close}>
            Keep the faces as they were
          </button>
          <FilesButton
            config={choice.config}
            edits={0}
            text="Say who is who…"
            className={undefined}
            asksWho
          />
          {minimum !== null && (
            <button
              type="button"
              className={styles.primary}
              onClick={() => void reload({ ...choice.config, minImagesPerIdentity: minimum })}
            >
              Load these
            </button>
          )}
        </>
      }
    >
      <p>{choice.failure.message}</p>
      {options.length === 0 ? (
        <p className={styles.aside}>{choice.failure.remedy}</p>
      ) : (
        <fieldset className={styles.options}>
          <legend>How many images must a person have to take part?</legend>
          {options.map((option) => (
            <label key={option.minimum}>
              <input
                type="radio"
                name="minimum"
                checked={option.minimum === minimum}
                onChange={() => setMinimum(option.minimum)}
              />
              <span>{option.minimum === 1 ? 'any number' : `${option.minimum} or more`}</span>
              <span>{formatItems(option.identities, 'person', 'people')}</span>
            </label>
          ))}
          <p className={styles.aside}>
            A person with one image can be learned from, but none of their images can be held out.
          </p>
        </fieldset>
      )}
    </Dialog>
  );
}
