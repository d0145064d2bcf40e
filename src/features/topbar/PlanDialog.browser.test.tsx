/** The plan in its dialog: what is shown, when it can be measured, how it is copied. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { useSession } from '../../state/session';
import type { Session } from '../../state/session.types';
import { mount } from '../../ui/mount.testing';
import { PlanDialog } from './PlanDialog';
import { MEASURED, PLAN } from './plan.testing';

const describePlan = vi.fn<Session['describePlan']>();
const onClose = vi.fn();

beforeEach(() => {
  describePlan.mockReset();
  describePlan.mockImplementation(async (_, measure) => ({
    kind: 'done',
    value: measure ? MEASURED : PLAN,
  }));
  onClose.mockReset();
  useSession.setState({ ...useSession.getInitialState(), describePlan, status: 'paused' });
});

const row = (name: string | RegExp) => page.getByRole('row', { name });

describe('PlanDialog', () => {
  it('shows every dispatch under its phase, with the sums', async () => {
    mount(<PlanDialog onClose={onClose} />);
    await expect
      .element(row(/^stage1\/norm/))
      .toHaveTextContent('stage1/norm norm 16×16×16norm16×16×1616800 kB–');
    await expect.element(row(/^Forward/)).toHaveTextContent('Forward2.0 MB7');
    await expect.element(row(/^Whole step/)).toHaveTextContent('Whole step4.1 MB21');
    expect(page.getByRole('columnheader', { name: 'ms' }).elements()).toEqual([]);
    expect(describePlan.mock.calls).toEqual([['A', false]]);
  });

  it('measures on request, and draws how long each took', async () => {
    mount(<PlanDialog onClose={onClose} />);
    await userEvent.click(page.getByRole('button', { name: 'Measure' }));
    await expect.element(row(/^Whole step/)).toHaveTextContent('Whole step4.1 MB212.10');
    expect(describePlan.mock.calls.at(-1)).toEqual(['A', true]);
    const bars = [...document.querySelectorAll<HTMLElement>('td[aria-hidden] > span')];
    const widths = bars.map((bar) => bar.style.inlineSize);
    expect(widths).toEqual(['16.7%', '33.3%', '50%', '66.7%', '83.3%', '100%']);
  });

  it('says why it cannot measure while training, and keeps the focus', async () => {
    useSession.setState({ status: 'running' });
    mount(<PlanDialog onClose={onClose} />);
    const button = page.getByRole('button', { name: 'Measure' });
    await expect.element(button).toHaveAttribute('aria-disabled', 'true');
    await expect.element(page.getByText('It trains now: pause first')).toBeVisible();
    (button.element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(button).toHaveFocus();
    expect(describePlan.mock.calls.map(([, measure]) => measure)).toEqual([false]);
  });

  it('asks for the plan of another arm', async () => {
    mount(<PlanDialog onClose={onClose} />);
    await userEvent.selectOptions(page.getByRole('combobox'), 'B');
    await expect.poll(() => describePlan.mock.calls.at(-1)).toEqual(['B', false]);
  });

  it('copies it as text', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    mount(<PlanDialog onClose={onClose} />);
    await userEvent.click(page.getByRole('button', { name: 'Copy as text' }));
    await expect.element(page.getByText('Copied.')).toBeVisible();
    expect(write.mock.calls[0]![0]).toContain('Training step of arm A\n');
    write.mockRestore();
  });

  it('keeps the table where measuring failed, and says why', async () => {
    mount(<PlanDialog onClose={onClose} />);
    await expect.element(row(/^Whole step/)).toBeVisible();
    describePlan.mockResolvedValue({
      kind: 'failed',
      failure: { code: 'engine/failed', message: 'The device is gone.', remedy: 'Reload.' },
    });
    await userEvent.click(page.getByRole('button', { name: 'Measure' }));
    await expect.element(page.getByRole('alert')).toHaveTextContent('The device is gone. Reload.');
    await expect.element(row(/^Whole step/)).toBeVisible();
  });

  it('says so where the engine plans nothing', async () => {
    describePlan.mockResolvedValue({ kind: 'done', value: null });
    mount(<PlanDialog onClose={onClose} />);
    await expect.element(page.getByText(/This engine has no plan to show/)).toBeVisible();
    expect(page.getByRole('button', { name: 'Measure' }).elements()).toEqual([]);
  });

  it('says that nothing was measured where kernels are chosen by kind of adapter', async () => {
    mount(<PlanDialog onClose={onClose} />);
    await expect.element(page.getByText('on this one nothing was measured')).toBeVisible();
  });

  it('shows how kernels were chosen, and forgets it on request', async () => {
    const resetTuning = vi.fn<Session['resetTuning']>(async () => ({ kind: 'done', value: null }));
    useSession.setState({ resetTuning });
    const measured = [
      { name: 'wide', ms: 0.5 },
      { name: 'narrow', ms: 0.25 },
    ];
    const tuning = [{ shape: 'conv forward', chosen: 'narrow', measured }];
    describePlan.mockResolvedValue({ kind: 'done', value: { ...PLAN, tuning } });
    mount(<PlanDialog onClose={onClose} />);
    await userEvent.click(page.getByText('How the kernels were chosen: 1 shape measured'));
    await expect.element(page.getByText('narrow 0.250 ms · wide 0.500 ms')).toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'Forget what was measured' }));
    await expect.element(page.getByText('Forgotten.')).toBeVisible();
    expect(resetTuning).toHaveBeenCalledOnce();
  });
});
