/** A spoken summary every few seconds while training, and once more when it stops. */
import { useEffect, useState } from 'react';
import { useSession } from '../state/session';
import styles from './App.module.css';
import { summarise } from './summary';

const EVERY_MS = 5000;

export function LiveSummary() {
  const running = useSession((session) => session.status === 'running');
  const [text, setText] = useState('');
  useEffect(() => {
    if (!running) return;
    const say = (): void => setText(summarise(useSession.getState()));
    const timer = setInterval(say, EVERY_MS);
    return () => {
      clearInterval(timer);
      if (useSession.getState().step > 0) say();
    };
  }, [running]);
  return (
    <p className={styles.spoken} aria-live="polite">
      {text}
    </p>
  );
}
