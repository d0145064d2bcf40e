/** Goes through light, dark and as the system has it; the sign shows which of the three is chosen. */
import { type ThemeChoice, useTheme } from '../../state/theme';
import type { Action } from '../../ui/action';
import { MoonIcon, SunIcon, SystemThemeIcon } from '../../ui/icons';
import styles from './TopBar.module.css';

const LABELS: Readonly<Record<ThemeChoice, string>> = {
  system: 'Theme: as the system',
  light: 'Theme: light',
  dark: 'Theme: dark',
};

const SIGNS: Readonly<Record<ThemeChoice, () => React.JSX.Element>> = {
  system: SystemThemeIcon,
  light: SunIcon,
  dark: MoonIcon,
};

export function ThemeButton({ action }: { readonly action: Action }) {
  const choice = useTheme((state) => state.choice);
  const Sign = SIGNS[choice];
  return (
    <button
      type="button"
      className={styles.square}
      aria-label={LABELS[choice]}
      title={LABELS[choice]}
      onClick={action.run}
    >
      <Sign />
    </button>
  );
}
