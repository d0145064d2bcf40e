/** The choice of a part, with the real worker behind it: what is shown is what is loaded. */
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { PRESETS } from '../../models/presets';
import { useSession } from '../../state/session';
import { DEFAULT_EXPERIMENT } from '../../training/defaults';
import { mount } from '../../ui/mount.testing';
import { DataSettings } from './DataSettings';

/** Images per person. */
const COUNTS = { Ann: 5, Bob: 3, Cy: 4, Dee: 1 } as const;

const FILES = Object.entries(COUNTS).flatMap(([name, count]) =>
  Array.from({ length: count }, (_, image) => {
    const path = `faces/${name}/${image + 1}.pgm`;
    const pixels = new Uint8Array(64).fill(20 * image);
    return { path, file: new File(['P5 8 8 255\n', pixels], path) };
  }),
);

const session = () => useSession.getState();
const counts = () => {
  const { data, busy } = session();
  return busy === null && data !== null ? [data.images, data.identities.length] : null;
};

beforeAll(async () => {
  const { stages } = PRESETS.tiny;
  const model = { ...PRESETS.tiny, stages: stages.slice(0, 1), pooling: 'average' } as const;
  const config = { ...DEFAULT_EXPERIMENT, engine: 'tfjs-cpu', model, evaluateEvery: 0 } as const;
  useSession.setState({ config });
  await session().load(FILES, 'faces');
  expect(counts()).toEqual([12, 3]);
});

afterAll(() => useSession.setState(useSession.getInitialState()));

beforeEach(async () => {
  const everything = { maxImagesPerIdentity: null, firstIdentities: null, sample: null };
  await session().reloadFiles({ minImagesPerIdentity: 2, namePattern: null, ...everything });
  mount(<DataSettings />);
  await userEvent.click(page.getByText('How files are read'));
  await userEvent.click(page.getByRole('button', { name: 'Choose a part, crop, labels…' }));
  await expect.element(counted()).toHaveTextContent('This loads 12 images of 3 people');
});

const dialog = () => page.getByRole('dialog', { name: 'Which part of faces?' });
const counted = () => dialog().getByRole('status').first();
const load = () => dialog().getByRole('button', { name: 'Load these' });

async function set(name: string, value: number): Promise<void> {
  await userEvent.fill(dialog().getByRole('spinbutton', { name, exact: true }), String(value));
  await userEvent.keyboard('{Enter}');
}

const turnOn = (name: string) => userEvent.click(dialog().getByRole('checkbox', { name }));

const CASES: readonly (readonly [string, () => Promise<void>, readonly [number, number]])[] = [
  ['a minimum', () => set('Minimum per person', 4), [9, 2]],
  ['everybody', () => set('Minimum per person', 1), [13, 4]],
  [
    'so many images of each at most',
    async () => {
      await turnOn('Limit the images of one person');
      await set('Maximum per person', 4);
    },
    [11, 3],
  ],
  [
    'the first people of those with enough images',
    async () => {
      await set('Minimum per person', 4);
      await turnOn('Only the first people by name');
      await set('People', 2);
    },
    [9, 2],
  ],
];

test.each(CASES)('%s', async (_, choose, [images, identities]) => {
  await choose();
  await expect
    .element(counted())
    .toHaveTextContent(`This loads ${images} images of ${identities} people`);
  await userEvent.click(load());
  await expect.poll(counts).toEqual([images, identities]);
});

test('a sample, without people of whom it has too few', async () => {
  // The first seed whose sample of five has one image of somebody.
  const sample = { sample: 5, sampleSeed: 1 };
  const before = session().config.data;
  if (before.kind !== 'files') throw new Error('no files are loaded');
  for (; ; sample.sampleSeed += 1) {
    const outcome = await session().previewFiles({ ...before, ...sample });
    if (outcome.kind === 'done' && outcome.value.images === 4) break;
  }
  await turnOn('Only a random sample');
  await set('Images', sample.sample);
  await set('Seed of the sample', sample.sampleSeed);
  await expect.element(counted()).toHaveTextContent('This loads 4 images of 2 people');
  await userEvent.click(load());
  await expect.poll(counts).toEqual([4, 2]);
  expect(session().config.data).toMatchObject(sample);
});

test('nothing is loaded while a field holds no value', async () => {
  await set('Minimum per person', 3);
  await userEvent.fill(dialog().getByRole('spinbutton', { name: 'Minimum per person' }), '');
  await expect.element(load()).toBeDisabled();
  await expect.element(counted()).toHaveTextContent('Correct Minimum per person first.');
});

test('fewer than two people are refused before anything is read', async () => {
  await set('Minimum per person', 5);
  await expect.element(counted()).toHaveTextContent('5 images of 1 person: training needs two');
  await expect.element(load()).toBeDisabled();
});

