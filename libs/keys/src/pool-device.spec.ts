import { jest } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledPool } from './compiled-pool.fixture.js';
import { describeCryptoDevice } from './crypto-device.conformance.fixture.js';

const { openPoolDevice } = await compiledPool();
// Beginning a worker takes its time where many programs share the processors.
jest.setTimeout(30_000);

const made: string[] = [];
function freshDirectory(): string {
  const parent = mkdtempSync(join(tmpdir(), 'chrysalis-pool-'));
  made.push(parent);
  return join(parent, 'keys');
}
afterAll(() => {
  for (const parent of made) rmSync(parent, { recursive: true });
});

describe.each([1, 2, 4])('with %i workers', (workers) => {
  let directory = '';
  describeCryptoDevice('openPoolDevice', {
    openFresh: () => {
      directory = freshDirectory();
      return openPoolDevice({ directory, workers });
    },
    reopen: () => openPoolDevice({ directory, workers }),
  });
});

describe('a pool under a master key from elsewhere', () => {
  it('hands it to its workers, and opens under that one alone', async () => {
    const directory = freshDirectory();
    const open = (byte: number) => openPoolDevice({ directory, workers: 2, masterKey: new Uint8Array(32).fill(byte) });
    const device = await open(1);
    const publicKey = await device.createKey('ca');
    await device.close();
    expect(readdirSync(directory)).not.toContain('master.key');
    const again = await open(1);
    expect(await again.publicKey('ca')).toEqual(publicKey);
    await again.close();
    const foreign = await open(2);
    await expect(foreign.publicKey('ca')).rejects.toThrow('sealed under another master key');
    await foreign.close();
  });
});
