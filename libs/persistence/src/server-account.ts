/** The user the database server runs as. PostgreSQL refuses to run as root, for good reasons. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OperatorError, systemCode } from './operator-error.js';

/** `nobody` and `nogroup` on Debian: exists everywhere, owns nothing. */
const UNPRIVILEGED_ID = 65534;

/** What to hand to spawn() and chown(); undefined: as whoever we are. */
export interface ServerAccount {
  uid: number;
  gid: number;
}

/**
 * The account for the data at `dataPath`: as root the owner of data that is there, else 65534; otherwise our own.
 *
 * Throws 'no-permission' when the data belong to someone else and we are not root.
 */
export async function chooseAccount(dataPath: string): Promise<ServerAccount | undefined> {
  const owner = await ownerOf(dataPath);
  const self = process.getuid?.();
  if (self !== 0) {
    if (owner !== undefined && owner.uid !== self) {
      throw new OperatorError('no-permission', `The database in ${dataPath} belongs to user ${owner.uid}, not to you.`);
    }
    return undefined;
  }
  return owner === undefined || owner.uid === 0 ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : owner;
}

/**
 * Throws 'out-of-reach' when the account cannot pass through a folder on the way to `path` (which need not exist).
 * Judged by mode bits alone.
 */
export async function requireReach(account: ServerAccount | undefined, path: string): Promise<void> {
  if (account === undefined) return;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { uid, gid, mode } = await stat(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) {
      throw new OperatorError(
        'out-of-reach',
        `As root the database runs as user ${account.uid}, who cannot enter ${folder}: choose a data directory elsewhere.`,
      );
    }
    if (folder === dirname(folder)) return;
  }
}

async function ownerOf(path: string): Promise<ServerAccount | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
