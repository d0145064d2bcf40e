/**
 * That this tab had a person's own faces before it was reloaded: they are gone, and nobody but that person
 * brought them. Only what they were called is remembered, until the tab is closed.
 */
const KEY = 'adacos.own-faces';

/** @param label how the own faces in use are called; `null`: generated ones are used now */
export function markOwnFaces(label: string | null): void {
  try {
    if (label === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, label);
  } catch {
    // Storage is refused: a reload is then told as any other visit.
  }
}

/**
 * How the faces of before a reload were called; `null` on a first visit and on a link that was followed.
 * @param arrival how the page was come to
 */
export function ownFacesBefore(arrival = arrivalOf()): string | null {
  // Somebody else's link may be opened in the same tab.
  if (arrival !== 'reload') return null;
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function arrivalOf(): NavigationTimingType | null {
  const [entry] = performance.getEntriesByType('navigation');
  return entry instanceof PerformanceNavigationTiming ? entry.type : null;
}
