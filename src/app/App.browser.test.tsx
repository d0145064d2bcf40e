/** Where things stand: what stays in view, what scrolls alone, and what comes first on a phone. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { useSession } from '../state/session';
import { mount } from '../ui/mount.testing';
import { App } from './App';
import './base.css';
import './theme.css';

const address = `${location.pathname}${location.search}${location.hash}`;

beforeEach(() => {
  useSession.setState(useSession.getInitialState(), true);
  useSession.getState().notify({
    key: 'test',
    tone: 'warning',
    title: 'Something to know.',
    detail: 'It is about the curves.',
    action: null,
  });
});

afterEach(() => window.scrollTo(0, 0));

afterAll(async () => {
  history.replaceState(null, '', address);
  await page.viewport(414, 896);
});

const play = () => page.getByRole('button', { name: 'Play' });
const data = () => page.getByRole('region', { name: 'Data', exact: true });
const curves = () => page.getByRole('heading', { name: 'Curves' });

const precedes = (one: Element, other: Element): boolean =>
  (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;

describe('on a phone', () => {
  it('puts the curves before what is set up, also for Tab', async () => {
    await page.viewport(360, 740);
    mount(<App />);
    await expect.element(data()).toBeVisible();
    expect(precedes(curves().element(), data().element())).toBe(true);
    await page.viewport(1440, 900);
    await expect.poll(() => precedes(data().element(), curves().element())).toBe(true);
  });

  it('has the ways to bring faces on its first screen, and one to all about them', async () => {
    await page.viewport(360, 740);
    mount(<App />);
    const strip = page.getByRole('region', { name: 'Faces in use' });
    await expect.element(strip.getByRole('button', { name: /^Choose files/ })).toBeInViewport();
    expect(precedes(strip.element(), curves().element())).toBe(true);
    expect(strip.element().getBoundingClientRect().height).toBeLessThan(80);
    await expect.element(data()).not.toBeInViewport();
    await userEvent.click(strip.getByRole('button', { name: /^more/ }));
    await expect.element(data()).toBeInViewport();
    // Tab goes on from there.
    await userEvent.keyboard('{Tab}');
    expect(data().element().contains(document.activeElement)).toBe(true);
    const first = document.activeElement?.getBoundingClientRect();
    expect(first?.top).toBeGreaterThanOrEqual(play().element().getBoundingClientRect().bottom);
    await page.viewport(1440, 900);
    await expect.element(strip).not.toBeInTheDocument();
  });

  it('keeps Play and the messages in view, in a small part of the window', async () => {
    await page.viewport(360, 740);
    mount(<App />);
    await expect.element(page.getByText('Something to know.')).toBeVisible();
    window.scrollTo(0, 800);
    await expect.poll(() => window.scrollY).toBe(800);
    const button = play().element().getBoundingClientRect();
    const message = page
      .getByRole('region', { name: 'Messages' })
      .element()
      .getBoundingClientRect();
    expect(button.top).toBeGreaterThanOrEqual(0);
    expect(message.top).toBeGreaterThanOrEqual(button.bottom);
    expect(message.bottom).toBeLessThan(740 / 3);
    const share = page.getByRole('button', { name: 'Share' }).element().getBoundingClientRect();
    expect(share.bottom).toBeLessThan(0);
    expect(document.documentElement.scrollWidth).toBe(360);
  });
});

describe('on a wide screen', () => {
  it('scrolls the columns, never the page', async () => {
    await page.viewport(1440, 520);
    mount(<App />);
    await expect.element(data()).toBeVisible();
    expect(document.documentElement.scrollHeight).toBeLessThanOrEqual(520);
    const column = data().element().parentElement!;
    expect(column.scrollHeight).toBeGreaterThan(column.clientHeight);
    const heading = curves().element();
    const at = heading.getBoundingClientRect().top;
    column.scrollTop = 150;
    expect(column.scrollTop).toBe(150);
    expect(heading.getBoundingClientRect().top).toBe(at);
  });
});
