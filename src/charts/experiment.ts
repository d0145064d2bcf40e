/** What charts need to know of the experiment, also before it is built. */
import type { ChartSession } from './sources';

/** Number of identities C; before the experiment is built, what the data settings say. */
export function classesOf({
  experiment,
  data,
  config,
}: Pick<ChartSession, 'experiment' | 'data' | 'config'>): number | null {
  if (experiment !== null) return experiment.classes;
  if (data !== null) return data.identities.length;
  return config.data.kind === 'synthetic' ? config.data.settings.identities : null;
}
