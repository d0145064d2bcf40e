import { describe, expect, it } from 'vitest';
import {
  formatAngle,
  formatBytes,
  formatDuration,
  formatItems,
  formatNumber,
  formatShare,
  toDegrees,
  toRadians,
} from './format';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [3.826123, '3.826'],
    [0.05, '0.05'],
    [5e-4, '0.0005'],
    [5e-5, '5e−5'],
    [1e-12, '1e−12'],
    [-0.9, '−0.9'],
    [3412, '3,412'],
    [-12_345.6, '−12,350'],
    [12_345_678, '1.235e7'],
    [Number.NaN, 'not a number'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('angles', () => {
  it('reads π/4 as 45° and writes 45° as π/4, bit for bit', () => {
    expect(formatAngle(Math.PI / 4)).toBe('45°');
    expect(toDegrees(Math.PI / 4)).toBe(45);
    expect(toRadians(45)).toBe(Math.PI / 4);
  });

  it('gives degrees back as they were typed', () => {
    for (let degrees = 1; degrees < 90; degrees += 0.25) {
      expect(toDegrees(toRadians(degrees))).toBe(degrees);
    }
  });
});

describe('quantities', () => {
  it.each([
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_600, '1.0 MB'],
    [123_456_789, '123 MB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [850, '850 ms'],
    [3210, '3.2 s'],
    [59_600, '1 min'],
    [125_000, '2 min 5 s'],
  ])('%d ms are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('counts in singular and plural', () => {
    expect(formatItems(1, 'identity', 'identities')).toBe('1 identity');
    expect(formatItems(5749, 'identity', 'identities')).toBe('5,749 identities');
  });

  it('shows a missing share as missing', () => {
    expect(formatShare(0.954)).toBe('95.4%');
    expect(formatShare(Number.NaN)).toBe('–');
  });
});
