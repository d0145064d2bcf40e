/** Other faces while corrections wait: asked about, whichever way they come, and nothing is lost unasked. */
import { beforeEach, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { DataSummary } from '../../bridge/protocol';
import type { Edit } from '../../data/inspect/edit';
import { DEFAULT_SYNTHETIC } from '../../data/synthetic/settings';
import { useSession } from '../../state/session';
import { DEFAULT_EXPERIMENT } from '../../training/defaults';
import { mount } from '../../ui/mount.testing';
import { useFolderInUse } from './folderHandles';
import { GeneratorForm } from './GeneratorForm';
import { useWaitingEdits } from './inspect/waitingEdits';
import { KeptRow } from './KeptRows';
import { LeaveCorrections } from './LeaveCorrections';
import { SourceButtons } from './SourceButtons';
import { takeFileList } from './takeFiles';

const CONFIG = { kind: 'files', cropSize: 32, minImagesPerIdentity: 2 } as const;
const DATA: DataSummary = {
  facesId: 'twenty 1',
  config: CONFIG,
  label: 'twenty',
  cropSize: 32,
  images: 0,
  identities: [],
  firstImage: new Uint32Array(0),
  rejected: [],
  droppedIdentities: 0,
  droppedImages: 0,
  loadMs: 1,
  edits: 0,
  splits: { own: false, list: false },
};
const exclude = (name: string): Edit => ({ kind: 'exclude', identities: [name] });
const KEPT = { id: 'x', name: 'mine', label: 'mine', savedAt: 1, images: 4, identities: 2 };

const load = vi.fn(() => Promise.resolve());
const openKept = vi.fn(() => Promise.resolve('opened' as const));
const configure = vi.fn(() => Promise.resolve());
const cancelLoad = vi.fn(() => Promise.resolve());
const lastly = { onChanged: () => undefined, onProblem: () => undefined };

function wait(of: string, done: readonly Edit[], sent: readonly Edit[] | null = null): void {
  useWaitingEdits.getState().keep({ of, base: [], history: { done, undone: [] }, sent });
}

beforeEach(() => {
  vi.clearAllMocks();
  useFolderInUse.setState({ folder: null, coming: null });
  useWaitingEdits.getState().forget();
  useSession.setState({
    ...useSession.getInitialState(),
    config: { ...DEFAULT_EXPERIMENT, data: CONFIG },
    data: DATA,
    load,
    openKept,
    configure,
    cancelLoad,
  });
  mount(
    <>
      <SourceButtons />
      <ul>
        <KeptRow set={{ ...KEPT, cropSize: 32, bytes: 9 }} {...lastly} />
      </ul>
      <LeaveCorrections />
    </>,
  );
});

const dialog = () => page.getByRole('dialog', { name: /^Discard/ });
const answer = (name: string) => userEvent.click(dialog().getByRole('button', { name }));
const choose = (name: string) => takeFileList([new File(['x'], name)]);

it('files are loaded at once where nothing waits, or what waits is of others', async () => {
  await choose('a.zip');
  expect(load).toHaveBeenCalledTimes(1);
  wait('others', [exclude('Ann')]);
  await choose('a.zip');
  // What is being applied is in force before they are read.
  wait(DATA.facesId, [exclude('Ann')], [exclude('Ann')]);
  await choose('a.zip');
  expect(load).toHaveBeenCalledTimes(3);
});

it('files that are given wait for the answer; kept, the corrections stay', async () => {
  wait(DATA.facesId, [exclude('Ann'), exclude('Bob')]);
  const given = choose('b.zip');
  await expect
    .element(dialog())
    .toHaveTextContent(
      '2 corrections to twenty are not applied, and are lost once b.zip is loaded.',
    );
  expect(load).not.toHaveBeenCalled();
  await answer('Keep the faces as they are');
  await given;
  expect(load).not.toHaveBeenCalled();
  expect(useWaitingEdits.getState().waiting?.history.done).toHaveLength(2);

  const again = choose('b.zip');
  await answer('Discard and load');
  await again;
  expect(load).toHaveBeenCalledTimes(1);
  await expect.element(dialog()).not.toBeInTheDocument();
});

it('what is given last is asked about, and what was before is not loaded', async () => {
  wait(DATA.facesId, [exclude('Ann')]);
  const first = choose('first.zip');
  await expect.element(dialog()).toHaveTextContent('1 correction to twenty is not applied');
  const second = choose('second.zip');
  await first;
  await expect.element(dialog()).toHaveTextContent('second.zip is loaded');
  await answer('Discard and load');
  await second;
  expect(load.mock.calls).toMatchObject([[[{ path: 'second.zip' }], expect.anything()]]);
});

it('a kept set and generated faces ask, too', async () => {
  wait(DATA.facesId, [exclude('Ann')]);
  await userEvent.click(page.getByRole('button', { name: 'Open mine' }));
  await expect.element(dialog()).toHaveTextContent('mine is loaded');
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog()).not.toBeInTheDocument();
  await userEvent.click(page.getByRole('button', { name: 'Use generated faces' }));
  await answer('Keep the faces as they are');
  expect([openKept, configure].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  await userEvent.click(page.getByRole('button', { name: 'Open mine' }));
  await answer('Discard and load');
  await expect.poll(() => openKept.mock.calls).toEqual([['x']]);
});

it('faces that stay stay from what is being loaded as well; what the person agrees to goes on', async () => {
  wait(DATA.facesId, [exclude('Ann')]);
  const first = choose('first.zip');
  await answer('Discard and load');
  await first;
  expect(cancelLoad).not.toHaveBeenCalled();
  useSession.setState({ busy: 'loading' });
  const second = choose('second.zip');
  const third = choose('third.zip');
  await second;
  expect(cancelLoad).not.toHaveBeenCalled();
  await answer('Keep the faces as they are');
  await third;
  expect(cancelLoad).toHaveBeenCalledTimes(1);
  expect(load).toHaveBeenCalledTimes(1);
});

it('is no question any more once other faces are in use', async () => {
  wait(DATA.facesId, [exclude('Ann')]);
  const given = choose('b.zip');
  await expect.element(dialog()).toBeVisible();
  useSession.setState({ data: { ...DATA, facesId: 'others 1' } });
  await given;
  expect(load).toHaveBeenCalledTimes(1);
  await expect.element(dialog()).not.toBeInTheDocument();
});

it('other generated faces ask, too', async () => {
  wait(DATA.facesId, [exclude('Ann')]);
  // Never drawn: this is not about the look.
  useSession.setState({ previewSynthetic: () => new Promise(() => undefined) });
  mount(<GeneratorForm settings={DEFAULT_SYNTHETIC} />);
  await userEvent.fill(page.getByRole('spinbutton', { name: 'Seed of the faces' }), '9');
  await userEvent.click(page.getByRole('button', { name: 'Apply' }));
  await answer('Keep the faces as they are');
  expect(configure).not.toHaveBeenCalled();
  await userEvent.click(page.getByRole('button', { name: 'Apply' }));
  await answer('Discard and load');
  await expect
    .poll(() => configure.mock.calls)
    .toMatchObject([[{ data: { settings: { seed: 9 } } }]]);
});
