/** The arms with colour and dash; a click shows or hides one. The last visible arm stays. */
import { armName } from '../../charts/armNames';
import { ARM_STYLES } from '../../charts/armStyle';
import { ArmSwatch } from '../../charts/Readout';
import { type ChartSession, type Source, useSlice } from '../../charts/sources';
import { useView, visibleArms } from '../../state/view';
import styles from './curves.module.css';

export function Legend({ session }: { readonly session: Source<ChartSession> }) {
  const { arms } = useSlice(session, (state) => state.config);
  const hidden = useView((view) => view.hiddenArms);
  const toggle = useView((view) => view.toggleArm);
  const present = arms.map(({ id }) => id);
  const visible = visibleArms(present, hidden);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a border and a legend.
    <div className={styles.legend} role="group" aria-label="Arms shown">
      {arms.map((arm) => {
        const on = visible.includes(arm.id);
        const only = on && visible.length === 1;
        return (
          <button
            key={arm.id}
            type="button"
            className={styles.arm}
            aria-pressed={on}
            aria-disabled={only}
            title={
              only
                ? `${armName(arm)} is the last arm shown`
                : `${on ? 'Hide' : 'Show'} ${armName(arm)} (${ARM_STYLES[arm.id].dashName})`
            }
            onClick={() => toggle(arm.id, present)}
          >
            <ArmSwatch arm={arm.id} />
            {armName(arm)}
          </button>
        );
      })}
    </div>
  );
}
