/** Which quantities an arm has. Plain softmax has no scale and no B_avg: there NaN means "none". */
import type { MetricName } from '../bridge/protocol';
import type { LossConfig } from '../losses/types';

const SCALE_METRICS: ReadonlySet<MetricName> = new Set(['scale', 'unguardedScale', 'logBAvg']);

export function hasMetric(loss: LossConfig, metric: MetricName): boolean {
  return loss.kind !== 'softmax' || !SCALE_METRICS.has(metric);
}
