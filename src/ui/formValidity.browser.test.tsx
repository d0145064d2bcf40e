/** A form that knows of a field without a value, and that can take back what was typed. */
import { useState } from 'react';
import { expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { FormScope, useFormValidity } from './formValidity';
import { mount } from './mount.testing';
import { NumberField } from './NumberField';

const onGo = vi.fn();

function Form() {
  const form = useFormValidity();
  const [values, setValues] = useState({ share: 0.5, people: 40 });
  const [both, setBoth] = useState(true);
  return (
    <FormScope form={form}>
      <NumberField
        label="Share"
        value={values.share}
        range={[0, 1]}
        onCommit={(share) => setValues((now) => ({ ...now, share }))}
      />
      {both && (
        <NumberField
          label="People"
          value={values.people}
          range={[2, 100]}
          onCommit={(people) => setValues((now) => ({ ...now, people }))}
        />
      )}
      <button type="button" disabled={form.reason !== null} onClick={() => onGo(values)}>
        Go
      </button>
      <p role="status">{form.reason}</p>
      <button
        type="button"
        onClick={() => {
          setValues({ share: 0.5, people: 40 });
          form.discard();
        }}
      >
        Defaults
      </button>
      <button type="button" onClick={() => setBoth(false)}>
        Without people
      </button>
    </FormScope>
  );
}

const field = (name: string) => page.getByRole('spinbutton', { name });
const button = (name: string) => page.getByRole('button', { name });

it('says which fields to correct, from the key that makes them wrong to the one that mends them', async () => {
  mount(<Form />);
  await expect.element(button('Go')).toBeEnabled();
  await userEvent.fill(field('Share'), '7');
  await expect.element(button('Go')).toBeDisabled();
  await expect.element(page.getByRole('status')).toHaveTextContent(/^Correct Share first\.$/);
  await userEvent.fill(field('People'), '');
  await expect
    .element(page.getByRole('status'))
    .toHaveTextContent('Correct Share and People first.');
  await userEvent.fill(field('Share'), '0.7');
  await userEvent.fill(field('People'), '50');
  await userEvent.click(button('Go'));
  expect(onGo.mock.calls).toEqual([[{ share: 0.7, people: 50 }]]);
});

it('does not wait for a field that has gone', async () => {
  mount(<Form />);
  await userEvent.fill(field('People'), '1');
  await expect.element(button('Go')).toBeDisabled();
  await userEvent.click(button('Without people'));
  await expect.element(button('Go')).toBeEnabled();
});

it('takes back what was typed, also over a value that stays', async () => {
  mount(<Form />);
  await userEvent.fill(field('Share'), '7');
  await userEvent.click(button('Defaults'));
  await expect.element(field('Share')).toHaveValue(0.5);
  await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  await expect.element(button('Go')).toBeEnabled();
});
