/** The generator's panel with pictures as the worker draws them: each knob, and the look at it. */
import { beforeEach, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { previewOf } from '../../bridge/answers';
import { hash } from '../../data/synthetic/pinned.fixture';
import { DEFAULT_SYNTHETIC, type SyntheticSettings } from '../../data/synthetic/settings';
import { useSession } from '../../state/session';
import { mount } from '../../ui/mount.testing';
import { GeneratorForm } from './GeneratorForm';

const configure = vi.fn(() => Promise.resolve());
const previewSynthetic = vi.fn((...asked: readonly [SyntheticSettings, number, number]) =>
  Promise.resolve({ kind: 'done', value: previewOf(...asked) } as const),
);

beforeEach(() => {
  configure.mockClear();
  previewSynthetic.mockClear();
  useSession.setState({ ...useSession.getInitialState(), configure, previewSynthetic });
  mount(<GeneratorForm settings={DEFAULT_SYNTHETIC} />);
});

const pictures = () => page.getByRole('img', { name: /^Three people/ });

const canvases = () => Array.from(pictures().element().querySelectorAll('canvas'));
const bytesOf = (canvas: HTMLCanvasElement) =>
  canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data;

/** The pictures on screen, each as a hash of its bytes, once all of them are drawn. */
async function shown(): Promise<readonly string[]> {
  const drawn = () => canvases().filter((canvas) => bytesOf(canvas)[3] === 255).length;
  await expect.poll(drawn).toBe(18);
  return canvases().map((canvas) => hash(new Uint8Array(bytesOf(canvas))));
}

async function set(name: string, value: number): Promise<void> {
  await userEvent.fill(page.getByRole('spinbutton', { name, exact: true }), String(value));
  await userEvent.keyboard('{Tab}');
}

const apply = () => userEvent.click(page.getByRole('button', { name: 'Apply' }));
const applied = () => configure.mock.calls;
const asSettings = (change: Partial<SyntheticSettings>) => [
  [{ data: { kind: 'synthetic', settings: { ...DEFAULT_SYNTHETIC, ...change } } }],
];

it('shows what the settings draw, and other pictures with each change, before Apply', async () => {
  const first = await shown();
  const { size, rgba } = previewOf(DEFAULT_SYNTHETIC, 3, 6);
  const bytes = size * size * 4;
  expect(first[4]).toBe(hash(new Uint8Array(rgba.slice(4 * bytes, 5 * bytes))));
  await set('Difficulty', 0);
  await expect.poll(shown).not.toEqual(first);
  const easy = await shown();
  await set('Seed of the faces', 8);
  await expect.poll(shown).not.toEqual(easy);
  expect(configure).not.toHaveBeenCalled();
});

it('an imbalance says that counts are the most, empties places, and is applied', async () => {
  await expect.element(page.getByText(/^960 crops/)).toBeVisible();
  await set('Imbalance', 2);
  await expect.element(page.getByText(/^At most 960 crops/)).toBeVisible();
  // Of 40 people most have two images: their other places are white.
  const white = hash(new Uint8Array(DEFAULT_SYNTHETIC.cropSize ** 2 * 4).fill(255));
  await expect
    .poll(async () => (await shown()).filter((picture) => picture === white).length)
    .toBeGreaterThan(4);
  await apply();
  expect(applied()).toEqual(asSettings({ imbalance: 2 }));
});

it('each nuisance has a factor that changes the pictures; the usual one is not written down', async () => {
  await userEvent.click(page.getByText('Each nuisance'));
  let before = await shown();
  const all: [string, string][] = [
    ['Pose', 'pose'],
    ['Framing', 'framing'],
    ['Light', 'light'],
    ['Expression', 'expression'],
    ['Things in front', 'occlusion'],
    ['Background', 'backdrop'],
    ['Blur and noise', 'camera'],
  ];
  for (const [label] of all) {
    await set(label, 0);
    await expect.poll(shown).not.toEqual(before);
    before = await shown();
  }
  await set('Light', 1);
  await apply();
  const rest = all.filter(([label]) => label !== 'Light').map(([, name]) => [name, 0]);
  expect(applied()).toEqual(asSettings({ nuisances: Object.fromEntries(rest) }));
});

it('label noise is applied as a share', async () => {
  await set('Label noise', 0.25);
  await apply();
  expect(applied()).toEqual(asSettings({ labelNoise: 0.25 }));
});
