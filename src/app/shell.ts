/** What the page loads while its faces are being read: everything a person sees, and the console. */
export { App } from './App';
export { installConsole } from './console';
export { ErrorBoundary } from './ErrorBoundary';
export { tellProblems } from './useUrl';
