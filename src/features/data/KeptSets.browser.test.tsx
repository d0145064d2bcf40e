/** Keeping faces where the browser refuses its storage, or has little of it: told, and nothing is lost. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { FaceLoader } from '../../bridge/faceLoader';
import { toFailure } from '../../bridge/failure';
import type { KeptSets as Kept, KeptSetInfo } from '../../bridge/protocol';
import { useSession } from '../../state/session';
import type { Outcome } from '../../state/session.types';
import { DEFAULT_EXPERIMENT } from '../../training/defaults';
import { mount } from '../../ui/mount.testing';
import { DataSettings } from './DataSettings';
import { KeptSets } from './KeptSets';

const READY = Promise.resolve();
const config = { kind: 'files', cropSize: 32, minImagesPerIdentity: 2 } as const;
const FILES = ['Ann', 'Bob'].flatMap((name) =>
  [1, 2].map((image) => {
    const path = `faces/${name}/${image}.pgm`;
    return { path, file: new File(['P5 8 8 255\n', new Uint8Array(64).fill(image)], path) };
  }),
);

async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'done', value: await work };
  } catch (error) {
    return { kind: 'failed', failure: toFailure(error) };
  }
}

let loader: FaceLoader;
const getDirectory = vi.spyOn(navigator.storage, 'getDirectory');
const estimate = vi.spyOn(navigator.storage, 'estimate');

beforeEach(async () => {
  getDirectory.mockReset();
  estimate.mockReset();
  loader = new FaceLoader(() => undefined);
  const request = { kind: 'load-files', files: FILES, label: 'faces', config, anySize: true };
  const data = await loader.loadFiles({ ...request, kind: 'load-files' }, READY);
  useSession.setState({
    ...useSession.getInitialState(),
    config: { ...DEFAULT_EXPERIMENT, data: config },
    data,
    keptSets: () => outcomeOf(loader.store.list()),
    keepSet: (name) => outcomeOf(loader.keep(name)),
  });
});

const keep = () => userEvent.click(page.getByRole('button', { name: 'Keep these faces' }));
const open = () => userEvent.click(page.getByText('Kept in this browser'));

it('refused storage is a sentence, and the faces stay in use', async () => {
  const refusal = new DOMException('Access to the file system is denied.', 'SecurityError');
  getDirectory.mockRejectedValue(refusal);
  estimate.mockResolvedValue({ usage: 0, quota: 2 ** 33 });
  mount(<KeptSets />);
  await open();
  // Nothing is said before somebody wants to keep something.
  await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  const { faces } = loader;
  await keep();
  await expect
    .element(page.getByRole('alert'))
    .toHaveTextContent(
      'The faces could not be kept in this browser: Access to the file system is denied. They take 1 MB. ' +
        'They stay loaded until the page is closed.',
    );
  expect(loader.faces).toBe(faces);
  const edited = await loader.edit([{ kind: 'rename', identity: 'Ann', to: 'Zoë' }], READY);
  expect(edited.identities.map(({ name }) => name)).toEqual(['Bob', 'Zoë']);
});

it('a quota that is too small says how small, and nothing is written', async () => {
  getDirectory.mockRejectedValue(new Error('nobody asks'));
  estimate.mockResolvedValue({ usage: 5 * 2 ** 20, quota: 5 * 2 ** 20 + 1000 });
  mount(<KeptSets />);
  await open();
  getDirectory.mockClear();
  await keep();
  await expect
    .element(page.getByRole('alert'))
    .toHaveTextContent('it allows 5 MB, of which 5 MB are in use. They take 1 MB.');
  expect(getDirectory).not.toHaveBeenCalled();
});

it.each<[string, Pick<Kept, 'usage' | 'quota'>, string]>([
  [
    'told',
    { usage: 1_500_000, quota: 2_000_000_000 },
    '1.5 MB of 2.0 GB that this browser allows are in use. They stay on this computer and are read by this page alone.',
  ],
  [
    'not told where it is not known',
    { usage: null, quota: null },
    'They stay on this computer and are read by this page alone.',
  ],
])('the room is %s', async (_, room, text) => {
  useSession.setState({
    keptSets: () => Promise.resolve({ kind: 'done', value: { sets: [], unreadable: [], ...room } }),
  });
  mount(<KeptSets />);
  await open();
  await expect.element(page.getByText(text, { exact: true })).toBeVisible();
});

describe('a list of kept sets', () => {
  const noon = new Date(2026, 10, 29, 12, 5).getTime();
  const kept = (id: string, savedAt: number) => ({
    id,
    name: 'faces',
    label: 'faces',
    images: 119,
    identities: 12,
    cropSize: 64,
    bytes: 1_500_000,
    savedAt,
  });

  function list(...sets: Kept['sets']): void {
    const value = { sets, unreadable: [], usage: null, quota: null };
    useSession.setState({ keptSets: () => Promise.resolve({ kind: 'done', value }) });
    mount(<KeptSets />);
  }

  it('tells sets of one name apart by when they were kept', async () => {
    list(kept('b', noon), kept('a', noon - 5_000));
    await open();
    const opens = page.getByRole('button', { name: 'Open faces' });
    await expect.element(opens.first()).toHaveAccessibleDescription(/kept 29 Nov 2026, 12:05:00$/);
    await expect.element(opens.last()).toHaveAccessibleDescription(/kept 29 Nov 2026, 12:04:55$/);
    await expect.element(page.getByText('119 crops of 12 people').first()).toBeVisible();
  });

  it('is read again where faces were kept from another place', async () => {
    const sets = [kept('a', noon)];
    useSession.setState({
      keptSets: () =>
        Promise.resolve({
          kind: 'done',
          value: { sets: [...sets], unreadable: [], usage: null, quota: null },
        }),
    });
    mount(<KeptSets />);
    await open();
    const opens = page.getByRole('button', { name: 'Open faces' });
    await expect.element(opens).toBeVisible();
    sets.unshift(kept('b', noon + 5_000));
    useSession.setState(({ keptChanges }) => ({ keptChanges: keptChanges + 1 }));
    await expect.element(opens).toHaveLength(2);
  });

  it('is read again where opening failed: the set may be gone', async () => {
    const sets = [kept('a', noon)];
    useSession.setState({
      keptSets: () =>
        Promise.resolve({
          kind: 'done',
          value: { sets: [...sets], unreadable: [], usage: null, quota: null },
        }),
      openKept: () => {
        sets.pop();
        return Promise.resolve('gone');
      },
    });
    mount(<KeptSets />);
    await open();
    await userEvent.click(page.getByRole('button', { name: 'Open faces' }));
    await expect.element(page.getByRole('button', { name: 'Open faces' })).not.toBeInTheDocument();
  });
});

describe('sets that another version of the page wrote', () => {
  const others: Kept['unreadable'] = [
    {
      id: 'x',
      name: 'My <b>faces</b>',
      savedAt: new Date(2026, 10, 29, 12, 5).getTime(),
      bytes: 163_000_000,
      because: 'version',
    },
    { id: 'y', name: null, savedAt: null, bytes: 2_000_000, because: 'contents' },
  ];

  /** No faces of one's own are in use. */
  function mountWith(left: Kept['unreadable']) {
    let unreadable = left;
    const deleteKept = vi.fn(async (id: string): Promise<Outcome<null>> => {
      unreadable = unreadable.filter((set) => set.id !== id);
      return { kind: 'done', value: null };
    });
    useSession.setState({
      config: DEFAULT_EXPERIMENT,
      deleteKept,
      keptSets: async () => ({
        kind: 'done',
        value: { sets: [], unreadable, usage: 165_000_000, quota: 2e9 },
      }),
    });
    mount(<KeptSets />);
    return deleteKept;
  }

  it('are listed where nothing else is, with why they cannot be opened', async () => {
    mountWith(others);
    await open();
    await expect
      .element(page.getByRole('button', { name: 'Delete My <b>faces</b>' }))
      .toHaveAccessibleDescription(
        '163 MB, kept 29 Nov 2026, 12:05:00. It was written by another version of this page and cannot be opened here.',
      );
    await expect
      .element(page.getByRole('button', { name: 'Delete a kept set' }))
      .toHaveAccessibleDescription(
        '2.0 MB. It was written by another version of this page, or is damaged, and cannot be opened here.',
      );
    await expect.element(page.getByText('A kept set', { exact: true })).toBeVisible();
    await expect.element(page.getByRole('button', { name: /^Open/ })).not.toBeInTheDocument();
  });

  it('go with a click', async () => {
    const deleteKept = mountWith(others);
    await open();
    await userEvent.click(page.getByRole('button', { name: 'Delete My <b>faces</b>' }));
    await expect.element(page.getByText('My <b>faces</b>')).not.toBeInTheDocument();
    expect(deleteKept.mock.calls).toEqual([['x']]);
    await expect.element(page.getByRole('list', { name: 'Kept in this browser' })).toHaveFocus();
    await userEvent.click(page.getByRole('button', { name: 'Delete a kept set' }));
    await expect.element(page.getByText('Kept in this browser')).not.toBeInTheDocument();
  });
});

