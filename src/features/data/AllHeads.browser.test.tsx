/** A large file of which a part was looked at: the dialog offers to look at all of it, and says what it takes. */
import { afterAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { DataSummary, OpenedFiles } from '../../bridge/protocol';
import { useSession } from '../../state/session';
import { mount } from '../../ui/mount.testing';
import { FilesButton, PartChoice } from './FilesDialog';
import { useWaitingEdits } from './inspect/waitingEdits';
import { LeaveCorrections } from './LeaveCorrections';

const OPENED: OpenedFiles = {
  label: 'train.rec',
  layout: 'labels of its own',
  images: 500_000,
  identities: 9000,
  histogram: { identitiesWithAtLeast: [] },
  splits: [],
  notes: ['train.rec has 18.0 GB: 500,000 records, spread evenly, were looked at.'],
  allHeadsBytes: 18e9,
  rejected: 0,
  pattern: null,
  listed: 0,
};

const readAllHeads = vi.fn(async () => undefined);
const cancelLoad = vi.fn(async () => undefined);

beforeEach(() => {
  readAllHeads.mockClear();
  cancelLoad.mockClear();
  useSession.setState({
    ...useSession.getInitialState(),
    readAllHeads,
    cancelLoad,
    openedFiles: async () => ({ kind: 'done', value: OPENED }),
    // Never counted: this is not about the part.
    previewFiles: () => new Promise(() => undefined),
  });
});

afterAll(() => useSession.setState(useSession.getInitialState()));

const button = () => page.getByRole('button', { name: 'Read all heads (about 18.0 GB)…' });

test('for files that were dropped, which are not forgotten for it', async () => {
  useSession.setState({ partChoice: OPENED });
  mount(<PartChoice />);
  await expect
    .element(button())
    .toHaveAccessibleDescription(
      'This takes as long as the disk needs for so much, and can be cancelled. The faces in use stay until you have chosen a part.',
    );
  await userEvent.click(button());
  expect(readAllHeads).toHaveBeenCalledTimes(1);
  expect(cancelLoad).not.toHaveBeenCalled();
});

test('for those in use, whose corrections would not go with it', async () => {
  const config = { kind: 'files', cropSize: 32, minImagesPerIdentity: 2 } as const;
  mount(<FilesButton config={config} text="Choose…" className={undefined} edits={2} />);
  await userEvent.click(page.getByRole('button', { name: 'Choose…' }));
  await expect
    .element(button())
    .toHaveAccessibleDescription(/a part; your 2 corrections are not made to it\.$/);
  await userEvent.click(button());
  expect(readAllHeads).toHaveBeenCalledTimes(1);
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
});

test('for those in use, not before the person has said that corrections that wait may go', async () => {
  const data = { facesId: 'rec 1', label: 'train.rec' } as DataSummary;
  useSession.setState({ data });
  const done = [{ kind: 'exclude', identities: ['Ann'] }] as const;
  const history = { done, undone: [] };
  useWaitingEdits.getState().keep({ of: data.facesId, base: [], history, sent: null });
  onTestFinished(() => useWaitingEdits.getState().forget());
  const config = { kind: 'files', cropSize: 32, minImagesPerIdentity: 2 } as const;
  mount(
    <>
      <FilesButton config={config} text="Choose…" className={undefined} edits={0} />
      <LeaveCorrections />
    </>,
  );
  const question = page.getByRole('dialog', { name: 'Discard 1 correction?' });
  await userEvent.click(page.getByRole('button', { name: 'Choose…' }));
  await userEvent.click(button());
  await userEvent.click(question.getByRole('button', { name: 'Keep the faces as they are' }));
  await expect.element(question).not.toBeInTheDocument();
  expect(readAllHeads).not.toHaveBeenCalled();
  await userEvent.click(button());
  await userEvent.click(question.getByRole('button', { name: 'Discard and load' }));
  await expect.poll(() => readAllHeads.mock.calls.length).toBe(1);
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
});

test('not where all of it was looked at', async () => {
  const { allHeadsBytes: _, ...whole } = OPENED;
  useSession.setState({ partChoice: whole });
  mount(<PartChoice />);
  await expect.element(page.getByRole('button', { name: 'Load these' })).toBeVisible();
  await expect.element(page.getByRole('button', { name: /^Read all/ })).not.toBeInTheDocument();
});
