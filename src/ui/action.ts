/** One thing a person can do. One definition feeds the button, the keyboard shortcut and the help list. */

export interface Action {
  readonly id: string;
  /** What the button says. */
  readonly label: string;
  /** What it does, one sentence, for the help list and the tooltip. */
  readonly description: string;
  /** As `KeyboardEvent.key` gives it, letters in lower case; `null` where there is no shortcut. */
  readonly key: string | null;
  readonly enabled: boolean;
  /** For the help list, where the label and the description change with what is going on. */
  readonly listed?: { readonly label: string; readonly description: string };
  run(): void;
}

/** How a key is written for people. */
export function keyLabel(key: string): string {
  if (key === ' ') return 'Space';
  return key.length === 1 ? key.toUpperCase() : key;
}

/** The tooltip of an action's button. */
export function actionTitle(action: Action): string {
  return action.key === null
    ? action.description
    : `${action.description} (${keyLabel(action.key)})`;
}
