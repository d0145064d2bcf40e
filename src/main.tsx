/**
 * The page's first lines: theme, address, store, React. Everything heavy is in the worker, which begins to
 * read kept faces before the shell itself is there.
 */
import './app/theme.css';
import './app/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { lastKept } from './state/lastKept';
import { ownFacesBefore } from './state/ownFaces';
import { useSession } from './state/session';
import { followTheme } from './state/theme';
import { type OpenedUrl, openUrl } from './state/url';

const shell = import('./app/shell');

async function open(): Promise<void> {
  followTheme();
  const opened = await openUrl(location);
  const ready = begin(opened);
  const { App, ErrorBoundary, installConsole } = await shell;
  installConsole();
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no element #root');
  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary>
        <App />
      </ErrorBoundary>
    </StrictMode>,
  );
  await ready;
}

/** Own faces that were kept in this browser, else the experiment of the address with what it has. */
async function begin(opened: OpenedUrl): Promise<void> {
  const { openKept, start } = useSession.getState();
  const kept = opened.onOwnFiles === null ? null : lastKept();
  // Before other faces take their place.
  const ownBefore = ownFacesBefore();
  if (kept !== null && opened.onOwnFiles !== null) {
    useSession.setState({ config: opened.onOwnFiles });
    tell({ ...opened, filesMissing: false });
    const became = await openKept(kept, 'last-visit');
    if (became === 'opened') return;
    useSession.setState({ config: opened.config });
    tell({ problems: [], filesMissing: true, ownBefore, kept: became });
  } else {
    useSession.setState({ config: opened.config });
    tell({ ...opened, ownBefore });
  }
  await start();
}

type Problems = Parameters<Awaited<typeof shell>['tellProblems']>[0];

function tell(problems: Problems): void {
  void shell.then(({ tellProblems }) => tellProblems(problems));
}

await open();
