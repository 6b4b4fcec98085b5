/** Small files that are either the old one or the new one, never half of one, whatever ends the process. */
import { randomBytes } from 'node:crypto';
import { link, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from './operator-error.js';

/** What an unfinished write may leave behind: `.name.<pid>.<random>.tmp`. */
export function isLeftover(name: string): boolean {
  return name.startsWith('.') && name.endsWith('.tmp');
}

/** Replaces the file: written beside it, brought to the disk, renamed, and the folder brought to the disk. Mode 0600. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = await writeBeside(path, text);
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Creates the file whole, or answers false when it is there already. Mode 0600. */
export async function createFile(path: string, text: string): Promise<boolean> {
  const temporary = await writeBeside(path, text);
  try {
    // link() fails when the name exists, where rename() would replace it.
    await link(temporary, path);
    await syncDirectory(dirname(path));
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(temporary);
  }
}

/** Brings a folder's entries to the disk. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeBeside(path: string, text: string): Promise<string> {
  const suffix = `${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
  const temporary = join(dirname(path), `.${basename(path)}.${suffix}`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await unlink(temporary);
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
}
