/** The curves of the running experiment: legend, settings and five charts with one step axis. */
import { useSession } from '../../state/session';
import { CurvesView } from './CurvesView';

export function CurvesPanel() {
  return <CurvesView session={useSession} />;
}
