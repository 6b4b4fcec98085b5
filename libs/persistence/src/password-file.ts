/** A random password in a file of mode 0600: made once, read ever after, never on a command line. */
import { randomBytes } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { createFile } from './atomic-file.js';
import { OperatorError, fileTrouble, systemCode } from './operator-error.js';

const PASSWORD = /^[A-Za-z0-9_-]{32,}$/;

/**
 * The password kept in the file, made of 32 random bytes (base64url, 43 characters) when the file is missing.
 *
 * Throws 'damaged' when the file holds something else.
 */
export async function ensurePassword(path: string): Promise<string> {
  try {
    const password = (await readIfThere(path)) ?? (await create(path));
    if (!PASSWORD.test(password)) throw new OperatorError('damaged', `The password file ${path} is damaged.`);
    return password;
  } catch (error) {
    throw error instanceof OperatorError ? error : fileTrouble(error, path, 'keeping a password');
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    await chmod(path, 0o600);
    return text.trim();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function create(path: string): Promise<string> {
  await createFile(path, `${randomBytes(32).toString('base64url')}\n`);
  // Two may create at once; the one file that stands is the password.
  return (await readFile(path, 'utf8')).trim();
}
