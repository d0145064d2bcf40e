/** The arms panel against a session whose commands are watched: what is live, what restarts. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { DataSummary, ExperimentSummary } from '../../bridge/protocol';
import { useSession } from '../../state/session';
import { DEFAULT_EXPERIMENT } from '../../training/defaults';
import { inputOf } from '../../training/networkInput';
import { mount } from '../../ui/mount.testing';
import { ArmsPanel } from './ArmsPanel';

const EXPERIMENT: ExperimentSummary = {
  config: DEFAULT_EXPERIMENT,
  engine: {
    name: 'tfjs-cpu',
    backend: 'cpu',
    adapter: null,
    threads: null,
    reason: '',
    considered: [],
  },
  input: inputOf(DEFAULT_EXPERIMENT),
  classes: 40,
  trainImages: 760,
  validationImages: 200,
  openSet: false,
  stepsPerEpoch: 24,
  batchSize: 32,
  commonScale: 5.18,
  parameters: 1,
  flopsPerImage: 1,
  warnings: [],
};

const configure = vi.fn(() => Promise.resolve());
const setHyper = vi.fn(() => Promise.resolve());

beforeEach(() => {
  configure.mockClear();
  setHyper.mockClear();
  useSession.setState({
    ...useSession.getInitialState(),
    config: DEFAULT_EXPERIMENT,
    experiment: EXPERIMENT,
    configure,
    setHyper,
  });
});

const edit = (arm: string) =>
  userEvent.click(page.getByRole('button', { name: `Edit arm ${arm}` }));

describe('ArmsPanel', () => {
  it('emphasises only what differs', async () => {
    mount(<ArmsPanel />);
    const card = page.getByRole('article', { name: /Arm B/ });
    await expect.element(card).toBeVisible();
    const rows = [...card.element().querySelectorAll('[data-different] dt')];
    expect(rows.map((row) => row.textContent)).toEqual(['scale']);
  });

  it('moves the learning rate live', async () => {
    mount(<ArmsPanel />);
    await edit('A');
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Learning rate' }), '0.1');
    await userEvent.keyboard('{Enter}');
    expect(setHyper.mock.calls).toEqual([['A', { kind: 'learning-rate', value: 0.1 }]]);
    expect(configure).not.toHaveBeenCalled();
  });

  it('moves the cap angle live, in degrees on screen and radians inside', async () => {
    mount(<ArmsPanel />);
    await edit('B');
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Cap angle' }), '60');
    await userEvent.keyboard('{Enter}');
    expect(setHyper.mock.calls).toEqual([['B', { kind: 'cap-angle', valueRad: Math.PI / 3 }]]);
  });

  it('speaks of the cap that the arm has', async () => {
    const [a, b] = DEFAULT_EXPERIMENT.arms;
    const loss = { ...b!.loss, capAngleRad: Math.PI / 3 } as const;
    useSession.setState({
      config: { ...DEFAULT_EXPERIMENT, arms: [a!, { ...b!, loss }] as never },
    });
    mount(<ArmsPanel />);
    await edit('B');
    await expect.element(page.getByText(/if that is below 60°/)).toBeVisible();
  });

  it('moves the scale of a fixed arm live, which makes it a normalised softmax', async () => {
    const data = { identities: Array.from({ length: 40 }, () => ({ name: 'x', count: 1 })) };
    // Only how many identities there are decides here.
    useSession.setState({ data: data as unknown as DataSummary });
    mount(<ArmsPanel />);
    await edit('A');
    const field = page.getByRole('spinbutton', { name: 'Scale s' });
    // √2·ln 39
    await expect.element(field).toHaveValue(5.18);
    await userEvent.fill(field, '12');
    await userEvent.keyboard('{Enter}');
    expect(setHyper.mock.calls).toEqual([['A', { kind: 'fixed-scale', value: 12 }]]);
    expect(configure).not.toHaveBeenCalled();
  });

  it('keeps the warnings within reach while training', async () => {
    const warnings = ['Two identities make s = 0.'];
    useSession.setState({ experiment: { ...EXPERIMENT, warnings }, step: 30 });
    mount(<ArmsPanel />);
    await userEvent.click(page.getByText('1 warning about these arms'));
    await expect.element(page.getByText('Two identities make s = 0.')).toBeVisible();
  });

  it('restarts for another guard', async () => {
    mount(<ArmsPanel />);
    await edit('B');
    await userEvent.selectOptions(
      page.getByRole('combobox', { name: 'Guard' }),
      'off, paper-exact',
    );
    const [a, b] = DEFAULT_EXPERIMENT.arms;
    expect(configure.mock.calls).toEqual([
      [{ arms: [a, { ...b, loss: { ...b!.loss, guard: 'paper-exact' } }] }],
    ]);
    expect(setHyper).not.toHaveBeenCalled();
  });

  it('builds a live value in where there is no experiment yet', async () => {
    useSession.setState({ experiment: null });
    mount(<ArmsPanel />);
    await edit('A');
    await userEvent.fill(page.getByRole('spinbutton', { name: 'Learning rate' }), '0.1');
    await userEvent.keyboard('{Enter}');
    expect(setHyper).not.toHaveBeenCalled();
    expect(configure).toHaveBeenCalledTimes(1);
  });

  it('duplicates with one change and removes down to one', async () => {
    mount(<ArmsPanel />);
    await userEvent.click(page.getByRole('button', { name: 'Duplicate with one change…' }));
    await userEvent.selectOptions(
      page.getByRole('combobox', { name: 'What differs' }),
      'learning rate',
    );
    await userEvent.click(page.getByRole('button', { name: 'Add arm C' }));
    const [a, b] = DEFAULT_EXPERIMENT.arms;
    expect(configure.mock.calls).toEqual([
      [{ arms: [a, b, { ...b, id: 'C', learningRate: 0.025 }] }],
    ]);

    useSession.setState({ config: { ...DEFAULT_EXPERIMENT, arms: [b!] } });
    await edit('B');
    await expect.element(page.getByRole('spinbutton', { name: 'Momentum' })).toBeVisible();
    await expect.element(page.getByRole('button', { name: /Remove/ })).not.toBeInTheDocument();
  });
});
