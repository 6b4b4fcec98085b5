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

/** Opens the device of a directory, which is made with mode 0700 when missing. Refuses a damaged or readable master key. */
export async function openSoftwareDevice(options: { directory: string; random: Random }): Promise<CryptoDevice> {
  return new StoredKeyDevice(await openFileStore(options.directory, options.random), options.random);
}

/** The same rules with nothing on disk. */
export function memoryDevice(random: Random): CryptoDevice {
  return new StoredKeyDevice(memoryStore(), random);
}
