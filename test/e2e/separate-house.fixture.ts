/** A domain as separate processes for a test: in a folder of its own that is removed afterwards, from the compiled programs. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  openSeparateHouse,
  type SeparateHouse,
  type SeparateProgram,
} from '#apps/all-in-one/src/house/separate-house.js';

/** `node chrysalis test` compiles before it runs; whoever runs jest alone builds first. */
const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** As openSeparateHouse; `remove` ends everything and takes the files away. */
export async function separateHouse(
  programs: readonly SeparateProgram[],
  options: { vehicles: number; redisUrl?: string },
): Promise<SeparateHouse & { remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'chrysalis-separate-'));
  // As root the database's account must pass through here.
  await chmod(folder, 0o711);
  const house = await openSeparateHouse({
    directory: join(folder, 'house'),
    programs,
    programFolder: DIST,
    ...options,
  });
  return Object.assign(house, {
    remove: async (): Promise<void> => {
      await house.close();
      await rm(folder, { recursive: true, force: true });
    },
  });
}
