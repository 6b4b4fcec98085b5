/**
 * One process at a time holds a data directory. The lock is a file that names its holder, so that the second opener
 * can say who it is, and so that a holder that was killed is recognised as gone.
 */
import { randomBytes } from 'node:crypto';
import { link, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createFile } from './atomic-file.js';
import { OperatorError, systemCode } from './operator-error.js';
import { type ProcessIdentity, identifyProcess, isAlive } from './process-identity.js';

const LOCK_NAME = 'holder.json';
const MAX_ATTEMPTS = 20;

interface Holder extends ProcessIdentity {
  /** When the holder opened the directory, ISO 8601, for people. */
  since: string;
  /** Tells this lock from every other, also from one of the same process. */
  nonce: string;
}

/** A lock that is held until released. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a data directory, also from a holder that is no longer alive.
 *
 * Refuses ('held') while a living process holds it, naming its pid and since when; nothing is changed then.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, LOCK_NAME);
  const holder: Holder = {
    ...(await identifyProcess(process.pid)),
    since: new Date().toISOString(),
    nonce: randomBytes(8).toString('hex'),
  };
  const text = `${JSON.stringify(holder)}\n`;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const before = await readText(path);
    if (before === undefined) {
      if (await createFile(path, text)) return { release: () => releaseLock(path, text) };
    } else {
      await refuseLiving(before, directory);
      await removeStale(path, before);
    }
  }
  throw new Error(`taking the lock of ${directory}: it changed hands ${MAX_ATTEMPTS} times`);
}

async function refuseLiving(text: string, directory: string): Promise<void> {
  const holder = parseHolder(text);
  if (holder === undefined || !(await isAlive(holder))) return;
  const who = holder.pid === process.pid ? `this process (${holder.pid})` : `process ${holder.pid}`;
  throw new OperatorError('held', `${directory} is held by ${who} since ${holder.since}.`);
}

/** Removes the lock judged stale, and only that one: if another took over meanwhile, its lock is put back. */
async function removeStale(path: string, judged: string): Promise<void> {
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readText(aside)) !== judged) await link(aside, path);
  await unlink(aside);
}

async function releaseLock(path: string, ours: string): Promise<void> {
  if ((await readText(path)) === ours) await unlink(path);
}

/** An unreadable lock is nobody's: locks appear whole, so it was not written by us. */
function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'pid' in value && Number.isInteger(value.pid)
      ? (value as Holder)
      : undefined;
  } catch {
    return undefined; // Not JSON: see above.
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
