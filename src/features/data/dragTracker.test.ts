import { describe, expect, it } from 'vitest';
import { DragTracker } from './dragTracker';

const page = { isConnected: true };
const panel = { isConnected: true };

describe('DragTracker', () => {
  it('stays over while the pointer crosses elements, in either order of events', () => {
    for (const enterFirst of [true, false]) {
      const drag = new DragTracker<{ isConnected: boolean }>();
      drag.enter(page);
      if (enterFirst) {
        drag.enter(panel);
        drag.leave(page);
      } else {
        drag.leave(page);
        drag.enter(panel);
      }
      expect(drag.over).toBe(true);
      drag.leave(panel);
      expect(drag.over).toBe(false);
    }
  });

  it('is not fooled by an enter that comes twice', () => {
    const drag = new DragTracker<{ isConnected: boolean }>();
    drag.enter(page);
    drag.enter(page);
    drag.leave(page);
    expect(drag.over).toBe(false);
  });

  it('forgets an element that was removed under the pointer', () => {
    const drag = new DragTracker<{ isConnected: boolean }>();
    const button = { isConnected: true };
    drag.enter(page);
    drag.enter(button);
    button.isConnected = false;
    drag.leave(page);
    expect(drag.over).toBe(false);
  });

  it('ends with the drop', () => {
    const drag = new DragTracker<{ isConnected: boolean }>();
    drag.enter(page);
    drag.enter(panel);
    drag.end();
    expect(drag.over).toBe(false);
  });
});
