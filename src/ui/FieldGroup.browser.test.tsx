/** Where the inputs of a group stand. */
import { expect, it, onTestFinished } from 'vitest';
import { page } from 'vitest/browser';
import { FieldGroup } from './FieldGroup';
import { mount } from './mount.testing';
import { NumberField } from './NumberField';
import { OptionalNumberField } from './OptionalNumberField';

const nothing = (): void => undefined;

const box = (name: string) =>
  page.getByRole('spinbutton', { name }).element().getBoundingClientRect();

it('lines up inputs with units, without, and beneath a switch', async () => {
  const { style } = document.documentElement;
  style.setProperty('--space-4', '16px');
  onTestFinished(() => void style.removeProperty('--space-4'));
  mount(
    <FieldGroup>
      <NumberField label="People" value={2} range={[2, 9]} onCommit={nothing} />
      <NumberField label="Crop size" value={32} range={[32, 144]} unit="px" onCommit={nothing} />
      <OptionalNumberField
        label="Limit"
        numberLabel="At most"
        value={5}
        first={20}
        range={[1, 99]}
        unit="images"
        onCommit={nothing}
      />
    </FieldGroup>,
  );
  await expect.element(page.getByRole('spinbutton', { name: 'At most' })).toBeVisible();
  for (const name of ['Crop size', 'At most']) {
    expect(box(name).left).toBeCloseTo(box('People').left, 1);
    expect(box(name).right).toBeCloseTo(box('People').right, 1);
  }
  const label = (text: string) => page.getByText(text, { exact: true }).element();
  expect(label('At most').getBoundingClientRect().left).toBeGreaterThan(
    label('Limit').getBoundingClientRect().left + 8,
  );
});
