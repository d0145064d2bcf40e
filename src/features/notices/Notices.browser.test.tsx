/** The banners: what is spoken how, and what dismissing means. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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

describe('on a small screen', () => {
  const LONG = 'It is an HDF5 file, not an image that can be read. '.repeat(4);

  beforeEach(async () => {
    await page.viewport(360, 740);
    const { notify } = useSession.getState();
    for (const key of ['first', 'second']) {
      notify({ key, tone: 'error', title: `The ${key} broke.`, detail: LONG, action: null });
    }
    mount(<Notices />);
  });
  afterEach(() => page.viewport(1280, 900));

  const messages = () => page.getByRole('region', { name: 'Messages' });
  const height = () => messages().element().getBoundingClientRect().height;

  it('takes one line, speaks all, and opens on request', async () => {
    await expect.element(page.getByRole('alert')).toHaveLength(2);
    expect(height()).toBeLessThan(48);
    const dismiss = page.getByRole('button', { name: 'Dismiss' });
    expect(dismiss.element().getBoundingClientRect().right).toBeLessThanOrEqual(360);
    await userEvent.click(page.getByRole('button', { name: 'all 2' }));
    await expect.poll(height).toBeGreaterThan(160);
    expect(messages().element().scrollHeight).toBeLessThanOrEqual(height() + 1);
    await expect.element(page.getByRole('button', { name: 'Dismiss' })).toHaveLength(2);
    await userEvent.click(page.getByRole('button', { name: 'less' }));
    await expect.poll(height).toBeLessThan(48);
  });

  it('keeps the focus where it is when a graver one comes', async () => {
    const { notify, dismiss } = useSession.getState();
    dismiss('first');
    const tell = (tone: 'warning' | 'error') =>
      notify({ key: tone, tone, title: `News: ${tone}.`, detail: LONG, action: null });
    dismiss('second');
    tell('warning');
    await userEvent.click(page.getByRole('button', { name: 'more' }));
    const less = page.getByRole('button', { name: 'less' });
    await expect.element(less).toHaveFocus();
    const before = less.element();
    tell('error');
    await expect.element(page.getByRole('button', { name: 'Dismiss' })).toHaveLength(2);
    await expect.element(page.getByRole('alert')).toHaveTextContent('News: error.');
    expect(less.element()).toBe(before);
    await expect.element(less).toHaveFocus();
    await expect.element(less).toHaveAttribute('aria-expanded', 'true');
  });

  it('shows the next one once the first is put away', async () => {
    await userEvent.click(page.getByRole('button', { name: 'Dismiss' }));
    await expect.element(page.getByRole('alert')).toHaveTextContent('The second broke.');
    await expect.element(page.getByRole('button', { name: 'more' })).toBeVisible();
    expect(height()).toBeLessThan(48);
  });
});
