/** The data panel and the window's drop target against a session whose commands are watched. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { DataSummary, InspectedFaces, Request } from '../../bridge/protocol';
import { DEFAULT_SYNTHETIC } from '../../data/synthetic/settings';
import { useSession } from '../../state/session';
import type { Outcome } from '../../state/session.types';
import { DEFAULT_EXPERIMENT } from '../../training/defaults';
import { mount } from '../../ui/mount.testing';
import { DataPanel } from './DataPanel';
import { useWaitingEdits } from './inspect/waitingEdits';
import { WindowDrop } from './WindowDrop';

const FILES: DataSummary = {
  facesId: 'files',
  config: { kind: 'files', cropSize: 32, minImagesPerIdentity: 2 },
  label: 'lfw.tar',
  cropSize: 32,
  images: 9,
  identities: [
    { name: 'Ann_Veneman', count: 4 },
    { name: 'Colin_Powell', count: 5 },
  ],
  firstImage: Uint32Array.of(0, 4),
  rejected: [
    { name: 'lfw/Ann_Veneman/notes.jpg', reason: 'It is text, not an image.' },
    { name: 'lfw/Ann_Veneman/empty.png', reason: 'It is an empty file.' },
  ],
  droppedIdentities: 3,
  droppedImages: 3,
  loadMs: 10,
  edits: 0,
  splits: { own: false, list: false },
};

/** How files were read that a choice is asked about: nothing of how those in use are. */
const TRIED = { kind: 'files', cropSize: 48, minImagesPerIdentity: 5, sample: 9 } as const;

/** No worker is behind these tests. */
const NO_ANSWER = {
  kind: 'failed',
  failure: { code: 'internal', message: 'no', remedy: 'none' },
} as const;

const configure = vi.fn(() => Promise.resolve());
const load = vi.fn(() => Promise.resolve());
const reloadFiles = vi.fn(() => Promise.resolve());
const cancelLoad = vi.fn(() => Promise.resolve());

beforeEach(() => {
  for (const command of [configure, load, reloadFiles, cancelLoad]) command.mockClear();
  useSession.setState({
    ...useSession.getInitialState(),
    config: DEFAULT_EXPERIMENT,
    configure,
    load,
    reloadFiles,
    cancelLoad,
    thumbnailsOf: () => Promise.resolve(null),
    keptSets: () => Promise.resolve(NO_ANSWER),
    previewSynthetic: () => Promise.resolve(NO_ANSWER),
  });
});

