import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Locator, page, userEvent } from 'vitest/browser';
import type {
  DataSummary,
  ExperimentSummary,
  InspectedFaces,
  Request,
  ResponseMap,
} from '../../../bridge/protocol';
import type { DuplicateGroup } from '../../../data/inspect/duplicates';
import type { Edit } from '../../../data/inspect/edit';
import { PART } from '../../../data/splitParts';
import { useSession } from '../../../state/session';
import type { Outcome } from '../../../state/session.types';
import type { DataConfig } from '../../../training/config';
import { DEFAULT_EXPERIMENT } from '../../../training/defaults';
import { mount } from '../../../ui/mount.testing';
import { InspectDialog } from './InspectDialog';
import { useInspectText, useWaitingEdits } from './waitingEdits';

const INSPECTED: InspectedFaces = {
  facesId: 'some',
  label: 'some.zip',
  edits: [],
  faces: {
    origin: { kind: 'files', label: 'some.zip' },
    cropSize: 2,
    pixels: new Uint8Array(0),
    labels: Int32Array.from([0, 0, 0, 1, 1, 2]),
    names: ['Ann/1.jpg', 'Ann/2.jpg', 'Ann/3.jpg', 'Bob/1.jpg', 'Bob/2.jpg', 'Cy/<b>1</b>.jpg'],
    identities: [
      { name: 'Ann', count: 3 },
      { name: 'Bob', count: 2 },
      { name: 'Cy', count: 1 },
    ],
    rejected: [{ name: 'notes.txt', reason: 'It is text.' }],
    sourceSizes: Uint32Array.from([90, 80, 90, 80, 90, 80, 40, 40, 40, 40, 20, 30]),
    formats: ['jpeg', 'jpeg', 'jpeg', 'png', 'png', 'gif'],
  },
};

/** What the page knows of the faces in use. */
function summary(facesId: string, config: DataConfig = DEFAULT_EXPERIMENT.data): DataSummary {
  return {
    facesId,
    config,
    label: 'some.zip',
    cropSize: 2,
    images: 6,
    identities: INSPECTED.faces.identities,
    firstImage: Uint32Array.of(0, 3, 5),
    rejected: [],
    droppedIdentities: 0,
    droppedImages: 0,
    loadMs: 1,
    edits: 0,
    splits: { own: false, list: false },
  };
}

let inspected = INSPECTED;

/** What the worker would say. */
function answer(question: Request): ResponseMap[keyof ResponseMap] {
  switch (question.kind) {
    case 'inspect':
      return inspected;
    case 'inspect-crops': {
      const { indices } = question;
      const rgba = new Uint8ClampedArray(indices.length * 16).fill(128);
      return { size: 2, rgba, indices };
    }
    case 'find-duplicates':
      return [
        {
          kind: 'near',
          images: [0, 3],
          relation: 'acrossIdentities',
          similarity: 0.93,
          keep: 0,
        },
      ];
    case 'judge-quality': {
      const none = new Uint32Array(0);
      return { blank: none, tiny: Uint32Array.from([5]), dark: none, bright: none, blurred: none };
    }
    case 'find-mislabelled':
      return {
        suspects: [
          { image: 'Bob/2.jpg', identity: 'Bob', otherIdentity: 'Ann', own: 0.1, other: 0.8 },
        ],
        found: 1,
        judged: 6,
        nearestOwn: 5,
        otherAtLeast: 0.7,
      };
    case 'cancel-mislabelled':
      return null;
    default:
      throw new Error(`nobody asks ${question.kind} here`);
  }
}

const editFaces = vi.fn<(edits: readonly Edit[]) => Promise<Outcome<never>>>();

/** The inspector and what opens it again. */
function Opened() {
  const [open, setOpen] = useState(true);
  const text = useInspectText();
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        {text}
      </button>
      {open && <InspectDialog onClose={() => setOpen(false)} />}
    </>
  );
}

