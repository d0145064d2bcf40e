/**
 * How the kernels of the plan were chosen: by measuring, shape by shape, or because they are likely best on
 * this kind of adapter. What was measured is kept between visits, and can be forgotten here.
 */
import { useState } from 'react';
import type { TunedShape } from '../../engine/engine';
import { useSession } from '../../state/session';
import { formatItems } from '../../ui/format';
import styles from './PlanDialog.module.css';
import { candidatesText } from './planRows';

export function TuningDetails({ tuning }: { readonly tuning: readonly TunedShape[] | null }) {
  const resetTuning = useSession((session) => session.resetTuning);
  const [answer, setAnswer] = useState<string | null>(null);
  if (tuning === null) {
    return (
      <p className={styles.tuning}>
        Kernels are those that measuring found best on adapters of this kind; on this one nothing
        was measured.
      </p>
    );
  }
  const forget = async (): Promise<void> => {
    const outcome = await resetTuning();
    setAnswer(
      outcome.kind === 'done'
        ? 'Forgotten. The next experiment that is built is measured again.'
        : outcome.failure.message,
    );
  };
  return (
    <details className={styles.tuning}>
      <summary>How the kernels were chosen: {formatItems(tuning.length, 'shape')} measured</summary>
      <ul>
        {tuning.map((shape) => (
          <li key={shape.shape}>
            <span>{shape.shape}</span>
            <b>{shape.chosen}</b>
            <span>{candidatesText(shape)}</span>
          </li>
        ))}
      </ul>
      <p>
        <button type="button" onClick={() => void forget()}>
          Forget what was measured
        </button>{' '}
        <span role="status">{answer}</span>
      </p>
    </details>
  );
}
