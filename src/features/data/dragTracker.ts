/**
 * Whether a drag is over the window. Every element crossed sends an enter and a leave, in an order that
 * differs between browsers, so the elements entered and not yet left are kept, not counted.
 */

/** The part of a node that matters: an element removed under the pointer never sends its leave. */
export interface Entered {
  readonly isConnected: boolean;
}

export class DragTracker<Target extends Entered> {
  private readonly entered = new Set<Target>();

  enter(target: Target): void {
    this.forgetRemoved();
    this.entered.add(target);
  }

  leave(target: Target): void {
    this.entered.delete(target);
    this.forgetRemoved();
  }

  /** Dropped or abandoned. */
  end(): void {
    this.entered.clear();
  }

  get over(): boolean {
    return this.entered.size > 0;
  }

  private forgetRemoved(): void {
    for (const target of this.entered) {
      if (!target.isConnected) this.entered.delete(target);
    }
  }
}
