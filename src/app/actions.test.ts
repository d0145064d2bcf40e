import { describe, expect, it, vi } from 'vitest';
import { type ActionFacts, actionForPress, createActions, type Focus, type Press } from './actions';

const PAUSED: ActionFacts = {
  running: false,
  stepping: false,
  waiting: false,
  busy: false,
  ready: true,
};
const PAGE: Focus = { typing: false, pressable: false, modal: false };

function effects() {
  return {
    play: vi.fn(),
    pause: vi.fn(),
    stepBatch: vi.fn(),
    stepEpoch: vi.fn(),
    reset: vi.fn(),
    newSeed: vi.fn(),
    share: vi.fn(),
    cycleTheme: vi.fn(),
    openHelp: vi.fn(),
  };
}

function press(key: string, change: Partial<Press> = {}): Press {
  return { key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...change };
}

describe('createActions', () => {
  it('gives every action its own id and key', () => {
    const all = Object.values(createActions(PAUSED, effects()));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const keys = all.map(({ key }) => key).filter((key) => key !== null);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.sort()).toEqual([' ', '?', 'e', 'r', 's']);
  });

  it('plays when it stands and pauses when it runs or waits', () => {
    const done = effects();
    createActions(PAUSED, done).play.run();
    createActions({ ...PAUSED, running: true }, done).play.run();
    createActions({ ...PAUSED, ready: false, busy: true, waiting: true }, done).play.run();
    expect(done.play).toHaveBeenCalledTimes(1);
    expect(done.pause).toHaveBeenCalledTimes(2);
    expect(createActions({ ...PAUSED, running: true }, done).play.label).toBe('Pause');
  });

  it('steps only while training stands still', () => {
    const enabled = (facts: ActionFacts) => createActions(facts, effects()).stepBatch.enabled;
    expect(enabled(PAUSED)).toBe(true);
    expect(enabled({ ...PAUSED, running: true })).toBe(false);
    expect(enabled({ ...PAUSED, busy: true })).toBe(false);
    expect(enabled({ ...PAUSED, ready: false })).toBe(false);
  });

  it('takes more batches while batches are trained, but no second rest of the epoch', () => {
    const stepping = { ...PAUSED, running: true, stepping: true };
    const { stepBatch, stepEpoch } = createActions(stepping, effects());
    expect(stepBatch.enabled).toBe(true);
    expect(stepEpoch.enabled).toBe(false);
    expect(createActions({ ...stepping, busy: true }, effects()).stepBatch.enabled).toBe(false);
  });

  it('lets Play be pressed early and not without faces', () => {
    const enabled = (facts: ActionFacts) => createActions(facts, effects()).play.enabled;
    expect(enabled({ ...PAUSED, ready: false, busy: true })).toBe(true);
    expect(enabled({ ...PAUSED, ready: false })).toBe(false);
  });
});

describe('actionForPress', () => {
  const actions = createActions(PAUSED, effects());

  it.each([
    [' ', 'play'],
    ['s', 'step-batch'],
    ['S', 'step-batch'],
    ['e', 'step-epoch'],
    ['r', 'reset'],
    ['?', 'help'],
  ])('%s is %s', (key, id) => {
    expect(actionForPress(actions, press(key), PAGE)?.id).toBe(id);
  });

  it('leaves keys to fields, dialogs and the browser', () => {
    for (const key of [' ', 's', '?']) {
      expect(actionForPress(actions, press(key), { ...PAGE, typing: true })).toBeNull();
      expect(actionForPress(actions, press(key), { ...PAGE, modal: true })).toBeNull();
    }
    expect(actionForPress(actions, press('r', { ctrlKey: true }), PAGE)).toBeNull();
    expect(actionForPress(actions, press('r', { metaKey: true }), PAGE)).toBeNull();
    expect(actionForPress(actions, press('s', { repeat: true }), PAGE)).toBeNull();
    expect(actionForPress(actions, press('x'), PAGE)).toBeNull();
  });

  it('leaves Space, and only Space, to a focused button', () => {
    const button = { ...PAGE, pressable: true };
    expect(actionForPress(actions, press(' '), button)).toBeNull();
    expect(actionForPress(actions, press('s'), button)?.id).toBe('step-batch');
  });

  it('does not run what is not possible now', () => {
    const running = createActions({ ...PAUSED, running: true }, effects());
    expect(actionForPress(running, press('s'), PAGE)).toBeNull();
    expect(actionForPress(running, press(' '), PAGE)?.label).toBe('Pause');
  });
});