beforeEach(() => {
  editFaces.mockReset();
  inspected = INSPECTED;
  useWaitingEdits.getState().forget();
  useSession.setState({
    ...useSession.getInitialState(),
    data: summary('some'),
    // The answer to a question of kind K is ResponseMap[K], as `answer` gives it.
    ask: (question) => Promise.resolve({ kind: 'done', value: answer(question) } as Outcome<never>),
    editFaces,
  });
  mount(<Opened />);
});

const tab = (name: string) => userEvent.click(page.getByRole('tab', { name }));
const button = (name: string) => page.getByRole('button', { name, exact: true });
/** The newest correction, in words. */
const newest = (words: string | RegExp) =>
  expect.element(page.getByRole('status').filter({ hasText: words })).toBeVisible();

describe('people', () => {
  it('are searched by name', async () => {
    await userEvent.fill(page.getByRole('searchbox'), 'bo');
    await expect.element(page.getByText('1 of 3 identities')).toBeVisible();
    await expect.element(page.getByLabelText('Images of Ann')).not.toBeInTheDocument();
  });

  it('are merged, which is undone and done again, and applied', async () => {
    editFaces.mockResolvedValue({
      kind: 'failed',
      failure: { code: 'data/too-few-identities', message: 'Too few.', remedy: 'Undo.' },
    });
    await expect.element(button('Apply and restart')).toBeDisabled();
    await userEvent.click(page.getByRole('checkbox', { name: 'Ann' }));
    await userEvent.click(page.getByRole('checkbox', { name: 'Bob' }));
    await userEvent.click(button('Merge'));
    await userEvent.fill(page.getByRole('combobox', { name: 'Merge into' }), 'Anna');
    await userEvent.keyboard('{Enter}');
    await newest(/Merged/);
    await expect.element(page.getByText('2 of 2 identities')).toBeVisible();
    await userEvent.click(button('Undo'));
    await newest('No corrections.');
    await userEvent.click(button('Redo'));
    await userEvent.click(button('Apply and restart'));
    // What goes wrong is told, and nothing is lost.
    await expect.element(page.getByRole('alert')).toHaveTextContent('Too few. Undo.');
    expect(editFaces.mock.calls).toEqual([
      [[{ kind: 'merge', identities: ['Ann', 'Bob'], into: 'Anna' }]],
    ]);
    await expect.element(page.getByRole('dialog')).toBeVisible();
    // What was refused is not what is there after another correction.
    await userEvent.click(button('Undo'));
    await newest('No corrections.');
  });

  it('are excluded and shown so', async () => {
    await userEvent.click(page.getByRole('checkbox', { name: 'Cy' }));
    await userEvent.click(button('Exclude'));
    await expect.element(page.getByText('excluded', { exact: true })).toBeVisible();
  });
});

it('people who are left out by the minimum are marked, and not counted', async () => {
  const files = { kind: 'files', cropSize: 2, minImagesPerIdentity: 2 } as const;
  useSession.setState({ data: summary('some', files) });
  await expect
    .element(page.getByText('2 of 3 identities train · 1 has under 2 images'))
    .toBeVisible();
  await expect.element(page.getByText('1 crop: left out')).toBeVisible();
});

it('people whom the split does not let train are marked, and not counted', async () => {
  // Only what the inspector reads.
  const experiment = { parts: Uint8Array.of(PART.trains, PART.heldOut, PART.unused) };
  useSession.setState({ experiment: experiment as ExperimentSummary });
  const words = '1 of 3 identities train · 1 held out · 1 neither trains nor is held out';
  await expect.element(page.getByText(words)).toBeVisible();
  await expect.element(page.getByText('2 crops: held out')).toBeVisible();
  await expect.element(page.getByText('1 crop: left out')).toBeVisible();
});

