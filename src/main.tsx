/** The page's first lines: theme, address, store, React. Everything heavy is in the worker. */
import './app/theme.css';
import './app/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { installConsole } from './app/console';
import { ErrorBoundary } from './app/ErrorBoundary';
import { tellProblems } from './app/useUrl';
import { lastKept } from './state/lastKept';
import { useSession } from './state/session';
import { followTheme } from './state/theme';
import { openUrl } from './state/url';

async function open(): Promise<void> {
  followTheme();
  installConsole();
  const opened = await openUrl(location);
  useSession.setState({ config: opened.config });
  // Own faces that were kept in this browser are not missing.
  const kept = opened.filesMissing ? lastKept() : null;
  tellProblems({ ...opened, filesMissing: opened.filesMissing && kept === null });
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no element #root');
  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary>
        <App />
      </ErrorBoundary>
    </StrictMode>,
  );
  const { openKept, start } = useSession.getState();
  if (kept !== null && (await openKept(kept))) return;
  if (kept !== null) tellProblems({ problems: [], filesMissing: true });
  await start();
}

await open();
