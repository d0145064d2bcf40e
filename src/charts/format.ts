/**
 * Numbers as a person reads them in charts: few digits, the real minus sign, units always there,
 * and not-a-number or infinity named, never hidden behind a 0.
 */

/** Names for what is not a number; `null` when the value is finite. */
export function nonFiniteName(value: number): string | null {
  if (Number.isNaN(value)) return 'not a number';
  if (value === Number.POSITIVE_INFINITY) return '+∞';
  if (value === Number.NEGATIVE_INFINITY) return '−∞';
  return null;
}

const withMinus = (text: string): string => text.replace('-', '−').replace('e+', 'e');

/** A fixed number of decimals: `formatFixed(3.0449, 2)` is `3.04`. */
export function formatFixed(value: number, decimals: number): string {
  return nonFiniteName(value) ?? withMinus(value.toFixed(decimals));
}

/** Three significant digits without trailing zeros: `15.4`, `0.05`, `3,412`, `1.2e6`. */
export function formatNumber(value: number): string {
  const name = nonFiniteName(value);
  if (name !== null) return name;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return withMinus(value.toExponential(1).replace('.0e', 'e'));
  if (size >= 1000) return withMinus(WHOLE.format(value));
  return withMinus(String(Number(value.toPrecision(3))));
}

/** Radians as degrees with one decimal: `26.1°`. */
export function formatDegrees(angleRad: number): string {
  return nonFiniteName(angleRad) ?? `${formatFixed(toDegrees(angleRad), 1)}°`;
}

// Made once: `toLocaleString` builds one per call, which tells in a table of 400 rows.
const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A step number with groups: `12,400`. */
export function formatStep(step: number): string {
  return WHOLE.format(step);
}

export function toDegrees(angleRad: number): number {
  return (angleRad * 180) / Math.PI;
}
