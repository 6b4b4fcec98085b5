/**
 * The master key of a key folder, sealed under a key-encryption key in `master.sealed`: then the folder alone, whole as it is,
 * opens nothing. Without one it lies beside the keys in `master.key` (`file-store.ts`).
 */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '#crypto/random.js';
import { DeviceRefusal } from './device-refusal.js';
import type { KeyEncryptionKey } from './key-encryption.js';
import { createFile, eraseFile, readIfAny, syncFolder } from './key-files.js';

export const MASTER_KEY_BYTES = 32;
const [SEALED, BESIDE] = ['master.sealed', 'master.key'];

/** The 32-byte master key of a folder, made when the folder is new. Refuses (`damaged`) what does not open. */
export async function openMasterKey(directory: string, under: KeyEncryptionKey, random: Random): Promise<Uint8Array> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const present = await sealedMaster(directory, under);
  if (present !== undefined) return present;
  const keys = (await readdir(directory)).some((name) => /\.(?:key|secret|destroyed)$/.test(name));
  // Another process may have made the master key, and its first record, since we looked.
  if (keys && (await readIfAny(join(directory, SEALED))) === undefined)
    throw new DeviceRefusal('damaged', `${join(directory, SEALED)} is missing, though ${directory} holds keys`);
  const master = random.bytes(MASTER_KEY_BYTES);
  await createFile(directory, SEALED, await under.seal(master), random);
  master.fill(0);
  await syncFolder(directory);
  return openMasterKey(directory, under, random);
}

/**
 * Seals the master key that lies beside the keys, and erases it there. The keys stay as they are. Repeating it, also after it
 * was cut short, is no error. Refuses (`damaged`) a folder that has neither, and one whose two master keys differ.
 */
export async function sealMasterKey(directory: string, under: KeyEncryptionKey, random: Random): Promise<void> {
  const beside = await readIfAny(join(directory, BESIDE));
  if (beside !== undefined) await createFile(directory, SEALED, await under.seal(beside), random);
  const sealed = await sealedMaster(directory, under);
  const isSame = sealed !== undefined && (beside === undefined || Buffer.compare(sealed, beside) === 0);
  sealed?.fill(0);
  beside?.fill(0);
  if (!isSame) throw new DeviceRefusal('damaged', `${directory} has no master key, or two that differ`);
  await syncFolder(directory);
  await eraseFile(join(directory, BESIDE));
  await syncFolder(directory);
}

async function sealedMaster(directory: string, under: KeyEncryptionKey): Promise<Uint8Array | undefined> {
  const path = join(directory, SEALED);
  const sealed = await readIfAny(path);
  if (sealed === undefined) return undefined;
  const master = await under.open(sealed);
  if (master?.length === MASTER_KEY_BYTES) return master;
  throw new DeviceRefusal('damaged', `${path} does not open: another key-encryption key, or it was changed`);
}