describe('corrections that are not applied', () => {
  const exclude = async () => {
    await userEvent.click(page.getByRole('checkbox', { name: 'Cy' }));
    await userEvent.click(button('Exclude'));
  };

  it('wait while the inspector is closed', async () => {
    await exclude();
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
    await userEvent.click(button('inspect · 1 correction not applied'));
    await expect.element(page.getByText('excluded', { exact: true })).toBeVisible();
    await userEvent.click(button('Undo'));
    await userEvent.click(button('Close'));
    await expect.element(button('inspect')).toBeVisible();
  });

  it('wait for the faces they are of', async () => {
    await exclude();
    await userEvent.click(button('Close'));
    // However they are called, and whoever was added to them.
    useSession.setState({ data: { ...summary('some'), label: 'some.zip + me' } });
    await expect.element(button('inspect · 1 correction not applied')).toBeVisible();
    useSession.setState({ data: summary('other') });
    await expect.element(button('inspect')).toBeVisible();
  });

  it('are not put on other faces that come into use while the inspector is open', async () => {
    await exclude();
    inspected = { ...INSPECTED, facesId: 'other', label: 'other.zip' };
    useSession.setState({ data: summary('other') });
    await expect.element(page.getByRole('dialog', { name: 'Faces: other.zip' })).toBeVisible();
    await newest('No corrections.');
    await expect.element(button('Apply and restart')).toBeDisabled();
  });

  it('are not made of the faces before, while the worker still opens the ones that are shown', async () => {
    await exclude();
    useSession.setState({ data: summary('other') });
    await newest('Opening …');
    inspected = { ...INSPECTED, facesId: 'other' };
    useSession.setState({ data: summary('other') });
    await newest('No corrections.');
  });

  it('that are undone stay so when others are made elsewhere', async () => {
    const [cy, bob] = ['Cy', 'Bob'].map(
      (name): Edit => ({ kind: 'exclude', identities: [name] }),
    ) as [Edit, Edit];
    inspected = { ...INSPECTED, edits: [cy] };
    useSession.setState({ data: summary('some') });
    await userEvent.click(button('Undo'));
    await userEvent.click(button('Close'));
    inspected = { ...INSPECTED, edits: [cy, bob] };
    useSession.setState({ data: summary('some') });
    await userEvent.click(button('inspect · 1 correction not applied'));
    editFaces.mockResolvedValue({ kind: 'done', value: undefined as never });
    await userEvent.click(button('Apply and restart'));
    expect(editFaces.mock.calls).toEqual([[[bob]]]);
  });

  it('are none any more once the same was made elsewhere', async () => {
    await exclude();
    await userEvent.click(button('Close'));
    inspected = { ...INSPECTED, edits: [{ kind: 'exclude', identities: ['Cy'] }] };
    useSession.setState({ data: summary('some') });
    await userEvent.click(button('inspect · 1 correction not applied'));
    await expect.element(button('Apply and restart')).toBeDisabled();
    await userEvent.click(button('Close'));
    await expect.element(button('inspect')).toBeVisible();
  });

  it('are none any more once they are applied', async () => {
    editFaces.mockResolvedValue({ kind: 'done', value: undefined as never });
    await exclude();
    await userEvent.click(button('Apply and restart'));
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
    await expect.element(button('inspect')).toBeVisible();
  });

  describe('while others are applied', () => {
    let answerApply: (outcome: Outcome<never>) => void;
    const applied = { kind: 'done', value: undefined as never } as const;
    const failure = { code: 'data/too-few-identities', message: 'Too few.', remedy: 'Undo.' };
    const refused = { kind: 'failed', failure } as Outcome<never>;
    const cy: Edit = { kind: 'exclude', identities: ['Cy'] };
    /** The worker has them, and still builds the networks. */
    const inForce = () => {
      inspected = { ...INSPECTED, edits: [cy] };
      useSession.setState({ data: summary('some') });
    };
    beforeEach(async () => {
      const answered = new Promise<Outcome<never>>((resolve) => {
        answerApply = resolve;
      });
      editFaces.mockReturnValueOnce(answered);
      await exclude();
      await userEvent.click(button('Apply and restart'));
      await expect.element(button('Applying …')).toBeDisabled();
    });

    it('wait for the next Apply, in the inspector that stays open', async () => {
      await userEvent.click(page.getByRole('checkbox', { name: 'Bob' }));
      await userEvent.click(button('Exclude'));
      inForce();
      answerApply(applied);
      await expect.element(button('Apply and restart')).toBeEnabled();
      await userEvent.click(button('Close'));
      await expect.element(button('inspect · 1 correction not applied')).toBeVisible();
    });

    it('wait when they undo what is applied', async () => {
      inForce();
      await userEvent.click(button('Undo'));
      answerApply(applied);
      await expect.element(button('Apply and restart')).toBeEnabled();
      await newest('No corrections.');
      await userEvent.click(button('Close'));
      await expect.element(button('inspect · 1 correction not applied')).toBeVisible();
    });

    it('leave an inspector open that was opened since', async () => {
      await userEvent.click(button('Close'));
      await userEvent.click(button('inspect · 1 correction not applied'));
      await expect.element(button('Applying …')).toBeDisabled();
      inForce();
      answerApply(applied);
      await expect.element(button('Apply and restart')).toBeDisabled();
      await newest('Excluded Cy');
      await userEvent.click(button('Close'));
      await expect.element(button('inspect')).toBeVisible();
    });

    it('are told why those were refused', async () => {
      await userEvent.click(page.getByRole('checkbox', { name: 'Bob' }));
      await userEvent.click(button('Exclude'));
      answerApply(refused);
      await expect.element(page.getByRole('alert')).toHaveTextContent('Too few. Undo.');
    });

    it('a refusal is told as a notice where the inspector was closed', async () => {
      await userEvent.click(button('Close'));
      answerApply(refused);
      await expect
        .poll(() => useSession.getState().notices)
        .toMatchObject([{ title: 'Too few.', detail: 'Undo.' }]);
      await expect.element(button('inspect · 1 correction not applied')).toBeVisible();
    });
  });
});

