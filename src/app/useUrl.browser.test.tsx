/** The address follows the experiment, and the experiment follows the address. */
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { DataSummary } from '../bridge/protocol';
import { DEFAULT_SYNTHETIC } from '../data/synthetic/settings';
import { forgetFolder, keepFolder, keptFolders } from '../features/data/folderHandles';
import { useWaitingEdits } from '../features/data/inspect/waitingEdits';
import { LeaveCorrections } from '../features/data/LeaveCorrections';
import { rememberedAs } from '../features/data/openFolder';
import { useSession } from '../state/session';
import { encodeExperiment } from '../state/url';
import type { ExperimentConfig } from '../training/config';
import { DEFAULT_EXPERIMENT } from '../training/defaults';
import { mount } from '../ui/mount.testing';
import { queryFor, tellProblems, useUrl } from './useUrl';

function Page() {
  useUrl();
  return null;
}

const configure = vi.fn((_: Partial<ExperimentConfig>) => Promise.resolve());
const address = `${location.pathname}${location.search}`;

beforeEach(() => {
  configure.mockClear();
  history.replaceState(null, '', address);
  useSession.setState({ ...useSession.getInitialState(), configure });
});

afterEach(() => history.replaceState(null, '', address));

describe('useUrl', () => {
  it('writes a change into the hash without a new history entry, and leaves the query alone', async () => {
    const entries = history.length;
    mount(<Page />);
    const config = { ...DEFAULT_EXPERIMENT, seed: 1234 };
    useSession.setState({ config });
    const hash = await encodeExperiment(config);
    await expect.poll(() => location.hash).toBe(hash);
    expect(location.search).toBe(new URL(address, location.href).search);
    expect(history.length).toBe(entries);
    useSession.setState({ config: DEFAULT_EXPERIMENT });
    await expect.poll(() => location.hash).toBe('');
  });

  it('drops an engine from the query that is no longer the one chosen', () => {
    const config = { ...DEFAULT_EXPERIMENT, engine: 'tfjs-webgl' } as const;
    expect(queryFor(config, '?engine=tfjs-wasm')).toBe('');
    expect(queryFor(config, '?engine=tfjs-wasm&x=1')).toBe('?x=1');
    expect(queryFor(config, '?engine=tfjs-webgl')).toBe('?engine=tfjs-webgl');
    expect(queryFor(config, '')).toBe('');
  });

  it('opens a hash that somebody pastes', async () => {
    mount(<Page />);
    const config = { ...DEFAULT_EXPERIMENT, batchSize: 8 };
    const hash = await encodeExperiment(config);
    await expect
      .poll(() => {
        location.hash = hash;
        return configure.mock.calls.length;
      })
      .toBeGreaterThan(0);
    expect(configure).toHaveBeenCalledWith(config);
  });

  it('asks before the set of a link takes the place of faces with corrections that wait', async () => {
    const data = { facesId: 'mine 1', label: 'mine' } as DataSummary;
    const config = { ...DEFAULT_EXPERIMENT, seed: 78 };
    useSession.setState({ config, data });
    const done = [{ kind: 'exclude', identities: ['Ann'] }] as const;
    const history = { done, undone: [] };
    useWaitingEdits.getState().keep({ of: data.facesId, base: [], history, sent: null });
    onTestFinished(() => useWaitingEdits.getState().forget());
    mount(
      <>
        <Page />
        <LeaveCorrections />
      </>,
    );
    const own = await encodeExperiment(config);
    await expect.poll(() => location.hash).toBe(own);
    const question = page.getByRole('dialog', { name: 'Discard 1 correction?' });

    // On the same faces nothing is lost.
    const same = { ...config, batchSize: 8 };
    location.hash = await encodeExperiment(same);
    await expect.poll(() => configure.mock.calls).toEqual([[same]]);
    expect(question.query()).toBe(null);

    const settings = { ...DEFAULT_SYNTHETIC, seed: 9 };
    const other = { ...config, data: { kind: 'synthetic', settings } } as const;
    location.hash = await encodeExperiment(other);
    await userEvent.click(question.getByRole('button', { name: 'Keep the faces as they are' }));
    await expect.poll(() => location.hash).toBe(own);
    expect(configure).toHaveBeenCalledTimes(1);

    location.hash = await encodeExperiment(other);
    await userEvent.click(question.getByRole('button', { name: 'Discard and load' }));
    await expect.poll(() => configure.mock.lastCall).toEqual([other]);
  });

  it('says so where the hash cannot be read, and keeps the experiment and its address', async () => {
    const config = { ...DEFAULT_EXPERIMENT, seed: 77 };
    useSession.setState({ config });
    mount(<Page />);
    const own = await encodeExperiment(config);
    await expect.poll(() => location.hash).toBe(own);
    await expect
      .poll(() => {
        location.hash = '#v9.AAAA';
        return useSession.getState().notices.map(({ tone, key }) => `${tone} ${key}`);
      })
      .toContain('warning url/version');
    expect(configure).not.toHaveBeenCalled();
    expect(useSession.getState().notices[0]?.detail).toContain('stays as it was');
    await expect.poll(() => location.hash).toBe(own);
  });
});

