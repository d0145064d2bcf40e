/** Opens folders on the person's disk that are remembered: again with a click, where the browser still may. */
import { useSession } from '../../state/session';
import type { Notice } from '../../state/session.types';
import { keptFolders } from './folderHandles';
import { type Folder, mayRead } from './readFolder';
import { takeFolder } from './takeFiles';

/**
 * Call it inside a click: the browser may have to ask the person.
 * @returns why it is not being read, in sentences; `null` where it is
 */
export async function openFolder(folder: Folder): Promise<string | null> {
  try {
    if (!(await mayRead(folder))) {
      return `The browser was not allowed to read ${folder.name}. Nothing has changed; open it again to be asked again.`;
    }
    // Its first entry tells whether it is there.
    await folder.keys().next();
    void takeFolder(folder);
    return null;
  } catch (error) {
    return goneText(folder.name, error);
  }
}

/**
 * What opens the folder that faces of this label came from.
 * @returns `null` where no such folder is remembered, or several are, or this browser remembers none
 */
export async function rememberedAs(label: string): Promise<Notice['action']> {
  const kept = await keptFolders().catch(() => []);
  const [found, ...others] = kept.filter(
    ({ folder: { name } }) => label === name || label.startsWith(`${name} + `),
  );
  // Of several that are called the same nobody knows which it was.
  if (found === undefined || others.length > 0) return null;
  const { folder } = found;
  const open = async (): Promise<void> => {
    const problem = await openFolder(folder);
    if (problem === null) return;
    useSession.getState().notify({
      key: 'load',
      tone: 'error',
      title: `The folder ${folder.name} was not opened.`,
      detail: problem,
      action: null,
    });
  };
  return { label: `Open ${folder.name}`, run: () => void open() };
}

function goneText(name: string, error: unknown): string {
  return error instanceof DOMException && error.name === 'NotFoundError'
    ? `The folder ${name} is not where it was. Nothing has changed; choose it again where it is now, or forget it.`
    : `The folder ${name} could not be read: ${textOf(error)} Nothing has changed.`;
}

/** A sentence. */
export function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