it('Escape in a field is for the field', async () => {
  const search = page.getByRole('searchbox');
  await userEvent.fill(search, 'bo');
  await userEvent.keyboard('{Escape}');
  await expect.element(search).toHaveValue('');
  await userEvent.click(page.getByRole('checkbox', { name: 'Cy' }));
  await userEvent.click(button('Rename'));
  const name = page.getByRole('textbox', { name: 'New name' });
  await expect.element(name).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(name).not.toBeInTheDocument();
  await expect.element(button('Rename')).toHaveFocus();
  await expect.element(page.getByRole('dialog')).toBeVisible();
});

describe('an image that is moved', () => {
  const asked = page.getByRole('combobox', { name: 'Move 1 to' });
  beforeEach(async () => {
    await userEvent.click(page.getByLabelText('Images of Ann'));
    await userEvent.click(button('Move Ann/1.jpg'));
    await expect.element(asked).toHaveValue('');
  });

  it('goes to somebody who is there, however the name is typed', async () => {
    await userEvent.fill(asked, 'bob');
    await expect.element(page.getByText('bob would be a new identity')).toBeVisible();
    await userEvent.click(button('Take Bob'));
    await userEvent.click(button('Move'));
    await newest('Moved Ann/1.jpg of Ann to Bob');
  });

  it('stays where it is by its own name, and that is said', async () => {
    await userEvent.fill(asked, 'Ann');
    await newest('It is of Ann already.');
    await expect.element(button('Move')).toBeDisabled();
    await userEvent.fill(asked, 'Zoe');
    await newest('Zoe is a new identity.');
  });

  it('gives the focus back to the image that was asked about last', async () => {
    await userEvent.click(button('Move Ann/2.jpg'));
    await expect.element(page.getByRole('combobox', { name: 'Move 2 to' })).toHaveFocus();
    await userEvent.click(button('Cancel'));
    await expect.element(button('Move Ann/2.jpg')).toHaveFocus();
  });
});

