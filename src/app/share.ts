/** Copies the address of this experiment and says so; where copying is not allowed, shows it instead. */
import { useSession } from '../state/session';
import { encodeExperiment } from '../state/url';

const KEY = 'share';
const SAID_MS = 6000;

export async function share(): Promise<void> {
  const { config, notify, dismiss } = useSession.getState();
  const address = `${location.origin}${location.pathname}${await encodeExperiment(config)}`;
  const files =
    config.data.kind === 'files'
      ? ' Your face crops are not in it: whoever opens it has to bring their own.'
      : '';
  try {
    await navigator.clipboard.writeText(address);
  } catch {
    notify({
      key: KEY,
      tone: 'warning',
      title: 'This browser did not allow copying.',
      detail: `Copy the link by hand: ${address}`,
      action: null,
    });
    return;
  }
  const said = {
    key: KEY,
    tone: 'info',
    title: 'The link is copied.',
    detail: `It opens this experiment: arms, network, generator settings, seed and engine.${files}`,
    action: null,
  } as const;
  notify(said);
  setTimeout(() => {
    // A later message under the same key is not this one's to take away.
    if (useSession.getState().notices.includes(said)) dismiss(KEY);
  }, SAID_MS);
}
