/** Reading and writing the files of a ceremony: a file is there whole or not at all, and what goes wrong is a sentence. */
import { access, open, readFile, rename } from 'node:fs/promises';
import type { z } from 'zod';
import { CeremonyRefusal } from './refusal.js';

/** The bytes of a file; refuses with its path when it cannot be read. */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new CeremonyRefusal(`cannot read ${path}`, { cause: error });
  }
}

/** A JSON file of this form; `what` says what it ought to be. */
export async function readJson<T>(path: string, form: z.ZodType<T>, what: string): Promise<T> {
  const text = new TextDecoder().decode(await readInput(path));
  try {
    return form.parse(JSON.parse(text));
  } catch (error) {
    throw new CeremonyRefusal(`${path} is no ${what}`, { cause: error });
  }
}

/** Writes a file, mode 0600, and syncs it. `flag` 'wx' refuses one that is there. */
export async function writeSynced(path: string, content: Uint8Array | string, flag: 'w' | 'wx'): Promise<void> {
  try {
    const handle = await open(path, flag, 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new CeremonyRefusal(`cannot write ${path}`, { cause: error });
  }
}

/** Puts a new file in the place of what was there. */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  await writeSynced(newOf(path), content, 'w');
  await moveIntoPlace(path);
}

/** Where a file waits until it is released. */
export const newOf = (path: string): string => `${path}.new`;

export async function moveIntoPlace(path: string): Promise<void> {
  try {
    await rename(newOf(path), path);
  } catch (error) {
    throw new CeremonyRefusal(`cannot write ${path}`, { cause: error });
  }
}

/** Whether something stands under this name. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // Not there, or not to be seen: who writes to it will say.
    return false;
  }
}
