/** The generator's panel with pictures as the worker draws them: each knob, and the look at it. */
import { useState } from 'react';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
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
  mount(<Source />);
});

/** Gives the form other settings, as a link or Apply does. */
let reset: (settings: SyntheticSettings) => void;

function Source() {
  const [settings, setSettings] = useState(DEFAULT_SYNTHETIC);
  reset = setSettings;
  return <GeneratorForm settings={settings} />;
}

const button = (name: string) => page.getByRole('button', { name });

const pictures = () => page.getByRole('img', { name: /^Some people/ });

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

const apply = () => userEvent.click(button('Apply'));
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

it('an imbalance says how many there will be, empties places, and is applied', async () => {
  await expect.element(page.getByText(/^960 crops of 40 people, 24 each\./)).toBeVisible();
  await set('Imbalance', 2);
  // 24 + 6 + 3, and two of each of the others.
  await expect.element(page.getByText(/^107 crops of 40 people, 2 to 24 each\./)).toBeVisible();
  // Of 40 people most have two images: their other places are empty.
  await expect.poll(() => canvases().length).toBeLessThan(18 - 4);
  expect(pictures().element().children).toHaveLength(18);
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
  await expect.element(page.getByText(/24 each; 240 of them labelled as somebody/)).toBeVisible();
  await apply();
  expect(applied()).toEqual(asSettings({ labelNoise: 0.25 }));
});

it('shows what a value would make while it is typed', async () => {
  await userEvent.fill(page.getByRole('spinbutton', { name: 'Identities' }), '600');
  await expect.element(page.getByText(/^14,400 crops of 600 people/)).toBeVisible();
  await expect.element(page.getByRole('spinbutton', { name: 'Identities' })).toHaveFocus();
});

it('says which field to correct instead of applying, and Defaults corrects it', async () => {
  await set('Identities', 20);
  await set('Difficulty', 7);
  await expect.element(page.getByText('Correct Difficulty first.')).toBeVisible();
  await expect.element(button('Apply')).toBeDisabled();
  await userEvent.click(button('Defaults'));
  await expect.element(page.getByRole('spinbutton', { name: 'Difficulty' })).toHaveValue(0.5);
  await expect.element(page.getByRole('spinbutton', { name: 'Identities' })).toHaveValue(40);
  await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  await expect.element(page.getByText(/^960 crops/)).toBeVisible();
});

it('says that settings make too much, and still draws three people', async () => {
  await set('Identities', 5000);
  await set('Images per identity', 500);
  await expect.element(page.getByRole('alert')).toHaveTextContent(/GB of pixels;/);
  await expect.element(button('Apply')).toBeDisabled();
  const answers = await Promise.all(previewSynthetic.mock.results.map(({ value }) => value));
  expect(answers.map(({ kind }) => kind)).not.toContain('failed');
  expect(previewSynthetic.mock.lastCall?.[0]).toMatchObject({
    identities: 5000,
    imagesPerIdentity: 500,
  });
});

it('stays as it was when its settings are applied, and takes those that come from elsewhere', async () => {
  await userEvent.click(page.getByText('Each nuisance'));
  await set('Pose', 2);
  // Something that is no draft of the next source.
  await userEvent.fill(page.getByRole('spinbutton', { name: 'Difficulty' }), '7');
  reset({ ...DEFAULT_SYNTHETIC, nuisances: { pose: 2 }, seed: 9 });
  await expect.element(page.getByRole('spinbutton', { name: 'Seed of the faces' })).toHaveValue(9);
  await expect.element(page.getByRole('spinbutton', { name: 'Difficulty' })).toHaveValue(0.5);
  await expect.element(page.getByRole('spinbutton', { name: 'Pose' })).toBeVisible();
  await expect.element(page.getByRole('spinbutton', { name: 'Pose' })).toHaveValue(2);
});

it('keeps the pictures in view while what is beneath them scrolls', async () => {
  const { style } = document.documentElement;
  style.setProperty('--run-height', '46px');
  onTestFinished(() => void style.removeProperty('--run-height'));
  await shown();
  await userEvent.click(page.getByText('Each nuisance'));
  const slider = page.getByRole('slider', { name: 'Blur and noise, slider' }).element();
  slider.scrollIntoView({ block: 'end' });
  expect(window.scrollY).toBeGreaterThan(0);
  const { top, bottom } = pictures().element().getBoundingClientRect();
  expect(top).toBeGreaterThanOrEqual(0);
  expect(bottom).toBeLessThan(slider.getBoundingClientRect().top);
  window.scrollTo(0, 0);
});
