/**
 * The whole window takes files, dropped or pasted. A file dropped anywhere is read or refused in words;
 * it never makes the browser leave the page.
 */
import { useEffect, useState } from 'react';
import { ACCEPTED_SETS } from '../../data/formats/accepted';
import { DragTracker } from './dragTracker';
import { takeTransfer } from './takeFiles';
import styles from './WindowDrop.module.css';

function carriesFiles(transfer: DataTransfer | null): transfer is DataTransfer {
  return transfer?.types.includes('Files') ?? false;
}

export function WindowDrop() {
  const [over, setOver] = useState(false);

  useEffect(() => {
    const drag = new DragTracker<Node>();
    const show = (): void => setOver(drag.over);

    const onEnter = (event: DragEvent): void => {
      if (!carriesFiles(event.dataTransfer) || !(event.target instanceof Node)) return;
      event.preventDefault();
      drag.enter(event.target);
      show();
    };
    const onOver = (event: DragEvent): void => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    };
    const onLeave = (event: DragEvent): void => {
      if (event.target instanceof Node) drag.leave(event.target);
      show();
    };
    const onEnd = (): void => {
      drag.end();
      show();
    };
    const onDrop = (event: DragEvent): void => {
      onEnd();
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      void takeTransfer(event.dataTransfer);
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (!carriesFiles(event.clipboardData)) return;
      event.preventDefault();
      void takeTransfer(event.clipboardData);
    };

    const stop = new AbortController();
    const { signal } = stop;
    window.addEventListener('dragenter', onEnter, { signal });
    window.addEventListener('dragover', onOver, { signal });
    window.addEventListener('dragleave', onLeave, { signal });
    window.addEventListener('dragend', onEnd, { signal });
    window.addEventListener('drop', onDrop, { signal });
    window.addEventListener('paste', onPaste, { signal });
    return () => stop.abort();
  }, []);

  if (!over) return null;
  return (
    <div className={styles.overlay}>
      <div className={styles.message}>
        <strong>Drop face crops here</strong>
        <span>One folder per person, {ACCEPTED_SETS}.</span>
        <span>Nothing leaves this computer.</span>
      </div>
    </div>
  );
}
