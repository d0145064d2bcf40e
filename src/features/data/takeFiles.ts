/**
 * From what the browser hands over to the session: the one place where files enter the page. Listing a
 * large folder takes a while; how far it is and how to stop it is in `useListing`.
 */
import { create } from 'zustand';
import { useSession } from '../../state/session';
import { formatCount } from '../../ui/format';
import { useFolderInUse } from './folderHandles';
import { mayLeave } from './LeaveCorrections';
import { type DropOptions, type Dropped, readDataTransfer, readFileList } from './readDrop';
import { droppedFolder, type Folder, readFolder } from './readFolder';

interface Listing {
  /** Files found so far; `null` while nothing is being listed. */
  readonly found: number | null;
  cancel(): void;
}

const nothing: Listing = { found: null, cancel: () => undefined };

export const useListing = create<Listing>()(() => nothing);

/** Dropped or pasted. Call it inside the event: afterwards the browser forgets what was dropped. */
export function takeTransfer(transfer: DataTransfer): Promise<void> {
  // The handle is for remembering the folder only, and is asked for now, for the same reason.
  const folder = droppedFolder(transfer.items);
  return take((options) => readDataTransfer(transfer, options), folder);
}

/** Chosen with a button. */
export function takeFileList(files: readonly File[]): Promise<void> {
  return take((options) => readFileList(files, options), null);
}

/** Chosen with a button, in a browser that gives handles; or remembered from another visit. */
export function takeFolder(folder: Folder): Promise<void> {
  return take((options) => readFolder(folder, options), Promise.resolve(folder));
}

async function take(
  read: (options: DropOptions) => Promise<Dropped>,
  folder: Promise<Folder | null> | null,
): Promise<void> {
  const { load, notify } = useSession.getState();
  // A new drop replaces one that is still being listed.
  useListing.getState().cancel();
  const stop = new AbortController();
  const mine: Listing = { found: 0, cancel: () => stop.abort() };
  useListing.setState(mine);
  try {
    const onProgress = (found: number): void => {
      if (!stop.signal.aborted) useListing.setState({ found });
    };
    const { files, label, unreadable } = await read({ onProgress, signal: stop.signal });
    if (unreadable.length > 0) {
      notify({
        key: 'load/unreadable',
        tone: 'warning',
        title: `The system did not hand out ${formatCount(unreadable.length)} of the files or folders.`,
        detail: `The first is ${unreadable[0]!.name}: ${unreadable[0]!.reason} The rest is loaded.`,
        action: null,
      });
    }
    done(mine);
    if (!(await mayLeave(label))) return;
    followFolder(folder);
    await load(files, label);
  } catch (error) {
    if (stop.signal.aborted) return;
    notify({
      key: 'load',
      tone: 'error',
      title: 'The browser could not hand over what was dropped.',
      detail: `${error instanceof Error ? error.message : String(error)} Try again, or use "Choose folder…".`,
      action: null,
    });
  } finally {
    done(mine);
  }
}

/** What the faces come from, as soon as the browser says; what was taken after it wins. */
function followFolder(coming: Promise<Folder | null> | null): void {
  useFolderInUse.setState({ folder: null, coming });
  void coming?.then((folder) => {
    if (useFolderInUse.getState().coming === coming) useFolderInUse.setState({ folder });
  });
}

/** Ends this listing, unless a newer one has taken its place. */
function done(mine: Listing): void {
  if (useListing.getState().cancel === mine.cancel) useListing.setState(nothing);
}