it('images of one person are told apart by what differs, with their size', async () => {
  await userEvent.click(page.getByLabelText('Images of Bob'));
  await expect.element(page.getByText('2.jpg', { exact: true })).toBeVisible();
  await expect.element(page.getByText('40×40', { exact: true }).first()).toBeVisible();
  await expect
    .element(page.getByText('2.jpg', { exact: true }))
    .toHaveAttribute('title', 'Bob/2.jpg · 40×40 · Bob');
});

it('is as high whatever is looked at', async () => {
  const heights = new Set<number>();
  for (const name of ['People', 'Counts and files', 'Duplicates', 'Poor images', 'Wrong labels?']) {
    await tab(name);
    await expect.element(page.getByRole('progressbar')).not.toBeInTheDocument();
    heights.add(page.getByRole('dialog').element().getBoundingClientRect().height);
  }
  expect(heights.size).toBe(1);
});

describe('on a phone', () => {
  beforeEach(async () => {
    await page.viewport(360, 740);
  });
  afterEach(async () => {
    await page.viewport(414, 896);
  });
  const boxOf = (locator: Locator) => locator.element().getBoundingClientRect();

  it('all tabs are in view', async () => {
    await expect.element(page.getByRole('tab', { name: 'Wrong labels?' })).toBeVisible();
    const { left, right } = boxOf(page.getByRole('tablist'));
    for (const one of page.getByRole('tab').all()) {
      expect(boxOf(one).left).toBeGreaterThanOrEqual(left);
      expect(boxOf(one).right).toBeLessThanOrEqual(right);
    }
  });

  it('the buttons at the foot stay beside each other', async () => {
    await expect.element(button('Undo')).toBeVisible();
    const tops = ['Undo', 'Redo', 'Apply and restart'].map((name) => boxOf(button(name)).top);
    expect(new Set(tops).size).toBe(1);
  });

  it('people are chosen by a target that is large enough, and captions are whole', async () => {
    await userEvent.click(page.getByLabelText('Images of Ann'));
    await userEvent.click(button('Remove Ann/1.jpg'));
    await userEvent.click(page.getByRole('button', { name: /people/i }));
    const caption = page.getByText('2 crops · 1 removed');
    await expect.element(caption).toBeVisible();
    const { scrollWidth, clientWidth } = caption.element();
    expect(scrollWidth).toBe(clientWidth);
    const box = page.getByRole('checkbox', { name: 'Ann' });
    const target = box.element().closest('label')!.getBoundingClientRect();
    expect(Math.min(target.width, target.height)).toBeGreaterThanOrEqual(24);
    // It is over neither the caption nor the row below.
    expect(target.bottom).toBeLessThanOrEqual(boxOf(caption).top);
    const row = caption.element().closest('[role="presentation"]')!.getBoundingClientRect();
    expect(boxOf(caption).bottom).toBeLessThanOrEqual(row.bottom);
  });
});

it('one image is removed, and a name with markup is only a name', async () => {
  await userEvent.click(page.getByLabelText('Images of Cy'));
  await expect.element(page.getByText('b>.jpg')).toBeVisible();
  await userEvent.click(page.getByRole('button', { name: /^Remove/ }));
  await newest(/Removed/);
  await expect.element(page.getByRole('button', { name: /^Keep Cy/ })).toBeVisible();
});