describe('DataPanel', () => {
  it('lists what could not be read and what was left out', async () => {
    useSession.setState({ data: FILES });
    mount(<DataPanel />);
    await expect.element(page.getByText('2 identities · 9 crops · 32×32')).toBeVisible();
    await expect.element(page.getByText(/3 identities \(3 images\) left out/)).toBeVisible();
    await userEvent.click(page.getByText('2 files could not be read'));
    await expect.element(page.getByText('It is text, not an image.')).toBeVisible();
  });

  it('tells what is of no use apart from what could not be read', async () => {
    const readme = { name: 'README', reason: 'It is text, not an image.', unused: true } as const;
    useSession.setState({ data: { ...FILES, rejected: [FILES.rejected[1]!, readme] } });
    mount(<DataPanel />);
    await expect.element(page.getByText('1 file could not be read')).toBeVisible();
    await userEvent.click(page.getByText('1 other file not used'));
    await expect.element(page.getByText('README')).toBeVisible();
    await expect.element(page.getByText('lfw/Ann_Veneman/empty.png')).not.toBeVisible();
  });

  it('says how people were told apart, and that the set has parts of its own', async () => {
    const splits = { own: true, list: false };
    useSession.setState({ data: { ...FILES, whoIsWho: 'flat names', splits } });
    mount(<DataPanel />);
    await expect.element(page.getByText('People told apart by file name')).toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'hold out as it says' }));
    expect(configure.mock.calls).toEqual([[{ split: 'own' }]]);
    useSession.setState({ config: { ...DEFAULT_EXPERIMENT, split: 'own' } });
    await expect.element(page.getByRole('button', { name: 'hold out' })).not.toBeInTheDocument();
  });

  it('puts merges of people under several names into the inspector', async () => {
    const alike = { alike: [['Ann_Veneman', 'ann veneman']] };
    const identities = [
      { name: 'Ann_Veneman', count: 2 },
      { name: 'ann veneman', count: 3 },
      { name: 'Cy', count: 2 },
    ];
    const inspected = {
      facesId: FILES.facesId,
      label: 'lfw.tar',
      edits: [],
      faces: {
        origin: { kind: 'files', label: 'lfw.tar' },
        cropSize: 2,
        pixels: new Uint8Array(0),
        labels: Int32Array.from([0, 0, 1, 1, 1, 2, 2]),
        names: ['1', '2', '3', '4', '5', '6', '7'],
        identities,
        rejected: [],
      },
    } satisfies InspectedFaces;
    useSession.setState({
      data: { ...FILES, ...alike, identities },
      // The inspector asks for crops, too, which are not what this is about.
      ask: (question: Request) =>
        Promise.resolve(
          (question.kind === 'inspect'
            ? { kind: 'done', value: inspected }
            : NO_ANSWER) as Outcome<never>,
        ),
    });
    mount(<DataPanel />);
    await expect
      .element(page.getByText('Ann_Veneman and ann veneman look like one person by their names.'))
      .toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'merge them in the inspector' }));
    await expect.element(page.getByText('2 of 2 identities train')).toBeVisible();
    await expect.element(page.getByLabelText('Images of ann veneman')).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Apply and restart' })).toBeEnabled();
    await userEvent.keyboard('{Escape}');
    await userEvent.click(page.getByRole('button', { name: 'merge them in the inspector' }));
    // Once is enough.
    await expect.element(page.getByText('2 of 2 identities train')).toBeVisible();
    expect(useWaitingEdits.getState().waiting?.history.done).toHaveLength(1);
    useWaitingEdits.getState().forget();
  });

  it('says what lists have to do with who is who', async () => {
    const note = 'val.csv names 10 of 30 pictures; who is who is told by folder.';
    useSession.setState({
      data: { ...FILES, whoIsWho: 'one folder per person', whoNotes: [note] },
    });
    mount(<DataPanel />);
    await expect.element(page.getByText(note)).toBeVisible();
  });

  it('applies the generator settings as one change', async () => {
    mount(<DataPanel />);
    await userEvent.click(page.getByText('Generated faces', { exact: true }));
    const apply = page.getByRole('button', { name: 'Apply' });
    await expect.element(apply).toBeDisabled();
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Identities' }), '10');
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Difficulty' }), '1');
    await userEvent.click(apply);
    const settings = { ...DEFAULT_SYNTHETIC, identities: 10, difficulty: 1 };
    expect(configure.mock.calls).toEqual([[{ data: { kind: 'synthetic', settings } }]]);
  });

  it('applies with Enter, and not while a value is wrong', async () => {
    mount(<DataPanel />);
    await userEvent.click(page.getByText('Generated faces', { exact: true }));
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Identities' }), '1');
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Difficulty' }), '1');
    await userEvent.keyboard('{Enter}');
    expect(configure).not.toHaveBeenCalled();
    await expect.element(page.getByText('Correct Identities first.')).toBeVisible();
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Identities' }), '11');
    await userEvent.keyboard('{Enter}');
    expect(configure).toHaveBeenCalledTimes(1);
  });

  it('refuses more pixels than a tab can hold', async () => {
    mount(<DataPanel />);
    await userEvent.click(page.getByText('Generated faces', { exact: true }));
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Identities' }), '10000');
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Images per identity' }), '1000');
    await userEvent.keyboard('{Tab}');
    await expect.element(page.getByRole('alert')).toHaveTextContent(/30\.7 GB of pixels/);
    await expect.element(page.getByRole('button', { name: 'Apply' })).toBeDisabled();
  });

  it('shows progress with its rate and cancels', async () => {
    useSession.setState({
      busy: 'loading',
      progress: {
        kind: 'progress',
        task: 'decode',
        done: 400,
        total: 1000,
        unit: 'images',
        rate: 200,
      },
    });
    mount(<DataPanel />);
    await expect
      .element(page.getByText('400 of 1,000 images · 200 a second · about 3 s left'))
      .toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'Cancel' }));
    expect(cancelLoad).toHaveBeenCalledTimes(1);
  });

  it('offers the minimums that leave somebody', async () => {
    useSession.setState({
      minimumChoice: {
        config: TRIED,
        histogram: { identitiesWithAtLeast: [12, 12, 5, 2, 1] },
        failure: {
          code: 'data/too-few-identities',
          message: 'Only one identity is left.',
          remedy: '',
        },
      },
    });
    mount(<DataPanel />);
    await expect.element(page.getByRole('dialog')).toHaveTextContent('Only one identity is left.');
    await expect.element(page.getByRole('radio', { name: '3 or more 2 people' })).toBeChecked();
    await userEvent.click(page.getByRole('radio', { name: /2 or more/ }));
    await userEvent.click(page.getByRole('button', { name: 'Load these' }));
    expect(reloadFiles.mock.calls).toEqual([[{ ...TRIED, minImagesPerIdentity: 2 }]]);
  });
});

