/**
 * The address and the experiment, kept the same: a change of the configuration is written into the
 * hash, and a hash that a person changes is opened. Replaces the entry, so that Back still leaves.
 */
import { useEffect } from 'react';
import { mayLeave } from '../features/data/LeaveCorrections';
import { rememberedAs } from '../features/data/openFolder';
import { sameData } from '../state/reconcile';
import { useSession } from '../state/session';
import type { KeptOutcome, Notice } from '../state/session.types';
import { encodeExperiment, type OpenedUrl, openUrl, type UrlErrorCode } from '../state/url';
import type { ExperimentConfig } from '../training/config';

/** Changes come in bursts: a slider, a seed. */
const SETTLE_MS = 200;

/** What can be wrong with a hash; a query is read once, when the page opens. */
const HASH_CODES: readonly UrlErrorCode[] = ['url/version', 'url/encoding', 'url/invalid'];

const FACES_OF_LINK = 'the set of this link';

const KEPT =
  'The experiment on this page stays as it was. Ask for the link again, or set it up by hand.';

export function useUrl(): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const write = async (config: ExperimentConfig): Promise<void> => {
      const hash = await encodeExperiment(config);
      const search = queryFor(config, location.search);
      if (config !== useSession.getState().config) return;
      if (hash === location.hash && search === location.search) return;
      history.replaceState(null, '', `${location.pathname}${search}${hash}`);
    };
    const later = (config: ExperimentConfig): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void write(config), SETTLE_MS);
    };
    const unsubscribe = useSession.subscribe((now, before) => {
      if (now.config !== before.config) later(now.config);
    });
    const onHashChange = async (): Promise<void> => {
      const opened = await openUrl(location);
      const { config, configure, dismiss } = useSession.getState();
      for (const code of HASH_CODES) dismiss(code);
      const damaged = opened.problems.filter(({ code }) => HASH_CODES.includes(code));
      if (damaged.length > 0) {
        tellProblems({ problems: damaged, filesMissing: false, remedy: KEPT });
      } else if (sameData(opened.config.data, config.data) || (await mayLeave(FACES_OF_LINK))) {
        tellProblems(opened);
        await configure(opened.config);
        return;
      }
      // The address tells again what is on the page.
      later(useSession.getState().config);
    };
    const listener = (): void => void onHashChange();
    window.addEventListener('hashchange', listener);
    later(useSession.getState().config);
    return () => {
      clearTimeout(timer);
      unsubscribe();
      window.removeEventListener('hashchange', listener);
    };
  }, []);
}

/**
 * The query without an `engine` that is no longer the one chosen: it would win over the hash when the
 * address is opened again.
 */
export function queryFor(config: ExperimentConfig, search: string): string {
  const query = new URLSearchParams(search);
  const asked = query.get('engine');
  if (asked === null || asked === config.engine) return search;
  query.delete('engine');
  const rest = query.toString();
  return rest === '' ? '' : `?${rest}`;
}

/** What the address asked for and could not have, as warnings: the page works without it. */
export function tellProblems({
  problems,
  filesMissing,
  remedy,
  ownBefore = null,
  kept = 'gone',
}: Pick<OpenedUrl, 'problems' | 'filesMissing'> & {
  /** What is done instead, where that is not opening the built-in experiment. */
  readonly remedy?: string;
  /** How this tab's own faces were called before it was reloaded; `null` where it had none. */
  readonly ownBefore?: string | null;
  /** What became of faces kept in this browser, where they were to be opened. */
  readonly kept?: Exclude<KeptOutcome, 'opened'>;
}): void {
  const { notify } = useSession.getState();
  for (const problem of problems) {
    notify({
      key: problem.code,
      tone: 'warning',
      title: problem.message,
      detail: remedy ?? problem.remedy,
      action: null,
    });
  }
  // What failed was told, with what to do.
  if (!filesMissing || kept === 'failed') return;
  if (kept === 'cancelled') notify(keptNotOpened());
  else if (ownBefore === null) notify(foreignFaces());
  else void tellNotKept(ownBefore);
}

/** With the folder that they came from at hand, where it is remembered. */
async function tellNotKept(label: string): Promise<void> {
  const open = await rememberedAs(label);
  const { data, notify } = useSession.getState();
  // Meanwhile the person may have brought them.
  if (data?.config.kind !== 'files') notify(facesNotKept(label, open));
}

function keptNotOpened(): Notice {
  return {
    key: 'url/files',
    tone: 'info',
    title: 'Your kept faces were not opened, so generated ones stand in.',
    detail: 'They are still kept: open them under Data, “Kept in this browser”.',
    action: null,
  };
}

function foreignFaces(): Notice {
  return {
    key: 'url/files',
    tone: 'info',
    title: 'This experiment was made with somebody’s own face crops.',
    detail:
      'A link never carries images, so generated faces stand in. Drop face crops to go on with your own.',
    action: null,
  };
}

/** After a reload the person is the somebody. */
function facesNotKept(label: string, open: Notice['action']): Notice {
  return {
    key: 'url/files',
    tone: 'info',
    title: `Your faces (${label}) were not kept, so generated ones stand in.`,
    detail:
      open === null
        ? 'Drop them again. To have them back after a reload, press “Keep these faces” under Data, “Kept in this browser”.'
        : 'Their folder is remembered and is read again with a click. To have them back after a reload without it, press “Keep these faces” under Data, “Kept in this browser”.',
    action: open,
  };
}
