/**
 * What runs on the GPU: the plan of one arm's training step, dispatch by dispatch, timed on request.
 * Timing runs each dispatch by itself, so it waits until nothing trains.
 */
import { useEffect, useState } from 'react';
import type { PlanDescription } from '../../engine/engine';
import { useSession } from '../../state/session';
import type { ArmId } from '../../training/config';
import { Dialog } from '../../ui/Dialog';
import styles from './PlanDialog.module.css';
import { PlanTable } from './PlanTable';
import { planText, summaryOf } from './planRows';
import { TuningDetails } from './TuningDetails';

type Shown =
  | { readonly kind: 'asking'; readonly plan: PlanDescription | null }
  | { readonly kind: 'plan'; readonly plan: PlanDescription | null }
  | { readonly kind: 'failed'; readonly plan: PlanDescription | null; readonly why: string };

export function PlanDialog({ onClose }: { readonly onClose: () => void }) {
  const arms = useSession((session) => session.config.arms);
  const running = useSession((session) => session.status === 'running');
  const describePlan = useSession((session) => session.describePlan);
  const [arm, setArm] = useState<ArmId>(arms[0]!.id);
  const [shown, setShown] = useState<Shown>({ kind: 'asking', plan: null });
  const [measuring, setMeasuring] = useState(false);
  const [copied, setCopied] = useState<string | null>(null);

  useEffect(() => {
    let wanted = true;
    setShown({ kind: 'asking', plan: null });
    void describePlan(arm, false).then((outcome) => {
      if (!wanted) return;
      setShown(
        outcome.kind === 'done'
          ? { kind: 'plan', plan: outcome.value }
          : { kind: 'failed', plan: null, why: sentences(outcome.failure) },
      );
    });
    return () => {
      wanted = false;
    };
  }, [arm, describePlan]);

  const measure = async (): Promise<void> => {
    setMeasuring(true);
    setCopied(null);
    const outcome = await describePlan(arm, true);
    setMeasuring(false);
    setShown((before) =>
      outcome.kind === 'done'
        ? { kind: 'plan', plan: outcome.value }
        : { kind: 'failed', plan: before.plan, why: sentences(outcome.failure) },
    );
  };

  const copy = async (plan: PlanDescription): Promise<void> => {
    try {
      await navigator.clipboard.writeText(planText(plan, `Training step of arm ${arm}`));
      setCopied('Copied.');
    } catch {
      setCopied('This browser did not allow copying.');
    }
  };

  const { plan } = shown;
  const note = measuring
    ? 'Measuring: every dispatch by itself.'
    : running
      ? 'It trains now: pause first, then measure.'
      : copied;
  return (
    <Dialog
      title="What runs on the GPU"
      width="table"
      onClose={onClose}
      foot={
        plan !== null && (
          <>
            <span className={styles.note} role="status">
              {note}
            </span>
            <button type="button" onClick={() => void copy(plan)}>
              Copy as text
            </button>
            <button
              type="button"
              className={styles.measure}
              // Not `disabled`: the focus stays, and the reason is beside it.
              aria-disabled={running || measuring || undefined}
              onClick={() => {
                if (!running && !measuring) void measure();
              }}
            >
              {plan.timing === null ? 'Measure' : 'Measure again'}
            </button>
          </>
        )
      }
    >
      {arms.length > 1 && (
        <label className={styles.arm}>
          Training step of arm{' '}
          <select
            value={arm}
            disabled={measuring}
            onChange={(event) => {
              const chosen = arms.find(({ id }) => id === event.target.value);
              if (chosen !== undefined) setArm(chosen.id);
            }}
          >
            {arms.map(({ id }) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </select>
        </label>
      )}
      {shown.kind === 'failed' && (
        <p className={styles.failure} role="alert">
          {shown.why}
        </p>
      )}
      {shown.kind === 'asking' && <p role="status">Asking the engine…</p>}
      {shown.kind === 'plan' && plan === null && (
        <p>
          This engine has no plan to show: TensorFlow.js decides what runs while it runs, operation
          by operation.
        </p>
      )}
      {plan !== null && (
        <>
          <div className={styles.summary}>
            {summaryOf(plan).map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
          </div>
          <PlanTable plan={plan} />
          <TuningDetails tuning={plan.tuning} />
        </>
      )}
    </Dialog>
  );
}

function sentences({ message, remedy }: { message: string; remedy: string }): string {
  return `${message} ${remedy}`;
}
