/** When drawing the page itself fails: says so, keeps the details at hand, and offers two ways back. */
import { Component, type ErrorInfo, type ReactNode } from 'react';
import styles from './App.module.css';

interface Props {
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | null;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <main className={styles.failed} role="alert">
        <h1>The page could not be drawn</h1>
        <p>
          Something went wrong in the playground itself. Your files are untouched. Reload to go on
          with the same settings; if that fails too, start afresh with the built-in experiment.
        </p>
        <pre>{error.message}</pre>
        <div className={styles.ways}>
          <button type="button" onClick={() => location.reload()}>
            Reload
          </button>
          <button type="button" onClick={() => location.assign(location.pathname)}>
            Start afresh
          </button>
        </div>
      </main>
    );
  }
}
