/** The newest numbers of a running training as one sentence, for people who listen to the page. */
import { armName } from '../charts/armNames';
import type { SessionState } from '../state/session.types';
import { formatCount, formatNumber } from '../ui/format';

/** `Step 400. A fixed: scale 5.2, median angle 52 degrees, loss 1.2. B dynamic: …` */
export function summarise({
  step,
  config,
  series,
}: Pick<SessionState, 'step' | 'config' | 'series'>): string {
  const arms = config.arms.flatMap((arm) => {
    const own = series.get(arm.id);
    if (own === undefined || own.length === 0) return [];
    const row = own.length - 1;
    const scale = own.columns.scale[row]!;
    const degrees = (own.columns.medianAngleRad[row]! * 180) / Math.PI;
    const parts = [
      ...(Number.isFinite(scale) ? [`scale ${formatNumber(scale, 2)}`] : []),
      `median angle ${formatNumber(Math.round(degrees))} degrees`,
      `loss at the common scale ${formatNumber(own.columns.commonLoss[row]!, 2)}`,
    ];
    return [`${armName(arm)}: ${parts.join(', ')}.`];
  });
  return [`Step ${formatCount(step)}.`, ...arms].join(' ');
}
