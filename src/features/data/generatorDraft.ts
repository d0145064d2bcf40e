/** Changes to the generator's draft that keep it as short as a link should be. */
import type { NuisanceName, SyntheticSettings } from '../../data/synthetic/settings';

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