describe('duplicates', () => {
  const group = { kind: 'near', similarity: 0.93 } as const;
  const across = { ...group, relation: 'acrossIdentities', images: [2, 3], keep: 2 } as const;
  const within = { ...group, relation: 'withinOneIdentity', images: [0, 1], keep: 0 } as const;
  /** Those of which two images are left. */
  const search = (...groups: readonly DuplicateGroup[]) => {
    const ask = (question: Request): Promise<Outcome<never>> => {
      const value =
        question.kind === 'find-duplicates'
          ? groups.filter(
              ({ images }) => images.filter((at) => question.imageIdentity[at]! >= 0).length > 1,
            )
          : answer(question);
      return Promise.resolve({ kind: 'done', value } as Outcome<never>);
    };
    useSession.setState({ ask });
    return tab('Duplicates');
  };

  it('keep one of each group of one person; under several names they wait for a decision', async () => {
    await search(across, within);
    await expect.element(page.getByText('2 groups of images that repeat.')).toBeVisible();
    await userEvent.click(button('Keep one of each group'));
    await newest('Removed Ann/2.jpg of Ann');
    await expect
      .element(page.getByText('1 group is under several names: decide that yourself.'))
      .toBeVisible();
    await expect.element(button('Keep one of each group')).toBeDisabled();
    await expect.element(button('Remove Ann/3.jpg')).toBeVisible();
    await expect.element(button('Remove Bob/1.jpg')).toBeVisible();
  });

  it('under several names go with all their copies, which is undone', async () => {
    await search(across, within);
    await userEvent.click(button('Remove all copies of it'));
    await newest('Removed 2 images of Ann and Bob');
    await expect.element(page.getByText(/under several names/)).not.toBeInTheDocument();
    await userEvent.click(button('Undo'));
    await newest('No corrections.');
    await expect.element(button('Remove all copies of it')).toBeVisible();
  });
});

it('poor images are removed by kind', async () => {
  await tab('Poor images');
  await expect.element(button('Tiny 1')).toHaveAttribute('aria-pressed', 'true');
  await expect
    .element(page.getByText('Tiny: shorter side of the picture under 1 px.'))
    .toBeVisible();
  await expect.element(page.getByText('20×30', { exact: true })).toBeVisible();
  await userEvent.click(button('Remove these 1'));
  await newest(/Removed/);
});

it('a suspected label is corrected', async () => {
  await tab('Wrong labels?');
  await userEvent.click(page.getByRole('button', { name: 'Give Bob/2.jpg to Ann' }));
  await newest(/Ann/);
});

describe('the search for wrong labels', () => {
  const asked: Request['kind'][] = [];
  /** What answers it; everything else is answered as ever. */
  async function search(found: Promise<Outcome<never>>, status: 'running' | 'paused') {
    asked.length = 0;
    useSession.setState({
      status,
      ask: (question: Request) => {
        asked.push(question.kind);
        return question.kind === 'find-mislabelled'
          ? found
          : Promise.resolve({ kind: 'done', value: answer(question) } as Outcome<never>);
      },
    });
    await tab('Wrong labels?');
  }
  const waits = page.getByText('Training waits until this is done');

  it('says that training waits for it, and is given up with the tab', async () => {
    await search(new Promise(() => undefined), 'running');
    await expect.element(waits).toBeVisible();
    await tab('People');
    await expect.poll(() => asked.at(-1)).toBe('cancel-mislabelled');
  });

  it('that was given up for a pause is no failure', async () => {
    const failure = { code: 'data/cancelled', message: 'No.', remedy: 'Give it.' } as const;
    await search(Promise.resolve({ kind: 'failed', failure }), 'paused');
    await newest(/^The search was given up for a pause/);
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  });

  it('before any training is no failure', async () => {
    const failure = { code: 'state/no-data', message: 'Not yet.', remedy: 'Train.' } as const;
    await search(Promise.resolve({ kind: 'failed', failure }), 'paused');
    await newest('Not yet. Train.');
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
    await expect.element(waits).not.toBeInTheDocument();
    await tab('People');
    expect(asked).not.toContain('cancel-mislabelled');
  });
});

it('counts, sizes, formats and files left out are told', async () => {
  await tab('Counts and files');
  await expect.element(page.getByText('Shorter side of the pictures: 20 … 80 px')).toBeVisible();
  await expect.element(page.getByText('notes.txt')).toBeVisible();
  await expect.element(page.getByRole('rowheader', { name: 'JPEG' })).toBeVisible();
  await expect.element(button('Save as CSV')).toBeVisible();
});
