/**
 * A modal dialog on the native element: focus is kept inside and given back, Escape and a click beside
 * it close it. Rendered only while open, so that its state starts fresh.
 */
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import styles from './Dialog.module.css';
import { CloseIcon } from './icons';

interface DialogProps {
  readonly title: string;
  readonly width?: 'narrow' | 'medium' | 'wide' | 'table';
  readonly children: ReactNode;
  /** Buttons at the foot. */
  readonly foot?: ReactNode;
  /**
   * Asked before Escape, the cross and a click beside it close the dialog; `false` keeps it open, where
   * something would be lost and the dialog asks about it itself.
   */
  readonly mayClose?: () => boolean;
  readonly onClose: () => void;
}

export function Dialog(props: DialogProps) {
  const { title, width = 'narrow', children, foot, mayClose = () => true, onClose } = props;
  const element = useRef<HTMLDialogElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const id = useId();

  // A layout effect: closing gives the focus back only while the element is still on the page.
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    // Not the close button: what the dialog says comes first, and the arrow keys scroll it.
    content.current?.focus();
    return () => dialog.close();
  }, []);

  const leave = (): void => {
    if (mayClose()) onClose();
  };

  // In the body, whoever opens it: an element that is moved with its panel, as when the columns are put
  // in another order, would stay open without being modal any more.
  return createPortal(
    // A click on the element itself, outside its content, is a click on the backdrop.
    <dialog
      ref={element}
      className={styles.dialog}
      data-width={width}
      aria-labelledby={id}
      onClose={() => {
        // A close that was followed by another opening (React's double effects) is not the person's.
        if (element.current?.open !== true) onClose();
      }}
      // Before the browser's own answer to Escape, which lets a page ask once only; `cancel` is also a
      // phone's gesture for going back.
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented && !mayClose()) {
          event.preventDefault();
        }
      }}
      onCancel={(event) => {
        if (!mayClose()) event.preventDefault();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) leave();
      }}
    >
      <div className={styles.content}>
        <div className={styles.head}>
          <h2 id={id}>{title}</h2>
          <button type="button" className={styles.close} aria-label="Close" onClick={leave}>
            <CloseIcon />
          </button>
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll what has the focus */}
        <div ref={content} className={styles.body} tabIndex={0}>
          {children}
        </div>
        {foot !== undefined && <div className={styles.foot}>{foot}</div>}
      </div>
    </dialog>,
    document.body,
  );
}
