/** Escape in a field is for the field. The dialog around it would close with it. */
import type { KeyboardEvent } from 'react';

/** @param act what Escape does here; `null` leaves it to the dialog */
export function onEscape(act: (() => void) | null) {
  return (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || act === null) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}
