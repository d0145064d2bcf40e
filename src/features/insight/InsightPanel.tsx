/** The insight of the running experiment: P(target), the formula with its numbers, the angles. */
import { useSession } from '../../state/session';
import { InsightView } from './InsightView';

export function InsightPanel() {
  return <InsightView session={useSession} />;
}
