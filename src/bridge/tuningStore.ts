/**
 * Keeps what the kernel tuner measured in this browser's IndexedDB, so that an adapter is measured once
 * and not at every visit. What other tabs measured stays beside it. Where there is no storage (private windows, full disks) everything is measured
 * again; nothing else is lost.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { TuningRecord, TuningStore } from '../engine/fused/tuner';

interface Schema extends DBSchema {
  records: { key: string; value: TuningRecord };
}

const NAME = 'adacos-tuning';

export function tuningStore(): TuningStore {
  let opened: Promise<IDBPDatabase<Schema>> | null = null;
  const database = (): Promise<IDBPDatabase<Schema>> => {
    opened ??= openDB<Schema>(NAME, 1, {
      upgrade: (fresh) => {
        fresh.createObjectStore('records');
      },
    });
    return opened;
  };
  return {
    load: async (key) => (await (await database()).get('records', key)) ?? null,
    add: async (key, decided) => {
      // Between reading and writing no other tab comes in.
      const { store, done } = (await database()).transaction('records', 'readwrite');
      const kept = await store.get(key);
      await Promise.all([store.put({ ...kept, ...decided }, key), done]);
    },
    clear: async (key) => {
      await (await database()).delete('records', key);
    },
  };
}
