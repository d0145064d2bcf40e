/** The camera dialog's question before crops are lost. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { formatItems } from '../../ui/format';
import styles from './CameraDialog.module.css';

/** Whether the dialog asks before it closes. Asked again by Escape, the answer is that it stays. */
export function useLeaving(atStake: boolean, onAsk: () => void) {
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (!atStake) setAsked(false);
  }, [atStake]);
  const mayClose = (): boolean => {
    if (!atStake) return true;
    onAsk();
    setAsked(!asked);
    return false;
  };
  return { asking: asked && atStake, mayClose, stay: () => setAsked(false) };
}

interface QuestionProps {
  readonly count: number;
  readonly onKeep: () => void;
  readonly onDiscard: () => void;
}

/** In the dialog's foot, in place of its buttons; the answer that loses nothing has the focus. */
export function LeaveQuestion({ count, onKeep, onDiscard }: QuestionProps) {
  const keep = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const dialog = keep.current?.closest('dialog');
    keep.current?.focus();
    // What had the focus before may have gone; Escape must find it inside the dialog again.
    return () => dialog?.querySelector('button')?.focus();
  }, []);
  return (
    <>
      <p role="alert" className={styles.question}>
        Discard {formatItems(count, 'crop')}?
      </p>
      <button ref={keep} type="button" onClick={onKeep}>
        {count === 1 ? 'Keep it' : 'Keep them'}
      </button>
      <button type="button" onClick={onDiscard}>
        Discard
      </button>
    </>
  );
}
