/** The dialog on the native element, also under React's double effects. */
import { StrictMode, useState } from 'react';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Dialog } from './Dialog';
import { mount } from './mount.testing';

function Harness() {
  const [open, setOpen] = useState(false);
  return (
    <StrictMode>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      {open && (
        <Dialog title="A question" onClose={() => setOpen(false)}>
          <p>What it is about.</p>
        </Dialog>
      )}
    </StrictMode>
  );
}

/** Columns in two orders, as a page has them wide and narrow; the dialog is of the first. */
function Columns() {
  const [narrow, setNarrow] = useState(false);
  const first = (
    <div key="first">
      <Dialog title="A question" onClose={() => undefined}>
        <button type="button" onClick={() => setNarrow(!narrow)}>
          Turn the page
        </button>
      </Dialog>
    </div>
  );
  const others = [<div key="second">Second</div>, <div key="third">Third</div>];
  return <main>{narrow ? [...others, first] : [first, ...others]}</main>;
}

const dialog = () => page.getByRole('dialog', { name: 'A question' });

describe('Dialog', () => {
  it('opens modal and stays open', async () => {
    mount(<Harness />);
    await userEvent.click(page.getByRole('button', { name: 'Open' }));
    await expect.element(dialog()).toBeVisible();
    // A close event of the first of the double effects would arrive within a task or two.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect.element(dialog()).toBeVisible();
    expect(document.querySelector('dialog:modal')).not.toBeNull();
  });

  it('stays modal when its panel changes places', async () => {
    mount(<Columns />);
    const turn = page.getByRole('button', { name: 'Turn the page' });
    const lastColumn = () => document.querySelector('main')?.lastElementChild?.textContent;
    await expect.poll(lastColumn).toBe('Third');
    await userEvent.click(turn);
    await expect.poll(lastColumn).not.toBe('Third');
    expect(document.querySelector('dialog:modal')).not.toBeNull();
  });

  it('closes with Escape, its button and a click beside it, and gives the focus back', async () => {
    mount(<Harness />);
    const opener = page.getByRole('button', { name: 'Open' });
    const closings = [
      () => userEvent.keyboard('{Escape}'),
      () => userEvent.click(page.getByRole('button', { name: 'Close' })),
      () =>
        document.elementFromPoint(2, 2)?.dispatchEvent(new MouseEvent('click', { bubbles: true })),
    ];
    for (const close of closings) {
      await userEvent.click(opener);
      await expect.element(dialog()).toBeVisible();
      await close();
      await expect.element(dialog()).not.toBeInTheDocument();
      await expect.element(opener).toHaveFocus();
    }
  });
});
