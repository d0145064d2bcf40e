/** A number field as a person uses it: typing, arrow keys, bad values, changing one's mind. */
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
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
    const input = slider.element();
    if (!(input instanceof HTMLInputElement)) throw new Error('the slider is an input');
    // What a drag does: many input events, then one change.
    const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!;
    for (const value of ['50', '55', '60']) {
      setValue.call(input, value);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }
    await expect.element(page.getByRole('spinbutton', { name: 'Cap angle' })).toHaveValue(60);
    expect(onCommit).not.toHaveBeenCalled();
    input.dispatchEvent(new Event('change', { bubbles: true }));
    expect(onCommit.mock.calls).toEqual([[60]]);
  });
});
