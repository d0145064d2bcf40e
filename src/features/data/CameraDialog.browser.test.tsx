/** The camera dialog with a canvas for a camera: when it is on, what it takes, and what it says. */
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { DataSummary, IdentityCrops } from '../../bridge/protocol';
import { useSession } from '../../state/session';
import type { Outcome } from '../../state/session.types';
import { DEFAULT_EXPERIMENT } from '../../training/defaults';
import { mount } from '../../ui/mount.testing';
import { CameraDialog } from './CameraDialog';
import { CROP_SIDE, type Tempo } from './camera';
import { SourceButtons } from './SourceButtons';

const DATA: DataSummary = {
  facesId: 'generated',
  config: DEFAULT_EXPERIMENT.data,
  label: 'generated, seed 7',
  cropSize: 32,
  images: 9,
  identities: [
    { name: 'Ann', count: 4 },
    { name: 'Bo', count: 5 },
  ],
  firstImage: Uint32Array.of(0, 4),
  rejected: [],
  droppedIdentities: 0,
  droppedImages: 0,
  loadMs: 10,
  edits: 0,
  splits: { own: false, list: false },
};

const TEMPO: Tempo = { countMs: 60, cropMs: 10 };

const addIdentity = vi.fn(
  (_: IdentityCrops): Promise<Outcome<DataSummary>> =>
    Promise.resolve({ kind: 'done', value: DATA }),
);
const getUserMedia = vi.spyOn(navigator.mediaDevices, 'getUserMedia');
const onClose = vi.fn();

/** Red on its left, blue on its right, as others see it. */
function film(): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = 240;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  // Drawn again and again: a canvas gives a frame where it was drawn on.
  const draw = (): void => {
    context.fillStyle = '#f00';
    context.fillRect(0, 0, 160, 240);
    context.fillStyle = '#00f';
    context.fillRect(160, 0, 160, 240);
  };
  draw();
  const timer = setInterval(draw, 20);
  onTestFinished(() => clearInterval(timer));
  return canvas.captureStream();
}

const statesOf = (stream: MediaStream) => stream.getTracks().map(({ readyState }) => readyState);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const removers = () => page.getByRole('button', { name: /^Remove crop/ });

/** Escape hides a dialog a frame before the page hears of it. */
const expectGone = () =>
  expect.element(page.getByRole('dialog', { includeHidden: true })).not.toBeInTheDocument();

/** The dialog with the camera on. */
async function started(tempo: Tempo = TEMPO): Promise<MediaStream> {
  const stream = film();
  getUserMedia.mockResolvedValue(stream);
  mount(<CameraDialog onClose={onClose} tempo={tempo} />);
  await userEvent.click(button('Start camera'));
  await expect.element(button('Take crops')).toBeEnabled();
  return stream;
}

async function take(count: number): Promise<void> {
  await userEvent.fill(page.getByRole('spinbutton', { name: 'Crops' }), String(count));
  await userEvent.click(button('Take crops'));
  await expect.element(button('Add to the faces')).toBeEnabled();
}

beforeEach(() => {
  addIdentity.mockClear();
  onClose.mockClear();
  useSession.setState({
    ...useSession.getInitialState(),
    config: DEFAULT_EXPERIMENT,
    data: DATA,
    addIdentity,
  });
});

afterEach(() => getUserMedia.mockReset());

