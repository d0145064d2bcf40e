/**
 * Light, dark, or as the system has it. The choice is kept in this browser; the page wears the outcome
 * as `html[data-theme]`. `public/theme.js` applies the same rules before the first paint.
 */
import { create } from 'zustand';

export const THEME_CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];
export type Theme = 'light' | 'dark';

export const THEME_KEY = 'adacos-playground.theme';

/** What a kept value means; anything unknown follows the system. */
export function parseThemeChoice(kept: string | null): ThemeChoice {
  return THEME_CHOICES.find((choice) => choice === kept) ?? 'system';
}

export function resolveTheme(choice: ThemeChoice, system: { readonly dark: boolean }): Theme {
  if (choice === 'system') return system.dark ? 'dark' : 'light';
  return choice;
}

/** The order the button goes through: first the opposite of what the system shows. */
export function nextThemeChoice(
  choice: ThemeChoice,
  system: { readonly dark: boolean },
): ThemeChoice {
  const opposite = system.dark ? 'light' : 'dark';
  const same = system.dark ? 'dark' : 'light';
  if (choice === 'system') return opposite;
  return choice === opposite ? same : 'system';
}

interface ThemeState {
  readonly choice: ThemeChoice;
  /** Goes to the next choice and keeps it. */
  cycle(): void;
}

export const useTheme = create<ThemeState>()((set, get) => ({
  choice: 'system',
  cycle: () => {
    const choice = nextThemeChoice(get().choice, systemTheme());
    keep(choice);
    set({ choice });
  },
}));

/** Starts following the choice and the system; returns what stops it. */
export function followTheme(): () => void {
  useTheme.setState({ choice: parseThemeChoice(kept()) });
  const show = (): void => {
    document.documentElement.dataset.theme = resolveTheme(
      useTheme.getState().choice,
      systemTheme(),
    );
  };
  show();
  const query = darkQuery();
  query.addEventListener('change', show);
  const unsubscribe = useTheme.subscribe(show);
  return () => {
    query.removeEventListener('change', show);
    unsubscribe();
  };
}

function darkQuery(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)');
}

function systemTheme(): { readonly dark: boolean } {
  return { dark: darkQuery().matches };
}

function kept(): string | null {
  try {
    return localStorage.getItem(THEME_KEY);
  } catch {
    return null;
  }
}

function keep(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(THEME_KEY);
    else localStorage.setItem(THEME_KEY, choice);
  } catch {
    // Storage is not allowed here: the choice lasts as long as the page.
  }
}
