/** The check for leaks against a session whose worker is made up: what it asks, says and changes. */
import { useState } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { DataSummary, KeptSets, LeakReport, Request } from '../../bridge/protocol';
import type { Edit } from '../../data/inspect/edit';
import type { LeakSet } from '../../data/leakReport';
import type { FaceSet } from '../../data/types';
import { useSession } from '../../state/session';
import type { Outcome } from '../../state/session.types';
import { DEFAULT_EXPERIMENT } from '../../training/defaults';
import { mount } from '../../ui/mount.testing';
import { LeakDialog } from './LeakDialog';
import { WindowDrop } from './WindowDrop';

const FACES: FaceSet = {
  origin: { kind: 'files', label: 'mine' },
  cropSize: 1,
  pixels: new Uint8Array(0),
  labels: Int32Array.of(0, 1, 2, 3),
  names: ['1', '2', '3', '4'],
  identities: ['Ann', 'Bob', 'Cy', 'Di'].map((name) => ({ name, count: 1 })),
  rejected: [],
};

const BEFORE: readonly Edit[] = [{ kind: 'exclude', identities: ['Di'] }];

const SHARED: LeakSet = {
  name: 'pairs.txt',
  about: '4 pairs',
  evaluation: 5,
  examples: ['ann', 'Ed_Gray', 'Flo'],
  people: [{ name: 'ann', trained: ['Ann'] }],
  numbered: 0,
  pairs: { all: 4, left: 2 },
};
const NONE: LeakSet = { ...SHARED, name: 'test.txt', about: '3 people', people: [], pairs: null };

const report = (...sets: LeakSet[]): LeakReport => ({
  training: 3,
  examples: ['Ann', 'Bob', 'Cy'],
  sets,
});

const checks = vi.fn<(against: unknown) => Promise<Outcome<LeakReport | null>>>();
const cancels = vi.fn();
const editFaces = vi.fn(
  // What it answers with is not looked at.
  (_: readonly Edit[]) => Promise.resolve({ kind: 'done', value: {} as DataSummary } as const),
);
const load = vi.fn(() => Promise.resolve());

function answer(request: Request): Promise<Outcome<unknown>> {
  if (request.kind === 'check-leak') return checks(request.against);
  if (request.kind === 'inspect') {
    const value = { label: 'mine', faces: FACES, edits: BEFORE };
    return Promise.resolve({ kind: 'done', value });
  }
  if (request.kind === 'cancel-leak') cancels();
  return Promise.resolve({ kind: 'done', value: null });
}

const kept: KeptSets = {
  sets: [
    {
      id: 'k',
      name: 'Kept ones',
      label: '',
      images: 4,
      identities: 2,
      cropSize: 32,
      bytes: 9,
      savedAt: 0,
    },
  ],
  unreadable: [],
  usage: null,
  quota: null,
};

