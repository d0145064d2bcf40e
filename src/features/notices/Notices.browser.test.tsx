/** The banners: what is spoken how, and what dismissing means. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { useSession } from '../../state/session';
import type { SessionState } from '../../state/session.types';
import { mount } from '../../ui/mount.testing';
import { Notices } from './Notices';

const DIVERGED: SessionState['diverged'][number] = {
  kind: 'diverged',
  arm: 'B',
  step: 412,
  quantity: 'loss',
  lastGood: null,
};

beforeEach(() => {
  useSession.setState(useSession.getInitialState(), true);
});

describe('Notices', () => {
  it('speaks errors at once and runs their action', async () => {
    const run = vi.fn();
    useSession.getState().notify({
      key: 'a',
      tone: 'error',
      title: 'Something broke.',
      detail: 'Try again.',
      action: { label: 'Try again', run },
    });
    mount(<Notices />);
    await expect.element(page.getByRole('alert')).toHaveTextContent('Something broke. Try again.');
    await userEvent.click(page.getByRole('button', { name: 'Try again' }));
    expect(run).toHaveBeenCalledTimes(1);
    await userEvent.click(page.getByRole('button', { name: 'Dismiss' }));
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
    expect(useSession.getState().notices).toEqual([]);
  });

  it('hides a dismissed divergence until it happens again', async () => {
    useSession.setState({ diverged: [DIVERGED], step: 412 });
    mount(<Notices />);
    await expect.element(page.getByRole('alert')).toHaveTextContent('diverged at step 412');
    await userEvent.click(page.getByRole('button', { name: 'Dismiss' }));
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
    useSession.setState({ diverged: [], step: 0 });
    // Let the page see the empty list before the same thing comes back.
    await new Promise((resolve) => setTimeout(resolve, 50));
    useSession.setState({ diverged: [DIVERGED], step: 412 });
    await expect.element(page.getByRole('alert')).toBeVisible();
  });
});
