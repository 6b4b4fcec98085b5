import { jest } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
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
