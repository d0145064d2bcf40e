/** A number field as a person uses it: typing, arrow keys, bad values, changing one's mind. */
import { useState } from 'react';
import { flushSync } from 'react-dom';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { mount } from './mount.testing';
import { NumberField } from './NumberField';

function Harness({ onCommit }: { readonly onCommit: (value: number) => void }) {
  const [value, setValue] = useState(0.05);
  return (
    <>
      <NumberField
        label="Learning rate"
        value={value}
        range={[1e-7, 10]}
        step="log"
        onCommit={(next) => {
          setValue(next);
          onCommit(next);
        }}
      />
      <button type="button">elsewhere</button>
    </>
  );
}

const field = () => page.getByRole('spinbutton', { name: 'Learning rate' });
const elsewhere = () => page.getByRole('button', { name: 'elsewhere' });

function inputOf(element: Element): HTMLInputElement {
  if (!(element instanceof HTMLInputElement)) throw new Error('a field is an input');
  return element;
}

/** As a person changes what stands in an input, without the time that takes. */
function enter(input: HTMLInputElement, text: string): void {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(input, text);
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

describe('NumberField', () => {
  it('commits on Enter and on leaving, once each', async () => {
    const onCommit = vi.fn();
    mount(<Harness onCommit={onCommit} />);
    await userEvent.fill(field(), '0.1');
    expect(onCommit).not.toHaveBeenCalled();
    await userEvent.keyboard('{Enter}');
    expect(onCommit.mock.calls).toEqual([[0.1]]);
    await userEvent.fill(field(), '0.2');
    await userEvent.click(elsewhere());
    expect(onCommit.mock.calls).toEqual([[0.1], [0.2]]);
    await userEvent.click(field());
    await userEvent.click(elsewhere());
    expect(onCommit).toHaveBeenCalledTimes(2);
  });

  it('keeps a bad value as typed, says why, and commits nothing', async () => {
    const onCommit = vi.fn();
    mount(<Harness onCommit={onCommit} />);
    await userEvent.fill(field(), '11');
    await userEvent.click(elsewhere());
    await expect
      .element(page.getByRole('alert'))
      .toHaveTextContent('Learning rate must be a number from 1e−7 to 10.');
    await expect.element(field()).toHaveValue(11);
    await expect.element(field()).toBeInvalid();
    expect(onCommit).not.toHaveBeenCalled();
  });

  it('takes the draft back with Escape', async () => {
    const onCommit = vi.fn();
    mount(<Harness onCommit={onCommit} />);
    await userEvent.fill(field(), '99');
    await userEvent.keyboard('{Escape}');
    await expect.element(field()).toHaveValue(0.05);
    await userEvent.click(elsewhere());
    expect(onCommit).not.toHaveBeenCalled();
  });

  it('gives up what was typed when the value is set from outside', async () => {
    const onCommit = vi.fn();
    function Preset() {
      const [value, setValue] = useState(0.05);
      return (
        <>
          <NumberField label="Learning rate" value={value} range={[0, 10]} onCommit={onCommit} />
          <button type="button" onClick={() => setValue(0.1)}>
            elsewhere
          </button>
        </>
      );
    }
    mount(<Preset />);
    await userEvent.fill(field(), '11');
    await expect.element(page.getByRole('alert')).toBeVisible();
    await userEvent.click(elsewhere());
    await expect.element(field()).toHaveValue(0.1);
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
    expect(onCommit).not.toHaveBeenCalled();
  });

  it('walks with the arrow keys', async () => {
    const onCommit = vi.fn();
    mount(<Harness onCommit={onCommit} />);
    await userEvent.click(field());
    await userEvent.keyboard('{ArrowUp}{ArrowUp}{ArrowDown}');
    await expect.element(field()).toHaveValue(0.1);
    await userEvent.keyboard('{Enter}');
    expect(onCommit.mock.calls).toEqual([[0.1]]);
  });
});

describe('the slider', () => {
  it('shows every value on the way and commits only where it is let go', async () => {
    const onCommit = vi.fn();
    mount(
      <NumberField
        label="Cap angle"
        value={45}
        range={[1, 89]}
        slider={[5, 85]}
        unit="°"
        onCommit={onCommit}
      />,
    );
    const slider = page.getByRole('slider', { name: 'Cap angle, slider' });
    await expect.element(slider).toHaveValue('45');
    const input = inputOf(slider.element());
    // What a drag does: many input events, then one change.
    for (const value of ['50', '55', '60']) enter(input, value);
    await expect.element(page.getByRole('spinbutton', { name: 'Cap angle' })).toHaveValue(60);
    expect(onCommit).not.toHaveBeenCalled();
    input.dispatchEvent(new Event('change', { bubbles: true }));
    expect(onCommit.mock.calls).toEqual([[60]]);
  });
});

describe('a live field', () => {
  /** With a clock that stands still: only `vi.advanceTimersByTime` lets time go by. */
  async function live(onCommit: (value: number) => void): Promise<HTMLInputElement> {
    function Live() {
      const [value, setValue] = useState(40);
      const [there, setThere] = useState(true);
      return (
        <>
          {there && (
            <NumberField
              label="Learning rate"
              value={value}
              range={[0, 1000]}
              live
              onCommit={(next) => {
                setValue(next);
                onCommit(next);
              }}
            />
          )}
          <button type="button" onClick={() => setThere(false)}>
            elsewhere
          </button>
        </>
      );
    }
    mount(<Live />);
    await expect.element(field()).toBeVisible();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const input = inputOf(field().element());
    input.focus();
    return input;
  }

  /** Some text stands there for some time; what follows from each is drawn. */
  function type(input: HTMLInputElement, text: string, ms: number): void {
    flushSync(() => enter(input, text));
    flushSync(() => void vi.advanceTimersByTime(ms));
  }

  it('commits after a pause, and the typing goes on', async () => {
    const onCommit = vi.fn();
    const input = await live(onCommit);
    type(input, '6', 299);
    type(input, '61', 299);
    expect(onCommit).not.toHaveBeenCalled();
    type(input, '60', 300);
    expect(onCommit.mock.calls).toEqual([[60]]);
    type(input, '60.50', 300);
    expect(onCommit.mock.calls).toEqual([[60], [60.5]]);
    expect(input.value).toBe('60.50');
    type(input, '6000', 1000);
    expect(onCommit).toHaveBeenCalledTimes(2);
  });

  it('commits at once when it is left, once', async () => {
    const onCommit = vi.fn();
    const input = await live(onCommit);
    type(input, '50', 100);
    flushSync(() => input.blur());
    expect(onCommit.mock.calls).toEqual([[50]]);
    vi.advanceTimersByTime(1000);
    expect(onCommit).toHaveBeenCalledTimes(1);
  });

  it('commits nothing after it has gone', async () => {
    const onCommit = vi.fn();
    const input = await live(onCommit);
    type(input, '50', 100);
    // No focus moves as it goes: leaving it would commit.
    flushSync(() => document.querySelector('button')?.click());
    expect(input.isConnected).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(onCommit).not.toHaveBeenCalled();
  });

  it('goes back with Escape to the value before the typing', async () => {
    const onCommit = vi.fn();
    const input = await live(onCommit);
    type(input, '50', 300);
    type(input, '500', 300);
    const key = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true });
    flushSync(() => void input.dispatchEvent(key));
    expect(onCommit.mock.calls).toEqual([[50], [500], [40]]);
    expect(input.value).toBe('40');
  });
});