it('an empty name shows the one that is used in its place', async () => {
  useSession.setState({
    keptSets: () =>
      Promise.resolve({
        kind: 'done',
        value: { sets: [], unreadable: [], usage: null, quota: null },
      }),
  });
  const keepSet = vi.fn(() => Promise.resolve({ kind: 'done', value: {} as KeptSetInfo } as const));
  useSession.setState({ keepSet });
  mount(<KeptSets />);
  await open();
  const name = page.getByRole('textbox', { name: 'Name of the kept faces' });
  await userEvent.clear(name);
  await expect.element(name).toHaveAttribute('placeholder', 'faces');
  await keep();
  expect(keepSet).toHaveBeenCalledWith('faces');
});

describe('how kept faces are read', () => {
  it('offers the minimum, and says why nothing else can be changed', async () => {
    const { data } = useSession.getState();
    useSession.setState({ data: { ...data!, kept: true } });
    mount(<DataSettings />);
    await userEvent.click(page.getByText('How files are read'));
    const size = page.getByRole('spinbutton', { name: 'Crop size' });
    await expect.element(size).toBeDisabled();
    await expect
      .element(size)
      .toHaveAccessibleDescription('Kept at 32×32; drop the folder again to cut it another way.');
    await expect.element(page.getByRole('spinbutton', { name: /^Minimum/ })).toBeEnabled();
    await expect.element(page.getByRole('button')).not.toBeInTheDocument();
    await expect.element(page.getByText(/another part of them cannot be chosen/)).toBeVisible();
  });

  it('leaves all of it to faces whose files are at hand', async () => {
    mount(<DataSettings />);
    await userEvent.click(page.getByText('How files are read'));
    await expect.element(page.getByRole('spinbutton', { name: 'Crop size' })).toBeEnabled();
    await expect.element(page.getByRole('button', { name: /^Choose a part/ })).toBeVisible();
  });
});
