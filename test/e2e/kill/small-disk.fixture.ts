/** A small disk of its own for the databases of PRA and PCA, that a test can fill to the last byte. Mounting takes root. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { chown, mkdir, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { SeparateHouse } from '#apps/all-in-one/src/house/separate-house.js';

const MEBIBYTE = 1024 * 1024;
const SIZE_MEBIBYTES = 96;
const AUTHORITIES = ['pra', 'pca'] as const;

export interface SmallDisk {
  /** No byte is free from now on. */
  fill(): Promise<void>;
  clear(): Promise<void>;
  /** When the server is gone. */
  unmount(): void;
}

/** Whether this process may mount: root may, unless its container does not let it. */
export function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'chrysalis-mount-'));
  const isMounted = mount(folder, 1);
  if (isMounted) unmount(folder);
  rmdirSync(folder);
  return isMounted;
}

const mount = (path: string, mebibytes: number): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0711`, 'tmpfs', path]).status === 0;
const unmount = (path: string): void => void spawnSync('umount', ['-l', path]);

/** To be called while nothing runs on the databases, by who may mount. */
export async function smallDisk(house: SeparateHouse, folder: string): Promise<SmallDisk> {
  const path = join(folder, 'small');
  await mkdir(path, { mode: 0o711 });
  if (!mount(path, SIZE_MEBIBYTES)) throw new Error(`mounting ${path}`);
  const filler = join(path, 'filler');
  const disk: SmallDisk = {
    fill: () => fill(filler),
    clear: () => rm(filler, { force: true }),
    unmount: () => unmount(path),
  };
  try {
    await moveDatabases(house, join(path, 'space'));
    return disk;
  } catch (error) {
    disk.unmount();
    throw error;
  }
}

async function moveDatabases(house: SeparateHouse, space: string): Promise<void> {
  await mkdir(space, { mode: 0o700 });
  const client = new pg.Client({ connectionString: house.adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ data: string }>(`SELECT current_setting('data_directory') AS data`);
    // It must belong to the account that the server runs as.
    const { uid, gid } = await stat(rows[0]?.data ?? '');
    await chown(space, uid, gid);
    await client.query(`CREATE TABLESPACE small LOCATION '${space}'`);
    for (const name of AUTHORITIES) {
      const database = new URL(await house.databaseUrl(name)).pathname.slice(1);
      await client.query(`ALTER DATABASE "${database}" SET TABLESPACE small`);
    }
  } finally {
    await client.end();
  }
}

async function fill(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (let step = MEBIBYTE; step >= 1; step = Math.floor(step / 16)) await fillBy(file, Buffer.alloc(step));
  } finally {
    await file.close();
  }
}

/** Writes until no such piece fits any more. */
async function fillBy(file: Awaited<ReturnType<typeof open>>, piece: Buffer): Promise<void> {
  try {
    for (;;) if ((await file.write(piece)).bytesWritten < piece.length) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
