/** For tests: what a tuner keeps between visits, kept for as long as the test. */
import type { TuningRecord, TuningStore } from '../tuner';

export class MemoryStore implements TuningStore {
  readonly records = new Map<string, TuningRecord>();
  async load(key: string): Promise<TuningRecord | null> {
    return this.records.get(key) ?? null;
  }
  async add(key: string, decided: TuningRecord): Promise<void> {
    this.records.set(key, { ...this.records.get(key), ...decided });
  }
  async clear(key: string): Promise<void> {
    this.records.delete(key);
  }
}
