import { systemRandom } from '#crypto/random.js';
import { memoryStore } from './memory-store.js';
import { StoredKeyDevice } from './stored-key-device.js';

describe('StoredKeyDevice over a slow store', () => {
  it('leaves no record behind when a label is destroyed while its key is being written', async () => {
    const store = memoryStore();
    const gate: { open?: () => void } = {};
    const slow = {
      ...store,
      create: async (record: Parameters<typeof store.create>[0]) => {
        if (record.kind === 'key') await new Promise<void>((resolve) => (gate.open = resolve));
        return store.create(record);
      },
    };
    const device = new StoredKeyDevice(slow, systemRandom);
    await device.seal('ca', Uint8Array.of(1));
    const both = Promise.allSettled([device.createKey('ca'), device.destroy('ca')]);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    gate.open?.();
    expect((await both).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await store.labels()).toEqual([]);
    await expect(device.sign('ca', Uint8Array.of(1), Uint8Array.of(1))).rejects.toThrow('was destroyed');
    await device.close();
  });
});
