/**
 * What a person typed into a number field: a value in range, or the sentence that says why not. The
 * text itself is never thrown away by a bad value.
 */
import { formatNumber } from './format';

export interface NumberRules {
  /** The field's name inside the sentence: `Learning rate`. */
  readonly label: string;
  readonly range: readonly [minimum: number, maximum: number];
  readonly whole: boolean;
  readonly unit: string | null;
}

export type NumberText =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'problem'; readonly sentence: string };

export function readNumber(text: string, rules: NumberRules): NumberText {
  const trimmed = text.trim().replace('−', '-').replace(',', '.');
  const value = Number(trimmed);
  const [minimum, maximum] = rules.range;
  const inRange = value >= minimum && value <= maximum;
  if (trimmed !== '' && inRange && (!rules.whole || Number.isInteger(value))) {
    return { kind: 'value', value };
  }
  const what = rules.whole ? 'a whole number' : 'a number';
  const unit = rules.unit === null ? '' : closeUnit(rules.unit) ? rules.unit : ` ${rules.unit}`;
  const bounds = `${bound(minimum)} to ${bound(maximum)}${unit}`;
  return { kind: 'problem', sentence: `${rules.label} must be ${what} from ${bounds}.` };
}

/** Units that stand at the number without a space. */
export function closeUnit(unit: string): boolean {
  return unit === '°' || unit === '%' || unit === '×';
}

/** A range end in full where that is readable: 4,294,967,295 rather than 4.295e9. */
function bound(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-GB') : formatNumber(value, 6);
}

/**
 * The value one arrow key press away. Linear fields move by `step`; logarithmic ones along
 * 1, 2, 5, 10, …, so that a learning rate can be halved and doubled.
 */
export function nudge(
  value: number,
  direction: 1 | -1,
  field: { readonly range: NumberRules['range']; readonly step: number | 'log' },
): number {
  const next =
    field.step === 'log' ? logNeighbour(value, direction) : value + direction * field.step;
  const clean = Number(next.toPrecision(12));
  return Math.min(field.range[1], Math.max(field.range[0], clean));
}

function logNeighbour(value: number, direction: 1 | -1): number {
  if (value <= 0) return direction === 1 ? 1e-5 : 0;
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const ladder = [0.5, 1, 2, 5, 10].map((mantissa) => Number(`${mantissa}e${exponent}`));
  const tolerance = value * 1e-9;
  if (direction === 1) return ladder.find((rung) => rung > value + tolerance) ?? value;
  return ladder.findLast((rung) => rung < value - tolerance) ?? value;
}
