/** Small files with keys in them: there whole or not at all, read by their owner alone, overwritten before they go. */
import { link, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { hex } from '#crypto/bytes.js';
import type { Random } from '#crypto/random.js';

/** Whether a failure of the file system has this code. */
export function isCode(failure: unknown, code: string): boolean {
  return typeof failure === 'object' && failure !== null && 'code' in failure && failure.code === code;
}

/** The bytes of a file; undefined when there is none. */
export async function readIfAny(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (failure) {
    if (isCode(failure, 'ENOENT')) return undefined;
    throw new Error(`reading the key file ${path}`, { cause: failure });
  }
}

/** Writes a file whole or not at all, mode 0600; false when there is one of that name, which then stays. */
export async function createFile(directory: string, name: string, bytes: Uint8Array, random: Random): Promise<boolean> {
  const beside = join(directory, `.new-${hex(random.bytes(8))}`);
  const handle = await open(beside, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(beside, join(directory, name));
    return true;
  } catch (failure) {
    if (isCode(failure, 'EEXIST')) return false;
    throw new Error(`writing the key file ${join(directory, name)}`, { cause: failure });
  } finally {
    await unlink(beside);
  }
}

/** Overwrites and removes a file that may not be there. */
export async function eraseFile(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r+');
    try {
      const { size } = await handle.stat();
      await handle.write(new Uint8Array(size), 0, size, 0);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await unlink(path);
  } catch (failure) {
    if (!isCode(failure, 'ENOENT')) throw new Error(`erasing the key file ${path}`, { cause: failure });
  }
}

/** Makes what was linked into a directory, or removed from it, last. */
export async function syncFolder(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
