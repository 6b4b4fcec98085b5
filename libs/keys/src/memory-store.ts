/** Records in memory, gone with the process: for tests and simulations. */
import type { RecordKind, RecordStore } from './record-store.js';

const keyOf = (label: string, kind: RecordKind): string => `${kind} ${label}`;

export function memoryStore(): RecordStore {
  const records = new Map<string, { label: string; payload: Uint8Array }>();
  const destroyed = new Set<string>();
  const remove = (label: string, kind: RecordKind): void => {
    records.get(keyOf(label, kind))?.payload.fill(0);
    records.delete(keyOf(label, kind));
  };
  return {
    read: (label, kind) => Promise.resolve(records.get(keyOf(label, kind))?.payload.slice()),
    isDestroyed: (label) => Promise.resolve(destroyed.has(label)),
    create: ({ label, kind, payload }) => {
      const isNew = !records.has(keyOf(label, kind));
      if (isNew) records.set(keyOf(label, kind), { label, payload: payload.slice() });
      return Promise.resolve(isNew);
    },
    destroy: (label) => {
      destroyed.add(label);
      remove(label, 'key');
      remove(label, 'secret');
      return Promise.resolve();
    },
    labels: () => Promise.resolve([...new Set([...records.values()].map(({ label }) => label))]),
    destroyedLabels: () => Promise.resolve([...destroyed]),
    close: () => {
      for (const { payload } of records.values()) payload.fill(0);
      records.clear();
      return Promise.resolve();
    },
  };
}
