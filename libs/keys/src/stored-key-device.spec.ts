import { systemRandom } from '#crypto/random.js';
import { DEFAULT_SM2_ID, sm2Wrap } from '#crypto/sm2.js';
import type { CryptoDevice } from './crypto-device.js';
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

describe('a label that is destroyed while its use waits', () => {
  const message = Uint8Array.of(1);
  const expansion = { key: new Uint8Array(16), i: 0, j: 0 };
  const c = new Uint8Array(32).fill(1);
  const uses: [string, (device: CryptoDevice, own: { sealed: Uint8Array; key: Uint8Array }) => Promise<unknown>][] = [
    ['sign', (device) => device.sign('ca', DEFAULT_SM2_ID, message)],
    ['derive', (device) => device.derive('ca', message)],
    ['seal', (device) => device.seal('ca', message)],
    ['open', (device, { sealed }) => device.open('ca', sealed)],
    ['unwrap', (device, { key }) => device.unwrap('ca', sm2Wrap(key, new Uint8Array(16), systemRandom))],
    ['rebuild', (device) => device.rebuild('ca', expansion, c, 'pc')],
  ];

  async function deviceWithKey() {
    const device = new StoredKeyDevice(memoryStore(), systemRandom);
    const key = await device.createKey('ca');
    return { device, own: { key, sealed: await device.seal('ca', message) } };
  }

  it.each(uses)('refuses to %s: its bytes are zeros by then', async (_, use) => {
    const { device, own } = await deviceWithKey();
    const asked = use(device, own);
    device.dropDestroyed('ca');
    await expect(asked).rejects.toThrow('was destroyed');
  });

  it.each(uses)('refuses to %s when it is closed meanwhile', async (_, use) => {
    const { device, own } = await deviceWithKey();
    const asked = use(device, own);
    await Promise.all([expect(asked).rejects.toThrow('is closed'), device.close()]);
  });

  it('ends a batch between two turns', async () => {
    const { device } = await deviceWithKey();
    const asked = device.signBatch('ca', DEFAULT_SM2_ID, Array<Uint8Array>(2000).fill(message));
    let hasEnded = false;
    const ended = expect(asked)
      .rejects.toThrow('was destroyed')
      .finally(() => (hasEnded = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasEnded).toBe(false);
    await device.destroy('ca');
    await ended;
  });

  it('reads no key back into memory that was dropped while it was read', async () => {
    const store = memoryStore();
    const first = new StoredKeyDevice(store, systemRandom);
    await first.createKey('ca');
    const second = new StoredKeyDevice(store, systemRandom);
    const asked = second.sign('ca', DEFAULT_SM2_ID, message);
    second.dropDestroyed('ca');
    await expect(asked).rejects.toThrow('was destroyed');
    await expect(second.sign('ca', DEFAULT_SM2_ID, message)).rejects.toThrow('was destroyed');
  });

  it('stands when its destruction could not be written', async () => {
    const store = memoryStore();
    let isDiskFull = true;
    const failing = {
      ...store,
      destroy: async (label: string) => {
        if (isDiskFull) throw new Error('disk full');
        await store.destroy(label);
      },
    };
    const device = new StoredKeyDevice(failing, systemRandom);
    await device.createKey('ca');
    await expect(device.destroy('ca')).rejects.toThrow('disk full');
    expect(await device.sign('ca', DEFAULT_SM2_ID, message)).toHaveLength(64);
    isDiskFull = false;
    await device.destroy('ca');
    await expect(device.sign('ca', DEFAULT_SM2_ID, message)).rejects.toThrow('was destroyed');
  });
});