describe('the camera', () => {
  it('is asked for after a click, and not for sound', async () => {
    mount(<CameraDialog onClose={onClose} tempo={TEMPO} />);
    await expect.element(page.getByText('The camera is off.')).toBeVisible();
    expect(getUserMedia).not.toHaveBeenCalled();
    getUserMedia.mockResolvedValue(film());
    await userEvent.click(button('Start camera'));
    await expect.element(button('Take crops')).toBeEnabled();
    expect(getUserMedia.mock.calls).toEqual([[expect.objectContaining({ audio: false })]]);
  });

  it('goes off with Stop, and the crops stay', async () => {
    const stream = await started();
    await take(3);
    await userEvent.click(button('Stop'));
    expect(statesOf(stream)).toEqual(['ended']);
    await expect.element(button('Start camera')).toBeVisible();
    await expect.element(button('Add to the faces')).toBeEnabled();
    expect(removers().elements()).toHaveLength(3);
  });

  it('goes off while it counts, which ends the count', async () => {
    await started({ countMs: 3_600_000, cropMs: 10 });
    await userEvent.click(button('Take crops'));
    await expect.element(page.getByRole('timer')).toHaveTextContent('3');
    await userEvent.click(button('Stop'));
    await expect.element(page.getByRole('timer')).not.toBeInTheDocument();
    await expect.element(page.getByRole('spinbutton', { name: 'Crops' })).toBeEnabled();
    await userEvent.click(button('Start camera'));
    await expect.element(button('Start camera')).not.toBeInTheDocument();
    await expect.element(page.getByRole('timer')).not.toBeInTheDocument();
  });

  it('goes off when the dialog closes', async () => {
    const stream = film();
    getUserMedia.mockResolvedValue(stream);
    mount(<SourceButtons />);
    await userEvent.click(button('Add from camera…'));
    await userEvent.click(button('Start camera'));
    await expect.element(button('Take crops')).toBeEnabled();
    expect(statesOf(stream)).toEqual(['live']);
    await userEvent.keyboard('{Escape}');
    await expectGone();
    expect(statesOf(stream)).toEqual(['ended']);
  });

  it('that is allowed after the dialog has closed goes off at once', async () => {
    let allow = (_: MediaStream): void => undefined;
    getUserMedia.mockReturnValue(
      new Promise((resolve) => {
        allow = resolve;
      }),
    );
    mount(<SourceButtons />);
    await userEvent.click(button('Add from camera…'));
    await userEvent.click(button('Start camera'));
    await expect.element(page.getByText('Waiting for the camera …')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expectGone();
    const stream = film();
    allow(stream);
    await expect.poll(() => statesOf(stream)).toEqual(['ended']);
  });

  it('that goes by itself is told', async () => {
    const stream = await started();
    stream.getTracks()[0]?.dispatchEvent(new Event('ended'));
    await expect.element(page.getByRole('alert')).toHaveTextContent(/unplugged/);
    expect(statesOf(stream)).toEqual(['ended']);
  });

  it.each([
    ['NotAllowedError', /was not allowed/],
    ['NotFoundError', /No camera was found/],
    ['NotReadableError', /another program/],
  ])('%s is a sentence, and it can be started again', async (name, words) => {
    getUserMedia.mockRejectedValueOnce(new DOMException('', name));
    mount(<CameraDialog onClose={onClose} tempo={TEMPO} />);
    await userEvent.click(button('Start camera'));
    await expect.element(page.getByRole('alert')).toHaveTextContent(words);
    getUserMedia.mockResolvedValue(film());
    await userEvent.click(button('Start camera'));
    await expect.element(button('Take crops')).toBeEnabled();
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  });

  it('is not to be had on a page that is not secure, which is told', async () => {
    Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true });
    // The getter of the prototype shows again.
    onTestFinished(() => void Reflect.deleteProperty(navigator, 'mediaDevices'));
    mount(<CameraDialog onClose={onClose} tempo={TEMPO} />);
    await userEvent.click(button('Start camera'));
    await expect.element(page.getByRole('alert')).toHaveTextContent(/https/);
  });
});

