/** The shell around the panels: keys that reach the session, and a page that survives its own errors. */
import { useCallback } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { ExperimentSummary } from '../bridge/protocol';
import { useSession } from '../state/session';
import { mount } from '../ui/mount.testing';
import { ErrorBoundary } from './ErrorBoundary';
import { useActions, useShortcuts } from './useActions';

const commands = {
  play: vi.fn(() => Promise.resolve()),
  pause: vi.fn(() => Promise.resolve()),
  stepBatches: vi.fn((_count: number) => Promise.resolve()),
  stepEpoch: vi.fn(() => Promise.resolve()),
  reset: vi.fn(() => Promise.resolve()),
};

beforeEach(() => {
  for (const command of Object.values(commands)) command.mockClear();
  // Only whether there is an experiment decides here.
  const experiment = { warnings: [] } as unknown as ExperimentSummary;
  useSession.setState({
    ...useSession.getInitialState(),
    ...commands,
    experiment,
    status: 'paused',
  });
});

function Page() {
  const actions = useActions(useCallback(() => undefined, []));
  useShortcuts(actions);
  return (
    <>
      <input aria-label="Name" />
      <button type="button">elsewhere</button>
      <p>{actions.play.label}</p>
    </>
  );
}

describe('useShortcuts', () => {
  it('sends keys to the session', async () => {
    mount(<Page />);
    await expect.element(page.getByText('Play')).toBeVisible();
    await userEvent.keyboard('s');
    await userEvent.keyboard('e');
    await userEvent.keyboard('r');
    await userEvent.keyboard(' ');
    expect(commands.stepBatches.mock.calls).toEqual([[1]]);
    expect(commands.stepEpoch).toHaveBeenCalledTimes(1);
    expect(commands.reset).toHaveBeenCalledTimes(1);
    expect(commands.play).toHaveBeenCalledTimes(1);
    useSession.setState({ status: 'running' });
    await expect.element(page.getByText('Pause')).toBeVisible();
    await userEvent.keyboard(' ');
    expect(commands.pause).toHaveBeenCalledTimes(1);
  });

  it('adds up batches that are asked for while others are trained', async () => {
    const done: (() => void)[] = [];
    commands.stepBatches.mockImplementation(() => {
      useSession.setState({ status: 'running' });
      return new Promise<void>((resolve) => done.push(resolve));
    });
    mount(<Page />);
    await expect.element(page.getByText('Play')).toBeVisible();
    for (let press = 0; press < 5; press += 1) await userEvent.keyboard('s');
    expect(commands.stepBatches.mock.calls).toEqual([[1], [1], [1], [1], [1]]);
    for (const finish of done) finish();
    commands.stepBatches.mockImplementation(() => Promise.resolve());
    // Still running without a batch that was asked for: it plays.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await userEvent.keyboard('s');
    expect(commands.stepBatches).toHaveBeenCalledTimes(5);
  });

  it('leaves typing and pressing alone', async () => {
    mount(<Page />);
    await userEvent.click(page.getByRole('textbox', { name: 'Name' }));
    await userEvent.keyboard('serre ');
    await expect.element(page.getByRole('textbox', { name: 'Name' })).toHaveValue('serre ');
    await userEvent.click(page.getByRole('button', { name: 'elsewhere' }));
    await userEvent.keyboard(' ');
    for (const command of Object.values(commands)) expect(command).not.toHaveBeenCalled();
  });
});

describe('ErrorBoundary', () => {
  it('shows what happened and two ways back', async () => {
    const silenced = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    function Broken(): never {
      throw new Error('no such face');
    }
    mount(
      <ErrorBoundary>
        <Broken />
      </ErrorBoundary>,
    );
    await expect.element(page.getByRole('alert')).toHaveTextContent('no such face');
    await expect.element(page.getByRole('button', { name: 'Reload' })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Start afresh' })).toBeVisible();
    silenced.mockRestore();
  });
});
