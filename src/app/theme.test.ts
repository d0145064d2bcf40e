/** The tokens of theme.css, read as text: contrast by WCAG 2.2, success criteria 1.4.3 and 1.4.11. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./theme.css', import.meta.url), 'utf8');

function tokens(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  if (start < 0) throw new Error(`theme.css has no rule ${selector}`);
  const body = css.slice(start, css.indexOf('}', start));
  return new Map(
    [...body.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]),
  );
}

/** Relative luminance of `#rrggbb`, 0 … 1. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

const THEMES = { light: ':root', dark: ':root[data-theme="dark"]' } as const;

describe.each(Object.entries(THEMES))('%s theme', (_name, selector) => {
  const theme = tokens(selector);
  const colour = (name: string): string => {
    const value = theme.get(name);
    if (value === undefined) throw new Error(`no token --${name} in ${selector}`);
    return value;
  };

  it.each(['ink', 'mute', 'faint', 'accent', 'warn', 'error', 'ok'])(
    'text in --%s reaches 4.5:1 on every background',
    (name) => {
      for (const ground of ['bg', 'panel', 'sunk']) {
        expect(
          contrast(colour(name), colour(ground)),
          `${name} on ${ground}`,
        ).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it.each(['arm-a', 'arm-b', 'arm-c', 'arm-d'])(
    'numbers in --%s reach 4.5:1 where arms are shown',
    (name) => {
      for (const ground of ['bg', 'panel']) {
        expect(
          contrast(colour(name), colour(ground)),
          `${name} on ${ground}`,
        ).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it('field edges reach 3:1', () => {
    for (const ground of ['bg', 'panel']) {
      expect(contrast(colour('edge'), colour(ground)), ground).toBeGreaterThanOrEqual(3);
    }
  });

  it.each(['warn', 'error'])('text stays readable on the soft ground of --%s', (tone) => {
    for (const name of ['ink', 'mute', tone]) {
      expect(contrast(colour(name), colour(`${tone}-soft`)), name).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('inverts the play button readably', () => {
    expect(contrast(colour('bg'), colour('ink'))).toBeGreaterThanOrEqual(4.5);
  });
});

describe('the two themes', () => {
  it('name the same tokens', () => {
    expect([...tokens(THEMES.dark).keys()].sort()).toEqual([...tokens(THEMES.light).keys()].sort());
  });
});

describe('the contrast formula', () => {
  it('gives the ratios of the standard', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10);
    // 4.54 is the value the WCAG literature quotes for #767676 on white.
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });
});
