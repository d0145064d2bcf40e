/**
 * A button with a panel beneath it, on the native popover: it closes on Escape and on a click outside.
 * The panel hangs from the button's right edge and stays inside the window.
 */
import { type ReactNode, useId, useRef, useState } from 'react';
import styles from './Popover.module.css';

interface PopoverProps {
  /** Says what the button shows, where its text alone does not. */
  readonly label: string;
  readonly trigger: ReactNode;
  readonly triggerClass?: string | undefined;
  readonly children: ReactNode;
}

const MARGIN_PX = 12;

export function Popover({ label, trigger, triggerClass, children }: PopoverProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [place, setPlace] = useState({ top: 0, right: MARGIN_PX });
  const [open, setOpen] = useState(false);

  const hang = (): void => {
    const rect = button.current?.getBoundingClientRect();
    if (rect === undefined) return;
    const width = document.documentElement.clientWidth;
    const right = width < 560 ? MARGIN_PX : Math.max(MARGIN_PX, width - rect.right);
    setPlace({ top: rect.bottom + 6, right });
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        className={triggerClass}
        popoverTarget={id}
        aria-expanded={open}
        aria-label={label}
        title={label}
      >
        {trigger}
      </button>
      <div
        id={id}
        popover="auto"
        className={styles.panel}
        style={place}
        onBeforeToggle={(event) => {
          if (event.newState === 'open') hang();
        }}
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        {open && children}
      </div>
    </>
  );
}
