/**
 * The crypto device in SOFTWARE: keys in files, sealed under a master key beside them (`file-store.ts` says what that protects
 * and what not), or in memory for tests. Used keys stay in the process's memory until `close`; JavaScript gives no promise
 * that no copy is left there.
 *
 * Several processes may open one directory: they see each other's new keys. A key that one of them destroys is still served by
 * another that had it in memory, until that one closes.
 */
import type { Random } from '#crypto/random.js';
import type { CryptoDevice } from './crypto-device.js';
import { openFileStore } from './file-store.js';
import { memoryStore } from './memory-store.js';
import { StoredKeyDevice } from './stored-key-device.js';

export interface SoftwareDeviceOptions {
  readonly directory: string;
  readonly random: Random;
  /** 32 bytes, when the master key is not kept beside the keys. */
  readonly masterKey?: Uint8Array | undefined;
}

/** Opens the device of a directory, which is made with mode 0700 when missing. Refuses a damaged or readable master key. */
export async function openSoftwareDevice(options: SoftwareDeviceOptions): Promise<CryptoDevice> {
  const { directory, random, masterKey } = options;
  return new StoredKeyDevice(await openFileStore(directory, random, masterKey), random);
}

/**
 * Copies every key and secret of one directory into another that holds none, sealed under another master key (32 bytes
 * each). Marks of destroyed labels are not copied. Nothing is erased.
 */
export async function resealKeys(
  from: { directory: string; masterKey: Uint8Array },
  to: { directory: string; masterKey: Uint8Array },
  random: Random,
): Promise<void> {
  const source = await openFileStore(from.directory, random, from.masterKey);
  const target = await openFileStore(to.directory, random, to.masterKey);
  try {
    for (const label of await source.labels())
      for (const kind of ['key', 'secret'] as const) {
        const payload = await source.read(label, kind);
        if (payload === undefined) continue;
        await target.create({ label, kind, payload });
        payload.fill(0);
      }
  } finally {
    await source.close();
    await target.close();
  }
}

/** The same rules with nothing on disk. */
export function memoryDevice(random: Random): CryptoDevice {
  return new StoredKeyDevice(memoryStore(), random);
}
