import { systemRandom } from '#crypto/random.js';
import { memoryDevice } from '#keys/software-device.js';
import { advanceLinkageSeed } from '#crypto/linkage.js';
import { smSuite } from '#crypto/suite.js';
import { openChainHandle, sealChainHandle } from '../domain/chain-handle.js';
import { newChain, seedAt, seedLabel } from '../domain/chain-seeds.js';
import { MOST_PERIODS } from '../domain/linkage-request.js';
import { memoryChainStore } from '../store/chain.memory.fixture.js';
import { tidy } from './tidy.job.js';

const LA1 = Uint8Array.of(0, 1);
const I = 350;

function set() {
  const device = memoryDevice(systemRandom);
  const chains = memoryChainStore();
  const dropped: number[] = [];
  const periodKeys = {
    ensure: async () => [],
    owed: async () => [],
    isOwed: async () => false,
    markTaken: async () => undefined,
    dropBefore: async (i: number) => void dropped.push(i),
  };
  const needs = { chains, periodKeys, device, laId: LA1, forgetApprovals: async () => undefined };
  return { device, chains, dropped, needs };
}

describe('tidying an LA', () => {
  it('leaves no way to a seed of a past period: not in the store, not with an old copy of it (LK5, RV8)', async () => {
    const { device, chains, needs } = set();
    const { chain } = await newChain({ currentI: I, iMax: I + 9 }, systemRandom, device);
    const seed = await seedAt(chain, I, LA1, device);
    await chains.claim([chain], []);
    await tidy(I + 2, needs);
    const moved = await chains.find(chain.chainId);
    expect(moved?.baseI).toBe(I + 2);
    expect(await seedAt(moved!, I + 2, LA1, device)).toEqual(advanceLinkageSeed(smSuite, LA1, seed, 2));
    await expect(seedAt(moved!, I + 1, LA1, device)).rejects.toThrow(RangeError);
    await expect(seedAt(chain, I, LA1, device)).rejects.toThrow('destroyed');
    expect(await device.labels()).toEqual([seedLabel(I + 2)]);
  });

  it('erases ended chains and past keys, and may be repeated', async () => {
    const { device, chains, dropped, needs } = set();
    for (const iMax of [I, I + 1, I + 2]) {
      await chains.claim([(await newChain({ currentI: I, iMax }, systemRandom, device)).chain], []);
    }
    expect(await tidy(I + 1, needs)).toEqual({ advanced: 2, ended: 1 });
    expect(await tidy(I + 1, needs)).toEqual({ advanced: 0, ended: 0 });
    expect(dropped).toEqual([I + 1, I + 1]);
  });

  it('opens a handle as long as its chain may last, and no longer', async () => {
    const { device, needs } = set();
    const handle = await sealChainHandle(new Uint8Array(16).fill(5), I, device);
    await tidy(I + MOST_PERIODS - 1, needs);
    expect(await openChainHandle(handle, device)).toEqual(new Uint8Array(16).fill(5));
    await tidy(I + MOST_PERIODS, needs);
    expect(await openChainHandle(handle, device)).toBeUndefined();
    expect(await device.labels()).toEqual([]);
  });
});
