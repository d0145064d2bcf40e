/**
 * The bar at the top: the name, the training controls, the counters, the engine badge and the page's
 * own buttons. What a button does comes in as an `Action`, from the same registry as its shortcut.
 */
import { type Action, actionTitle, keyLabel } from '../../ui/action';
import { Counters } from './Counters';
import { EngineBadge } from './EngineBadge';
import { ThemeButton } from './ThemeButton';
import styles from './TopBar.module.css';
import { WorkStrip } from './WorkStrip';

export interface TopBarActions {
  readonly play: Action;
  /** One batch, one epoch, reset, new seed. */
  readonly training: readonly Action[];
  /** Share, CSV. */
  readonly page: readonly Action[];
  readonly theme: Action;
  readonly help: Action;
}

export function TopBar({ actions }: { readonly actions: TopBarActions }) {
  return (
    <header className={styles.bar}>
      <h1 className={styles.name}>AdaCos Playground</h1>
      <div className={styles.run}>
        <ActionButton action={actions.play} className={styles.play} />
        <Counters />
      </div>
      <div className={styles.group}>
        {actions.training.map((action) => (
          <ActionButton key={action.id} action={action} />
        ))}
      </div>
      <div className={styles.page}>
        <EngineBadge />
        {actions.page.map((action) => (
          <ActionButton key={action.id} action={action} />
        ))}
        <ThemeButton action={actions.theme} />
        <ActionButton action={actions.help} className={styles.square} text="?" />
      </div>
      <WorkStrip />
    </header>
  );
}

interface ActionButtonProps {
  readonly action: Action;
  readonly className?: string | undefined;
  /** Shown instead of the label, which then becomes the accessible name. */
  readonly text?: string;
}

function ActionButton({ action, className, text }: ActionButtonProps) {
  return (
    <button
      type="button"
      className={className}
      // Not `disabled`, which would take the focus away from whoever works with the keyboard.
      aria-disabled={!action.enabled || undefined}
      title={actionTitle(action)}
      aria-label={text === undefined ? undefined : action.label}
      aria-keyshortcuts={action.key === null ? undefined : keyLabel(action.key)}
      onClick={(event) => {
        if (action.enabled) action.run();
        // After a click with the mouse, Space must mean play or pause again, not this button.
        if (event.detail > 0) event.currentTarget.blur();
      }}
    >
      {text ?? action.label}
    </button>
  );
}
