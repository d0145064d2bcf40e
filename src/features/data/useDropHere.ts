/**
 * While it is mounted, what is dropped or pasted anywhere on the page comes here and nowhere else: the
 * window would load it as faces to train on.
 */
import { useEffect, useRef, useState } from 'react';
import { DragTracker } from './dragTracker';

/** @param onTransfer called inside the event; @returns whether files are being dragged over the page */
export function useDropHere(onTransfer: (transfer: DataTransfer) => void): boolean {
  const [over, setOver] = useState(false);
  const take = useRef(onTransfer);
  useEffect(() => {
    take.current = onTransfer;
  });

  useEffect(() => {
    const drag = new DragTracker<Node>();
    const stop = new AbortController();
    // Before the window's own listeners, which take what bubbles up to it.
    const listen = (kind: 'dragenter' | 'dragover' | 'dragleave' | 'drop', on: OnDrag): void => {
      const onEvent = (event: DragEvent): void => {
        const { dataTransfer, target } = event;
        if (dataTransfer?.types.includes('Files') !== true) return;
        event.preventDefault();
        event.stopPropagation();
        on(dataTransfer, target instanceof Node ? target : document);
        setOver(drag.over);
      };
      window.addEventListener(kind, onEvent, { capture: true, signal: stop.signal });
    };
    listen('dragenter', (_, target) => drag.enter(target));
    listen('dragleave', (_, target) => drag.leave(target));
    listen('dragover', (transfer) => {
      transfer.dropEffect = 'copy';
    });
    listen('drop', (transfer) => {
      drag.end();
      take.current(transfer);
    });
    const onPaste = (event: ClipboardEvent): void => {
      const { clipboardData } = event;
      if (clipboardData?.types.includes('Files') !== true) return;
      event.preventDefault();
      event.stopPropagation();
      take.current(clipboardData);
    };
    window.addEventListener('paste', onPaste, { capture: true, signal: stop.signal });
    return () => stop.abort();
  }, []);
  return over;
}

type OnDrag = (transfer: DataTransfer, target: Node) => void;
