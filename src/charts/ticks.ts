/**
 * Axis domains and ticks: round numbers on linear axes, decades on logarithmic ones, never a
 * logarithm of something that is not positive, and always a domain with some width.
 */

export interface Ticks {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
}

/** The round step (1, 2 or 5 times a power of ten) nearest above `span / count`. */
export function niceStep(span: number, count: number): number {
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const fraction = raw / power;
  const nice = fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10;
  return nice * power;
}

const multiple = (index: number, step: number): number => {
  // 3 * 0.1 is 0.30000000000000004; dividing by the inverse of a step below 1 is exact enough.
  if (index === 0) return 0; // never −0
  return step < 1 ? index / Math.round(1 / step) : index * step;
};

/**
 * A domain of round numbers that holds [min, max], with about `count` ticks. An empty or non-finite
 * range becomes [0, 1]; a single value gets room on both sides.
 */
export function niceDomain(min: number, max: number, count = 4): Ticks {
  if (!(Number.isFinite(min) && Number.isFinite(max)) || min > max) return niceDomain(0, 1, count);
  if (min === max) {
    const room = min === 0 ? 1 : Math.abs(min) * 0.1;
    return niceDomain(min - room, max + room, count);
  }
  const step = niceStep(max - min, count);
  // A hair of tolerance, so that 4.5 / 0.5 = 9.000000001 does not open another interval.
  const first = Math.floor(min / step + 1e-9);
  const last = Math.ceil(max / step - 1e-9);
  const ticks: number[] = [];
  for (let i = first; i <= last; i++) ticks.push(multiple(i, step));
  return { domain: [multiple(first, step), multiple(last, step)], ticks };
}

/** Round ticks inside [min, max]; the domain stays as it is. Whole numbers only when `integers`. */
export function ticksWithin(
  min: number,
  max: number,
  { count = 5, integers = false }: { count?: number; integers?: boolean } = {},
): readonly number[] {
  if (!(max > min)) return Number.isFinite(min) ? [min] : [];
  const step = Math.max(niceStep(max - min, count), integers ? 1 : 0);
  const ticks: number[] = [];
  for (let i = Math.ceil(min / step - 1e-9); i <= Math.floor(max / step + 1e-9); i++) {
    ticks.push(multiple(i, step));
  }
  return ticks;
}

/**
 * A logarithmic domain that holds the positive part of [min, max]. `min` must be the smallest
 * positive value; where nothing is positive the domain is [0.1, 1]. Ticks are decades, or 1-2-5
 * where there are fewer than three decades.
 */
export function logDomain(minPositive: number, max: number): Ticks {
  if (!(minPositive > 0 && max > 0 && Number.isFinite(max)) || minPositive > max) {
    return logDomain(0.1, 1);
  }
  const lo = floor125(minPositive);
  const hi = Math.max(ceil125(max), next125(lo));
  return { domain: [lo, hi], ticks: logTicksWithin(lo, hi) };
}

/** 1-2-5 ticks inside a positive range, decades only where there would be more than eight. */
export function logTicksWithin(min: number, max: number): readonly number[] {
  if (!(min > 0 && max >= min)) return [];
  const all: number[] = [];
  for (let tick = floor125(min); tick <= max * (1 + 1e-9); tick = next125(tick)) {
    if (tick >= min * (1 - 1e-9)) all.push(tick);
  }
  if (all.length <= 8) return all;
  const decades = all.filter((tick) => isDecade(tick));
  const every = Math.ceil(decades.length / 8);
  return decades.filter((_, i) => i % every === 0);
}

const isDecade = (value: number): boolean =>
  Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;

function floor125(value: number): number {
  const exponent = Math.floor(Math.log10(value) + 1e-12);
  const fraction = value / 10 ** exponent;
  return scaled(fraction >= 5 - 1e-9 ? 5 : fraction >= 2 - 1e-9 ? 2 : 1, exponent);
}

function next125(value: number): number {
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const digit = Math.round(value / 10 ** exponent);
  return digit === 1
    ? scaled(2, exponent)
    : digit === 2
      ? scaled(5, exponent)
      : scaled(1, exponent + 1);
}

function ceil125(value: number): number {
  const floor = floor125(value);
  return floor >= value * (1 - 1e-9) ? floor : next125(floor);
}

/** digit·10^exponent as the nearest double: 10 ** -1 times 2 is not always 0.2. */
const scaled = (digit: number, exponent: number): number =>
  exponent < 0 ? digit / 10 ** -exponent : digit * 10 ** exponent;