describe('MinimumDialog', () => {
  it('lets a person say who is who where the files were taken for too few people', async () => {
    const opened = {
      label: 'deep',
      layout: 'flat names',
      images: 18,
      identities: 1,
      histogram: { identitiesWithAtLeast: [1, 1] },
      splits: [],
      notes: [],
      rejected: 0,
      pattern: null,
      listed: 0,
    };
    const value = {
      images: 18,
      identities: 3,
      bytes: 1,
      all: { images: 18, identities: 3 },
      single: 0,
      examples: [],
      fit: null,
    };
    const failure = { code: 'data/too-few-identities', message: 'One.', remedy: '' } as const;
    useSession.setState({
      minimumChoice: { histogram: opened.histogram, failure, config: TRIED },
      openedFiles: () => Promise.resolve({ kind: 'done', value: opened }),
      previewFiles: () => Promise.resolve({ kind: 'done', value }),
    });
    mount(<DataPanel />);
    await userEvent.click(page.getByRole('button', { name: 'Say who is who…' }));
    await userEvent.fill(page.getByRole('textbox', { name: 'Pattern for paths' }), '^([^/]+)/');
    await userEvent.click(page.getByRole('button', { name: 'Load these' }));
    expect(reloadFiles.mock.calls).toEqual([[{ ...TRIED, namePattern: '^([^/]+)/' }]]);
  });

  it('says when there is only one person, whatever the minimum', async () => {
    useSession.setState({
      minimumChoice: {
        config: TRIED,
        histogram: { identitiesWithAtLeast: [1, 1, 1, 1] },
        failure: {
          code: 'data/too-few-identities',
          message: 'All 3 images are of one identity.',
          remedy: 'Give at least two people.',
        },
      },
    });
    mount(<DataPanel />);
    const dialog = page.getByRole('dialog', { name: 'Only one person found' });
    await expect.element(dialog).toHaveTextContent('Give at least two people.');
    await expect.element(page.getByRole('radio')).not.toBeInTheDocument();
    await expect.element(page.getByRole('button', { name: 'Load these' })).not.toBeInTheDocument();
  });
});

describe('WindowDrop', () => {
  function drag(
    type: string,
    transfer: DataTransfer,
    target: EventTarget = document.body,
  ): boolean {
    const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer });
    return target.dispatchEvent(event);
  }

  function filesToDrop(): DataTransfer {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['x'], 'face.png', { type: 'image/png' }));
    return transfer;
  }

  it('invites while files are over the window, takes them, and never lets the page go', async () => {
    mount(<WindowDrop />);
    await expect.poll(() => drag('dragenter', filesToDrop())).toBe(false);
    await expect.element(page.getByText('Drop face crops here')).toBeVisible();
    await expect.element(page.getByText(/an archive .* or a packed data set/)).toBeVisible();
    expect(drag('dragover', filesToDrop())).toBe(false);
    expect(drag('drop', filesToDrop())).toBe(false);
    await expect.element(page.getByText('Drop face crops here')).not.toBeInTheDocument();
    await expect.poll(() => load.mock.calls.length).toBe(1);
    expect(load).toHaveBeenCalledWith([{ path: 'face.png', file: expect.any(File) }], 'face.png');
  });

  it('leaves dragged text alone', async () => {
    mount(<WindowDrop />);
    const text = new DataTransfer();
    text.setData('text/plain', 'hello');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(drag('dragenter', text)).toBe(true);
    expect(drag('drop', text)).toBe(true);
    expect(load).not.toHaveBeenCalled();
  });

  it('takes pasted files', async () => {
    mount(<WindowDrop />);
    await expect
      .poll(() =>
        document.body.dispatchEvent(
          new ClipboardEvent('paste', {
            bubbles: true,
            cancelable: true,
            clipboardData: filesToDrop(),
          }),
        ),
      )
      .toBe(false);
    await expect.poll(() => load.mock.calls.length).toBeGreaterThan(0);
  });
});
