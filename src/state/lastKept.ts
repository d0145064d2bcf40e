/**
 * Which kept faces were used last, so that a reload finds them again. Only the id is remembered here; a
 * browser that refuses even that forgets it with the page.
 */
const KEY = 'adacos.last-kept';

/** @param id `null`: other faces are used now */
export function rememberKept(id: string | null): void {
  try {
    if (id === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, id);
  } catch {
    // Storage is refused: the page works without.
  }
}

/** What is deleted is not looked for at the next visit. */
export function forgetKept(id: string): void {
  if (lastKept() === id) rememberKept(null);
}

export function lastKept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