beforeEach(() => {
  for (const watched of [checks, cancels, editFaces, load]) watched.mockClear();
  checks.mockResolvedValue({ kind: 'done', value: null });
  useSession.setState({
    ...useSession.getInitialState(),
    config: DEFAULT_EXPERIMENT,
    // One function for every question; the answers are as the protocol has them.
    ask: answer as ReturnType<typeof useSession.getState>['ask'],
    editFaces,
    load,
    keptSets: () => Promise.resolve({ kind: 'done', value: kept }),
  });
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const gives = (value: LeakReport) => checks.mockResolvedValue({ kind: 'done', value });

describe('LeakDialog', () => {
  it('begins with the lists that came with the faces, or says that there are none', async () => {
    mount(<LeakDialog onClose={vi.fn()} />);
    await expect.element(page.getByText(/came with no lists to evaluate with/)).toBeVisible();
    expect(checks.mock.calls).toEqual([[{ kind: 'own-lists' }]]);
  });

  it('counts, lists and says what is left of the pairs', async () => {
    gives(report(SHARED));
    mount(<LeakDialog onClose={vi.fn()} />);
    const counts = '3 training identities · 5 in pairs.txt · 1 shared by name';
    await expect.element(page.getByText(counts)).toBeVisible();
    await expect.element(page.getByText('2 of its 4 pairs show nobody who trains.')).toBeVisible();
    await expect.element(page.getByRole('cell', { name: 'Ann', exact: true })).toBeVisible();
    await expect.element(page.getByRole('cell', { name: 'ann', exact: true })).toBeVisible();
  });

  it('shows names that were read, so that a misreading is seen, whatever it found', async () => {
    gives(report(SHARED));
    mount(<LeakDialog onClose={vi.fn()} />);
    const read = page.getByText('Read: 4 pairs, names such as ann, Ed_Gray, Flo.');
    await expect.element(read).toBeVisible();
    gives(report({ ...NONE, evaluation: 2, examples: ['name,n', 'Ann,3'] }));
    await userEvent.click(button('Check this set'));
    await expect.element(page.getByText('the names name,n, Ann,3.')).toBeVisible();
    await expect
      .element(page.getByText(/Those that train have the names Ann, Bob, Cy: if the two/))
      .toBeVisible();
  });

  it('tells one list from another', async () => {
    gives(report(SHARED, NONE));
    mount(<LeakDialog onClose={vi.fn()} />);
    await userEvent.click(page.getByRole('radio', { name: /test\.txt/ }));
    await expect.element(page.getByText(/None of its identities trains, by name/)).toBeVisible();
    await expect.element(button('Exclude these from training')).not.toBeInTheDocument();
  });

  it('lets a long name go on after an underscore, and names it as it is', async () => {
    gives(report({ ...SHARED, people: [{ name: 'Ann_van_Dyk', trained: ['Ann van Dyk'] }] }));
    mount(<LeakDialog onClose={vi.fn()} />);
    const cell = page.getByRole('cell', { name: 'Ann_van_Dyk', exact: true });
    await expect.element(cell).toBeVisible();
    expect(cell.element().querySelector('bdi')?.innerHTML).toBe('Ann_<wbr>van_<wbr>Dyk');
  });

  it('warns of names that are numbers', async () => {
    gives(report({ ...SHARED, people: [{ name: '7', trained: ['7'] }], numbered: 1 }));
    mount(<LeakDialog onClose={vi.fn()} />);
    await expect.element(page.getByText(/two sets may share it by chance/)).toBeVisible();
  });

  it('excludes nobody where too few would be left to train', async () => {
    const people = ['Ann', 'Bob'].map((name) => ({ name, trained: [name] }));
    gives(report({ ...SHARED, people }));
    mount(<LeakDialog onClose={vi.fn()} />);
    await expect
      .element(page.getByText(/one identity would train, and training needs/))
      .toBeVisible();
    await expect.element(button('Exclude these from training')).toBeDisabled();
  });

  it('excludes as the inspector does, checks again, and goes back', async () => {
    gives(report(SHARED));
    mount(<LeakDialog onClose={vi.fn()} />);
    await expect.element(button('Exclude these from training')).toBeEnabled();
    gives(report(NONE));
    await userEvent.click(button('Exclude these from training'));
    await expect.element(page.getByText(/1 identity was excluded from training/)).toBeVisible();
    await expect.element(page.getByText(/None of its identities trains/)).toBeVisible();
    expect(editFaces.mock.calls).toEqual([[[...BEFORE, { kind: 'exclude', identities: ['Ann'] }]]]);
    gives(report(SHARED));
    await userEvent.click(button('Undo'));
    await expect.element(button('Exclude these from training')).toBeEnabled();
    expect(editFaces.mock.calls[1]).toEqual([BEFORE]);
    await expect.element(button('Undo')).not.toBeInTheDocument();
  });

  it('says why it cannot exclude, and changes nothing', async () => {
    gives(report({ ...SHARED, people: [{ name: 'Ann', trained: ['Nobody'] }] }));
    mount(<LeakDialog onClose={vi.fn()} />);
    await userEvent.click(button('Exclude these from training'));
    await expect.element(page.getByRole('alert')).toHaveTextContent(/Nobody/);
    expect(editFaces).not.toHaveBeenCalled();
  });

  it('checks a kept set', async () => {
    mount(<LeakDialog onClose={vi.fn()} />);
    await userEvent.click(button('Check this set'));
    expect(checks.mock.lastCall).toEqual([{ kind: 'kept', id: 'k' }]);
  });

  it('takes what is dropped for this only', async () => {
    mount(
      <>
        <WindowDrop />
        <LeakDialog onClose={vi.fn()} />
      </>,
    );
    await expect.element(page.getByText(/came with no lists/)).toBeVisible();
    gives(report(SHARED));
    const transfer = new DataTransfer();
    transfer.items.add(new File(['1\nAnn\t1\n'], 'people.txt'));
    for (const type of ['dragenter', 'dragover', 'drop']) {
      const event = new DragEvent(type, {
        dataTransfer: transfer,
        bubbles: true,
        cancelable: true,
      });
      document.body.dispatchEvent(event);
      expect(event.defaultPrevented).toBe(true);
    }
    await expect.element(page.getByText(/1 shared by name/)).toBeVisible();
    expect(checks.mock.lastCall).toMatchObject([{ kind: 'files', label: 'people.txt' }]);
    expect(load).not.toHaveBeenCalled();
    await expect.element(page.getByText('Drop face crops here')).not.toBeInTheDocument();
  });

  it('can be called off, and is when the dialog goes', async () => {
    checks.mockReturnValue(new Promise(() => undefined));
    mount(<Leaving />);
    await userEvent.click(button('Cancel'));
    await expect.element(page.getByText(/Choose an evaluation set\./)).toBeVisible();
    expect(cancels).toHaveBeenCalledTimes(1);
    await userEvent.click(button('Close').last());
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
    expect(cancels).toHaveBeenCalledTimes(2);
  });
});

function Leaving() {
  const [open, setOpen] = useState(true);
  return open ? <LeakDialog onClose={() => setOpen(false)} /> : null;
}