describe('the crops', () => {
  it('come after a count-down, as many as asked for, and go one by one', async () => {
    await started();
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Crops' }), '4');
    const seen: string[] = [];
    const watcher = new MutationObserver(() => {
      const count = document.querySelector('[role=timer]')?.textContent;
      if (count != null && seen.at(-1) !== count) seen.push(count);
    });
    watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
    onTestFinished(() => watcher.disconnect());
    await userEvent.click(button('Take crops'));
    await expect.element(button('Add to the faces')).toBeEnabled();
    expect(seen).toEqual(['3', '2', '1']);
    expect(removers().elements()).toHaveLength(4);
    await userEvent.click(button('Remove crop 2'));
    await expect.element(page.getByText('3 crops', { exact: true })).toBeVisible();
    await expect.element(button('Remove crop 2')).not.toBeInTheDocument();
  });

  it('become an identity, not mirrored, and the dialog closes', async () => {
    await started();
    await take(2);
    await userEvent.fill(page.getByRole('textbox', { name: 'Name' }), 'Cleo');
    await userEvent.click(button('Add to the faces'));
    await expect.poll(() => onClose.mock.calls.length).toBe(1);
    const sent = addIdentity.mock.calls[0]?.[0];
    expect(sent).toMatchObject({ name: 'Cleo', size: CROP_SIDE });
    expect(sent?.pixels).toHaveLength(2 * CROP_SIDE * CROP_SIDE * 3);
    const pixels = sent?.pixels ?? new Uint8Array();
    const right = (CROP_SIDE - 1) * 3;
    // Video has colours of its own: red is red enough.
    expect(pixels[0]! - pixels[2]!).toBeGreaterThan(100);
    expect(pixels[right + 2]! - pixels[right]!).toBeGreaterThan(100);
  });

  it('that cannot be added stay, and why is told', async () => {
    addIdentity.mockResolvedValueOnce({
      kind: 'failed',
      failure: { code: 'edit/empty-name', message: 'The name is empty.', remedy: 'Type one.' },
    });
    await started();
    await take(1);
    await userEvent.click(button('Add to the faces'));
    await expect.element(page.getByRole('alert')).toHaveTextContent('The name is empty. Type one.');
    expect(onClose).not.toHaveBeenCalled();
    expect(removers().elements()).toHaveLength(1);
  });

  it('that are being added stay until it is known that they were', async () => {
    let refuse = (): void => undefined;
    addIdentity.mockReturnValueOnce(
      new Promise((resolve) => {
        const failure = {
          code: 'edit/empty-name',
          message: 'No name.',
          remedy: 'Type one.',
        } as const;
        refuse = () => resolve({ kind: 'failed', failure });
      }),
    );
    await started();
    await take(1);
    await userEvent.click(button('Add to the faces'));
    await expect.element(button('Adding …')).toBeDisabled();
    await expect.element(button('Cancel')).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    await userEvent.keyboard('{Escape}');
    await userEvent.click(button('Close'));
    expect(onClose).not.toHaveBeenCalled();
    refuse();
    await expect.element(page.getByRole('alert')).toHaveTextContent('No name. Type one.');
    expect(removers().elements()).toHaveLength(1);
  });

  it.each([
    ['Escape', () => userEvent.keyboard('{Escape}')],
    ['the cross', () => userEvent.click(button('Close'))],
    ['Cancel', () => userEvent.click(button('Cancel'))],
  ])('are asked about before %s discards them', async (_, leave) => {
    await started();
    await take(2);
    await leave();
    await expect.element(page.getByRole('alert')).toHaveTextContent('Discard 2 crops?');
    await expect.element(button('Keep them')).toHaveFocus();
    await userEvent.click(button('Keep them'));
    expect(removers().elements()).toHaveLength(2);
    await leave();
    await userEvent.click(button('Discard'));
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('stay however often Escape is pressed', async () => {
    await started();
    await take(1);
    for (let turn = 0; turn < 3; turn += 1) {
      await userEvent.keyboard('{Escape}');
      await expect.element(page.getByRole('alert')).toHaveTextContent('Discard 1 crop?');
      await userEvent.keyboard('{Escape}');
      await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
    }
    expect(removers().elements()).toHaveLength(1);
    expect(onClose).not.toHaveBeenCalled();
  });

  it('of somebody who is there already, or too few for these faces, say so', async () => {
    const config = { kind: 'files', cropSize: 32, minImagesPerIdentity: 5 } as const;
    useSession.setState({ config: { ...DEFAULT_EXPERIMENT, data: config } });
    await started();
    await take(1);
    await expect.element(page.getByText(/fewer than 5 images are left out/)).toBeVisible();
    await userEvent.fill(page.getByRole('textbox', { name: 'Name' }), 'Ann');
    await expect
      .element(page.getByText(/Ann is among the faces already, with 4 images/))
      .toBeVisible();
    await expect.element(page.getByText(/are left out/)).not.toBeInTheDocument();
    await expect.element(page.getByText(/restarts training from step 0/)).toBeVisible();
  });
});

describe('the way to it', () => {
  it('is offered once there are faces to add to', async () => {
    useSession.setState({ data: null });
    mount(<SourceButtons />);
    await expect.element(button('Choose folder…')).toBeVisible();
    await expect.element(button('Add from camera…')).not.toBeInTheDocument();
  });
});
