/** The bar: buttons from actions, and the engine report behind the badge. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { EngineReport } from '../../engine/engine';
import { useSession } from '../../state/session';
import { DEFAULT_EXPERIMENT } from '../../training/defaults';
import { inputOf } from '../../training/networkInput';
import type { Action } from '../../ui/action';
import { mount } from '../../ui/mount.testing';
import { TopBar } from './TopBar';

const ENGINE: EngineReport = {
  name: 'tfjs-webgpu',
  backend: 'webgpu',
  adapter: { vendor: 'google', architecture: 'swiftshader', description: '', software: true },
  threads: null,
  reason: 'It was the fastest of three.',
  considered: [
    { name: 'tfjs-webgpu', available: true, probeMs: 8.3, note: null },
    { name: 'tfjs-wasm', available: true, probeMs: 20, note: null },
  ],
};

const configure = vi.fn(() => Promise.resolve());

function action(label: string, change: Partial<Action> = {}): Action {
  return {
    id: label,
    label,
    description: label,
    key: null,
    enabled: true,
    run: vi.fn(),
    ...change,
  };
}

beforeEach(() => {
  configure.mockClear();
  useSession.setState({
    ...useSession.getInitialState(),
    configure,
    step: 1234,
    epoch: 20.61,
    imagesPerSecond: 18_240.4,
    experiment: {
      config: DEFAULT_EXPERIMENT,
      engine: ENGINE,
      input: inputOf(DEFAULT_EXPERIMENT),
      classes: 40,
      trainImages: 1,
      validationImages: 1,
      openSet: false,
      stepsPerEpoch: 1,
      batchSize: 32,
      commonScale: 1,
      parameters: 1,
      flopsPerImage: 1,
      warnings: [],
    },
  });
});

function bar(play: Action) {
  return (
    <TopBar
      actions={{
        play,
        training: [action('1 batch', { enabled: false })],
        page: [action('Share')],
        theme: action('Theme'),
        help: action('Help and keys', { key: '?' }),
      }}
    />
  );
}

describe('TopBar', () => {
  it('shows the counters with their units', async () => {
    mount(bar(action('Play')));
    await expect.element(page.getByText(/step 1,234/)).toBeVisible();
    await expect.element(page.getByText(/epoch 20\.6/)).toBeVisible();
    await expect.element(page.getByText(/18,240 images\/s/)).toBeVisible();
  });

  it('runs actions and leaves Space to the page after a click', async () => {
    const play = action('Play', { key: ' ' });
    mount(bar(play));
    const button = page.getByRole('button', { name: 'Play' });
    await userEvent.click(button);
    expect(play.run).toHaveBeenCalledTimes(1);
    await expect.element(button).not.toHaveFocus();
    await expect
      .element(page.getByRole('button', { name: 'Help and keys' }))
      .toHaveTextContent('?');
  });

  it('keeps the focus on a button that is not possible now, and does not run it', async () => {
    const play = action('Play', { key: ' ', enabled: false });
    mount(bar(play));
    const button = page.getByRole('button', { name: 'Play' });
    await expect.element(button).toHaveAttribute('aria-disabled', 'true');
    (button.element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    expect(play.run).not.toHaveBeenCalled();
    await expect.element(button).toHaveFocus();
  });

  it('names a software adapter and explains the choice behind the badge', async () => {
    mount(bar(action('Play')));
    await userEvent.click(
      page.getByRole('button', { name: 'Engine: TensorFlow.js WebGPU · software adapter' }),
    );
    await expect.element(page.getByText('It was the fastest of three.')).toBeVisible();
    await expect.element(page.getByText('GPU, general kernels · 8.3 ms a step')).toBeVisible();
    await userEvent.selectOptions(
      page.getByRole('combobox', { name: 'Use' }),
      'TensorFlow.js on WebAssembly',
    );
    expect(configure.mock.calls).toEqual([[{ engine: 'tfjs-wasm' }]]);
  });

  it('says in words what was asked for', async () => {
    const { experiment } = useSession.getState();
    useSession.setState({
      experiment: {
        ...experiment!,
        config: { ...DEFAULT_EXPERIMENT, engine: 'tfjs-wasm' },
        engine: { ...ENGINE, name: 'tfjs-wasm', reason: 'Chosen in the settings.' },
      },
    });
    mount(bar(action('Play')));
    await userEvent.click(page.getByRole('button', { name: /^Engine/ }));
    const panel = page.getByRole('region', { name: 'Engine' });
    await expect.element(panel).toHaveTextContent('Asked for: TensorFlow.js on WebAssembly.');
    await expect.element(panel).not.toHaveTextContent('tfjs');
    // It has no plan to show.
    await expect.element(panel).not.toHaveTextContent('What runs on the GPU');
  });

  it('lists WebGPU first, and opens its plan with the focus to come back to the badge', async () => {
    const { experiment } = useSession.getState();
    useSession.setState({
      experiment: { ...experiment!, engine: { ...ENGINE, name: 'fused' } },
      describePlan: () => Promise.resolve({ kind: 'done', value: null }),
    });
    mount(bar(action('Play')));
    const badge = page.getByRole('button', { name: 'Engine: WebGPU · software adapter' });
    await userEvent.click(badge);
    await expect.element(page.getByRole('combobox', { name: 'Use' })).toBeVisible();
    const choices = page.getByRole('combobox', { name: 'Use' }).getByRole('option').elements();
    expect(choices.map((option) => option.textContent)).toEqual([
      'Automatic',
      'WebGPU',
      'TensorFlow.js on WebGPU',
      'TensorFlow.js on WebGL',
      'TensorFlow.js on WebAssembly',
      'TensorFlow.js in plain JavaScript',
    ]);
    await userEvent.click(page.getByRole('button', { name: 'What runs on the GPU' }));
    const dialog = page.getByRole('dialog', { name: 'What runs on the GPU' });
    await expect.element(dialog).toHaveTextContent('no plan to show');
    await userEvent.keyboard('{Escape}');
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(badge).toHaveFocus();
  });
});
