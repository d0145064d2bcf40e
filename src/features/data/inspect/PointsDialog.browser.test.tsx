/** Correcting the crop of an image by hand, from the inspector's filter to what is applied. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type {
  FoundFace,
  InspectedFaces,
  InspectedPicture,
  Request,
  ResponseMap,
} from '../../../bridge/protocol';
import { flatPoints, pointsOfMiddle } from '../../../data/align/points';
import { mapPoints } from '../../../data/align/similarity';
import type { Edit } from '../../../data/inspect/edit';
import { useSession } from '../../../state/session';
import type { Outcome } from '../../../state/session.types';
import { DEFAULT_EXPERIMENT } from '../../../training/defaults';
import { mount } from '../../../ui/mount.testing';
import { InspectDialog } from './InspectDialog';
import { useWaitingEdits } from './waitingEdits';

const PICTURE = { width: 200, height: 100 };
const MIDDLE = pointsOfMiddle(PICTURE);
const shifted = (x: number) => mapPoints(MIDDLE, (point) => ({ x: point.x + x, y: point.y }));
const faceAt = (x: number): FoundFace => {
  return { box: { left: 70 + x, top: 20, width: 60, height: 60 }, points: shifted(x), score: 0.9 };
};

const INSPECTED: InspectedFaces = {
  facesId: 'some',
  label: 'some.zip',
  edits: [],
  faces: {
    origin: { kind: 'files', label: 'some.zip' },
    cropSize: 16,
    pixels: new Uint8Array(0),
    labels: Int32Array.from([0, 0, 1, 1]),
    names: ['Ann/1.jpg', 'Ann/2.jpg', 'Bob/1.jpg', 'Bob/2.jpg'],
    identities: [
      { name: 'Ann', count: 2 },
      { name: 'Bob', count: 2 },
    ],
    rejected: [],
    placements: ['left-out', 'one', 'several', 'one'],
    facePoints: Float32Array.from([
      ...new Array<number>(10).fill(Number.NaN),
      ...flatPoints(shifted(0)),
      ...flatPoints(shifted(-20)),
      ...flatPoints(shifted(0)),
    ]),
  },
};

let inspected: InspectedFaces;
let picture: Outcome<InspectedPicture>;

function answer(question: Request): Outcome<ResponseMap[keyof ResponseMap]> {
  switch (question.kind) {
    case 'inspect':
      return { kind: 'done', value: inspected };
    case 'inspect-crops':
    case 'correct-crop': {
      const indices =
        question.kind === 'inspect-crops' ? question.indices : Uint32Array.of(question.image);
      const rgba = new Uint8ClampedArray(indices.length * 16 * 16 * 4).fill(128);
      return { kind: 'done', value: { size: 16, rgba, indices } };
    }
    case 'inspect-picture':
      return picture;
    case 'find-faces':
      return { kind: 'done', value: [faceAt(-20), faceAt(30)] };
    default:
      throw new Error(`nobody asks ${question.kind} here`);
  }
}

const asked = vi.fn(answer);
const editFaces = vi.fn<(edits: readonly Edit[]) => Promise<Outcome<never>>>();

beforeEach(async () => {
  useWaitingEdits.getState().forget();
  inspected = INSPECTED;
  asked.mockClear();
  editFaces.mockReset();
  picture = {
    kind: 'done',
    value: {
      ...PICTURE,
      shownWidth: 200,
      shownHeight: 100,
      rgba: new Uint8ClampedArray(200 * 100 * 4).fill(200),
      template: '112x112',
    },
  };
  useSession.setState({
    ...useSession.getInitialState(),
    config: {
      ...DEFAULT_EXPERIMENT,
      data: { kind: 'files', cropSize: 16, minImagesPerIdentity: 1, crop: 'align-112' },
    },
    data: {
      facesId: 'some',
      config: { kind: 'files', cropSize: 16, minImagesPerIdentity: 1, crop: 'align-112' },
      label: 'some.zip',
      cropSize: 16,
      images: 4,
      identities: INSPECTED.faces.identities,
      firstImage: Uint32Array.of(0, 2),
      rejected: [],
      droppedIdentities: 0,
      droppedImages: 0,
      loadMs: 1,
      edits: 0,
      splits: { own: false, list: false },
    },
    // The answer to a question of kind K is ResponseMap[K], as `answer` gives it.
    ask: (question) => Promise.resolve(asked(question) as Outcome<never>),
    editFaces,
  });
  mount(<InspectDialog first="found" onClose={() => undefined} />);
  await expect.element(page.getByRole('tab', { name: 'Faces found' })).toBeVisible();
});

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const newest = (words: string | RegExp) =>
  expect.element(page.getByRole('status').filter({ hasText: words })).toBeVisible();

async function applied(): Promise<readonly Edit[]> {
  editFaces.mockResolvedValue({
    kind: 'failed',
    failure: { code: 'internal', message: 'Not here.', remedy: 'Stop.' },
  });
  await userEvent.click(button('Apply and restart'));
  return editFaces.mock.calls[0]![0];
}

describe('an image without a face', () => {
  it('gets points from the keyboard, as a correction that is undone and applied', async () => {
    await expect.element(button('Without a face 1')).toHaveAttribute('aria-pressed', 'true');
    await userEvent.click(button('Open Ann/1.jpg'));
    const eye = page.getByRole('button', { name: /^left eye/ });
    await expect.element(eye).toBeVisible();
    eye.element().focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{Shift>}{ArrowDown}{/Shift}{ArrowUp}');
    const x = Math.round((MIDDLE[0].x + 2) * 10) / 10;
    const y = Math.round((MIDDLE[0].y + 9) * 10) / 10;
    await expect.element(eye).toHaveAccessibleName(`left eye, at ${x}, ${y}`);
    await newest(`left eye ${x}, ${y}`);
    await userEvent.click(button('Use these points'));

    await newest('Set the points of Ann/1.jpg of Ann');
    await expect.element(button('By hand 1')).toBeVisible();
    await expect.element(page.getByRole('tabpanel')).toHaveFocus();
    await userEvent.click(button('Undo'));
    await expect.element(button('Without a face 1')).toBeVisible();
    await userEvent.click(button('Redo'));
    const points = flatPoints(MIDDLE);
    points[0] = x;
    points[1] = y;
    expect(await applied()).toEqual([{ kind: 'align', image: 'Ann/1.jpg', points }]);
  });

  it('keeps its middle, one or all of them', async () => {
    await userEvent.click(button('Open Ann/1.jpg'));
    await userEvent.click(button('Use the middle'));
    await newest('Took the middle of Ann/1.jpg of Ann');
    await userEvent.click(button('Undo'));
    await userEvent.click(button('Keep the middle of 1'));
    await newest('Kept Ann/1.jpg of Ann');
  });
});

it('what is looked at first is the first list that has an image', async () => {
  inspected = {
    ...INSPECTED,
    faces: { ...INSPECTED.faces, placements: ['one', 'one', 'several', 'one'] },
  };
  mount(<InspectDialog first="found" onClose={() => undefined} />);
  const list = page.getByRole('region', { name: 'Several faces' });
  await expect.element(list.getByRole('button', { name: 'Open Bob/1.jpg' })).toBeVisible();
});

it('a point is dragged as far as the pointer goes, in pixels of the picture', async () => {
  await userEvent.click(button('One face 2'));
  await userEvent.click(button('Open Bob/2.jpg'));
  const nose = page.getByRole('button', { name: /^nose/ });
  await expect.element(nose).toBeVisible();
  const element = nose.element();
  const scale = 200 / element.parentElement!.clientWidth;
  const { left, top, width, height } = element.getBoundingClientRect();
  const [clientX, clientY] = [left + width / 2 + 3, top + height / 2];
  const send = (type: string, x: number, y: number) =>
    element.dispatchEvent(
      new PointerEvent(type, { bubbles: true, pointerId: 1, clientX: x, clientY: y }),
    );
  vi.spyOn(element, 'setPointerCapture').mockImplementation(() => undefined);
  send('pointerdown', clientX, clientY);
  await expect.element(nose).toHaveAttribute('data-held', 'true');
  send('pointermove', clientX + 30, clientY - 15);
  send('pointerup', clientX + 30, clientY - 15);
  const moved = [MIDDLE[2].x + 30 * scale, MIDDLE[2].y - 15 * scale];
  const said = moved.map((value) => Math.round(value * 10) / 10).join(', ');
  await expect.element(nose).toHaveAccessibleName(`nose, at ${said}`);
  await userEvent.click(button('Put back'));
  await expect
    .element(nose)
    .toHaveAccessibleName(
      `nose, at ${Math.round(MIDDLE[2].x * 10) / 10}, ${Math.round(MIDDLE[2].y * 10) / 10}`,
    );
  await expect.element(button('Put back')).toBeDisabled();
});

it('of several faces another one is chosen', async () => {
  await userEvent.click(button('Several faces 1'));
  await userEvent.click(button('Open Bob/1.jpg'));
  await expect.element(button('Face 1')).toHaveAttribute('aria-pressed', 'true');
  await userEvent.click(button('Face 2'));
  await expect.element(button('Face 2')).toHaveAttribute('aria-pressed', 'true');
  await userEvent.click(button('Use these points'));
  expect(await applied()).toEqual([
    { kind: 'align', image: 'Bob/1.jpg', points: flatPoints(shifted(30)) },
  ]);
});

it('points on one another give no crop, and cannot be used', async () => {
  await userEvent.click(button('Open Ann/1.jpg'));
  await expect.element(page.getByRole('button', { name: /^left eye/ })).toBeVisible();
  for (const name of [/^left eye/, /^right eye/, /^nose/, /^left mouth/, /^right mouth/]) {
    page.getByRole('button', { name }).element().focus();
    await userEvent.keyboard(
      `{Shift>}${'{ArrowLeft}'.repeat(16)}${'{ArrowUp}'.repeat(10)}{/Shift}`,
    );
  }
  await expect.element(page.getByText('The points of the face lie on one another.')).toBeVisible();
  await expect.element(button('Use these points')).toBeDisabled();
  await expect.element(button('Leave out')).not.toBeInTheDocument();
});

it('where the pictures are not at hand, a sentence says so', async () => {
  const message = 'Only the crops of these faces were kept, not the pictures.';
  picture = { kind: 'failed', failure: { code: 'edit/no-picture', message, remedy: 'Drop them.' } };
  await userEvent.click(button('Open Ann/1.jpg'));
  await expect.element(page.getByText(message)).toBeVisible();
  await expect.element(button('Use these points')).not.toBeInTheDocument();
});
