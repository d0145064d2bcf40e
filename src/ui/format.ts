/** Numbers as people read them, in British English. Units are part of the text, never left out. */

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const dash = '–';

/** `18240` → `18,240`. */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** `1 file`, `2 files`; the plural is regular unless given. */
export function formatItems(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** At most `digits` significant digits, without trailing zeros, `12,350`; not-a-number and infinity by name. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  const text =
    magnitude >= 1e7 || magnitude < 1e-4
      ? value
          .toExponential(digits - 1)
          .replace(/\.?0+e/, 'e')
          .replace('e+', 'e')
      : grouped(Number(value.toPrecision(digits)));
  return text.replaceAll('-', '−');
}

/** Every digit, with thousands separators. */
function grouped(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: 20 });
}

/** `epoch 20.6`: one decimal, always. */
export function formatEpoch(epoch: number): string {
  return epoch.toLocaleString('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** Radians as degrees on screen: `45°`, `26.1°`. */
export function formatAngle(angleRad: number): string {
  if (!Number.isFinite(angleRad)) return formatNumber(angleRad);
  return `${formatNumber(Number(toDegrees(angleRad).toFixed(1)))}°`;
}

/** Degrees for a form: rounded to a millionth, so that π/4 reads 45. */
export function toDegrees(angleRad: number): number {
  return Math.round(((angleRad * 180) / Math.PI) * 1e6) / 1e6;
}

export function toRadians(angleDeg: number): number {
  return (angleDeg * Math.PI) / 180;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units: `12.3 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]!}`;
}

/** `850 ms`, `3.2 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const rounded = Math.round(seconds);
  if (rounded < 60) return `${rounded} s`;
  const minutes = Math.floor(rounded / 60);
  const rest = rounded % 60;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

/** A share of one as per cent: `0.954` → `95.4%`. */
export function formatShare(share: number): string {
  return Number.isFinite(share) ? `${formatNumber(Number((share * 100).toFixed(1)))}%` : dash;
}

/** Floating point operations: `2.4 MFLOP`. */
export function formatFlops(flops: number): string {
  if (flops >= 1e9) return `${formatNumber(flops / 1e9, 3)} GFLOP`;
  if (flops >= 1e6) return `${formatNumber(flops / 1e6, 3)} MFLOP`;
  return `${formatNumber(flops / 1e3, 3)} kFLOP`;
}