it('own faces that a reload lost are not somebody’s, and a link’s are', async () => {
  const titles = () => useSession.getState().notices.map(({ title }) => title);
  tellProblems({ problems: [], filesMissing: true, ownBefore: 'lfw.tar' });
  await expect
    .poll(titles)
    .toEqual(['Your faces (lfw.tar) were not kept, so generated ones stand in.']);
  expect(useSession.getState().notices[0]?.action).toBe(null);
  tellProblems({ problems: [], filesMissing: true, ownBefore: null });
  expect(titles()).toEqual(['This experiment was made with somebody’s own face crops.']);
});

it('kept faces that were not opened are not said to be lost', async () => {
  const lost = { problems: [], filesMissing: true, ownBefore: 'lfw.tar' };
  tellProblems({ ...lost, kept: 'failed' });
  expect(useSession.getState().notices).toEqual([]);
  tellProblems({ ...lost, kept: 'cancelled' });
  expect(useSession.getState().notices.map(({ title }) => title)).toEqual([
    'Your kept faces were not opened, so generated ones stand in.',
  ]);
  tellProblems({ ...lost, kept: 'gone' });
  await expect
    .poll(() => useSession.getState().notices.map(({ title }) => title))
    .toEqual(['Your faces (lfw.tar) were not kept, so generated ones stand in.']);
});

it('own faces whose folder is remembered are a click away', async () => {
  const load = vi.fn(() => Promise.resolve());
  useSession.setState({ load });
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('my people', { create: true });
  await folder.getFileHandle('1.png', { create: true });
  await keepFolder(folder);
  tellProblems({ problems: [], filesMissing: true, ownBefore: 'my people + me' });
  const notices = () => useSession.getState().notices;
  await expect.poll(notices).toMatchObject([
    {
      title: 'Your faces (my people + me) were not kept, so generated ones stand in.',
      detail: expect.stringMatching(/^Their folder is remembered/),
      action: { label: 'Open my people' },
    },
  ]);
  notices()[0]?.action?.run();
  await expect
    .poll(() => load.mock.calls)
    .toMatchObject([[[{ path: 'my people/1.png' }], 'my people']]);

  // Which of two of that name it was, nobody knows.
  const elsewhere = await root.getDirectoryHandle('elsewhere', { create: true });
  const namesake = await elsewhere.getDirectoryHandle('my people', { create: true });
  await keepFolder(namesake);
  expect(await rememberedAs('my people')).toBe(null);
  expect(await rememberedAs('my people + me')).toBe(null);
  await root.removeEntry('elsewhere', { recursive: true });

  await root.removeEntry('my people', { recursive: true });
  notices()[0]?.action?.run();
  await expect
    .poll(() => notices().at(-1))
    .toMatchObject({
      title: 'The folder my people was not opened.',
      detail: expect.stringMatching(/^The folder my people is not where it was/),
    });
  for (const { id } of await keptFolders()) await forgetFolder(id);
});
