import { describe, expect, it } from 'vitest';
import { nextThemeChoice, parseThemeChoice, resolveTheme } from './theme';

describe('theme', () => {
  it('follows the system where nothing valid is kept', () => {
    expect(parseThemeChoice(null)).toBe('system');
    expect(parseThemeChoice('sepia')).toBe('system');
    expect(parseThemeChoice('dark')).toBe('dark');
  });

  it('resolves the system choice only', () => {
    expect(resolveTheme('system', { dark: true })).toBe('dark');
    expect(resolveTheme('system', { dark: false })).toBe('light');
    expect(resolveTheme('light', { dark: true })).toBe('light');
  });

  it.each([{ dark: true }, { dark: false }])(
    'changes what is shown on the first press (%o)',
    (system) => {
      const first = nextThemeChoice('system', system);
      expect(resolveTheme(first, system)).not.toBe(resolveTheme('system', system));
      const second = nextThemeChoice(first, system);
      expect(nextThemeChoice(second, system)).toBe('system');
      expect(new Set(['system', first, second]).size).toBe(3);
    },
  );
});
