/** Changes to the generator's draft that keep it as short as a link should be. */
import {
  NUISANCES,
  type NuisanceName,
  type SyntheticSettings,
} from '../../data/synthetic/settings';

/** A factor of 1 is the usual one and is not written down. */
export function withNuisance(
  settings: SyntheticSettings,
  name: NuisanceName,
  factor: number,
): SyntheticSettings {
  const { nuisances: before = {}, ...rest } = settings;
  const { [name]: _, ...others } = before;
  const nuisances = factor === 1 ? others : { ...others, [name]: factor };
  return Object.keys(nuisances).length === 0 ? rest : { ...rest, nuisances };
}

/** Whether two settings draw the same: what is not written down is as usual. */
export function sameSettings(one: SyntheticSettings, other: SyntheticSettings): boolean {
  return JSON.stringify(complete(one)) === JSON.stringify(complete(other));
}

function complete({ nuisances = {}, imbalance = 0, ...knobs }: SyntheticSettings): unknown {
  const factors = NUISANCES.map((name) => nuisances[name] ?? 1);
  return [Object.entries(knobs).sort(([a], [b]) => (a < b ? -1 : 1)), imbalance, factors];
}