test('a pattern: what it makes of the files, what does not fit, what cannot be used', async () => {
  await userEvent.click(dialog().getByText('Who is who'));
  const field = dialog().getByRole('textbox', { name: 'Pattern for paths' });
  const type = async (pattern: string): Promise<void> => {
    await userEvent.fill(field, pattern);
    await userEvent.keyboard('{Enter}');
  };

  // The number of an image as the person: five "people".
  await type('(\\d)\\.pgm');
  await expect.element(dialog().getByText('All 13 paths fit.')).toBeVisible();
  await expect.element(counted()).toHaveTextContent('This loads 12 images of 4 people');
  await expect.element(dialog().getByText(/13 images of 5 people/)).toBeVisible();
  await expect.element(dialog().getByRole('row', { name: 'faces/Ann/1.pgm 1' })).toBeVisible();

  await type('(Ann|Bob)');
  await expect
    .element(dialog().getByText(/^5 of 13 paths do not fit; .+: faces\/Cy\/1\.pgm/))
    .toBeVisible();

  await type('(\\d{9})');
  await expect.element(dialog().getByText(/^No path fits/)).toBeVisible();
  await expect.element(counted()).toHaveTextContent('This loads 12 images of 3 people');

  await type('([a-z');
  await expect
    .element(dialog().getByRole('alert'))
    .toHaveTextContent(/^The pattern is no regular expression: .+ Change the pattern/);
  await expect.element(field).toHaveAttribute('aria-invalid', 'true');
  await expect.element(load()).toBeDisabled();

  // While it is typed, the focus still in the field: Enter and leaving it only spare the pause.
  await userEvent.fill(field, 'faces/(\\w)');
  await expect.element(dialog().getByRole('row', { name: 'faces/Ann/1.pgm A' })).toBeVisible();
  await expect.element(load()).toBeEnabled();
  await userEvent.fill(field, '(\\d+');
  await expect.element(field).toHaveAccessibleDescription(/^The pattern is no regular expression/);
  expect(load().query()).toBeDisabled();
  await expect.element(counted()).toHaveTextContent('Correct Pattern for paths first.');
  expect(dialog().getByRole('table').query()).toBe(null);
  await userEvent.fill(field, '(\\d)');
  await expect.element(dialog().getByRole('row', { name: 'faces/Ann/1.pgm 1' })).toBeVisible();
  await expect.element(field).toHaveFocus();

  await type('');
  await expect.element(dialog().getByRole('alert')).not.toBeInTheDocument();
  await type('faces/(.)');
  await userEvent.click(load());
  await expect
    .poll(() => session().data?.identities.map(({ name }) => name))
    .toEqual(['A', 'B', 'C']);
});

test('what is wrong with a pattern is told once the person pauses; until then it is only not loaded', async () => {
  await userEvent.click(dialog().getByText('Who is who'));
  const field = dialog().getByRole('textbox', { name: 'Pattern for paths' });
  await expect.element(dialog().getByRole('table')).toBeVisible();
  const alert = dialog().getByRole('alert');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  await userEvent.fill(field, '([a-z');
  await expect.element(load()).toBeDisabled();
  await expect.element(field).toHaveAttribute('aria-invalid', 'true');
  expect(alert.query()).toBe(null);
  vi.advanceTimersByTime(300);
  await expect.element(alert).toHaveTextContent(/^The pattern is no regular expression/);
  // Corrected, it is not wrong any more, pause or not; leaving the field is a pause, too.
  await userEvent.fill(field, '(\\d)');
  await expect.element(alert).not.toBeInTheDocument();
  await userEvent.fill(field, '(\\d');
  await expect.element(load()).toBeDisabled();
  expect(alert.query()).toBe(null);
  await userEvent.keyboard('{Tab}');
  await expect.element(alert).toBeVisible();
});

test('corrections that do not fit the part: announced before, and told with their reasons', async () => {
  await session().editFaces([
    { kind: 'exclude', identities: ['Bob'] },
    { kind: 'rename', identity: 'Ann', to: 'Zed' },
    { kind: 'remove', images: ['faces/Cy/1.pgm'] },
  ]);
  await expect
    .element(counted())
    .toHaveTextContent(
      'Your 3 corrections are made to it then, as far as the people and images they name are in it.',
    );
  await userEvent.click(dialog().getByText('Who is who'));
  await userEvent.fill(dialog().getByRole('textbox', { name: 'Pattern for paths' }), '(\\d)\\.pgm');
  await expect.element(dialog().getByText('All 13 paths fit.')).toBeVisible();
  await userEvent.click(load());
  const told = () => session().notices.map(({ title, detail }) => `${title} ${detail}`);
  await expect
    .poll(told)
    .toEqual([
      '2 of your 3 corrections were left out, wholly or in part: the files are read another way now. ' +
        'In this data set there is no identity called Bob. ' +
        'In this data set there is no identity called Ann. ' +
        'Read as before, all of them are made again.',
    ]);
  await session().reloadFiles({ namePattern: null });
  expect(told()).toEqual([]);
  expect(session().data?.identities.map(({ name }) => name)).toEqual(['Cy', 'Zed']);
  await session().editFaces([]);
});
