import { sharedKeyId } from '#credentials/sealing.js';
import { refused } from '#credentials/refusal.js';
import { LineFailure } from '#edge/transport.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import type { KeptPeriodKey, PeriodKeyStore } from '../store/period-key.store.js';
import { keysTakenBy, type AnnounceNeeds } from './announce-keys.js';

const LA1 = Uint8Array.of(0, 1);
let bench: Bench;
beforeAll(async () => (bench = await authorityBench()));

function store(): PeriodKeyStore {
  const keys = new Map<number, KeptPeriodKey>();
  return {
    ensure: async (_, periods) =>
      periods.map((iValue) => {
        const kept = keys.get(iValue) ?? { iValue, key: new Uint8Array(16).fill(iValue), isTaken: false };
        keys.set(iValue, kept);
        return kept;
      }),
    owed: async () => [...keys.values()].filter(({ isTaken }) => !isTaken),
    isOwed: async () => [...keys.values()].some(({ isTaken }) => !isTaken),
    markTaken: async (_, iValue) => void keys.set(iValue, { ...keys.get(iValue)!, isTaken: true }),
    dropBefore: async () => undefined,
  };
}

type AnnounceKey = AnnounceNeeds['pcaLine']['announceKey'];
const takes: AnnounceKey = async ({ key }) => ({ keyId: sharedKeyId(key) });
const ask = (periodKeys: PeriodKeyStore, announceKey: AnnounceKey) =>
  keysTakenBy(bench.member('a-pca').certificate, [1, 2, 3], { laId: LA1, periodKeys, pcaLine: { announceKey } });

describe('period keys', () => {
  it('are refused while the PCA does not answer; what it has not taken stays owed and is announced again', async () => {
    const keys = store();
    const asked: number[] = [];
    const falters: AnnounceKey = async (request) => {
      asked.push(request.iValue);
      if (request.iValue === 2) throw new LineFailure('no answer');
      return takes(request);
    };
    expect(await ask(keys, falters)).toEqual({ kind: 'refused', reason: 'pca-not-reached' });
    expect((await keys.owed(LA1, 0)).map(({ iValue }) => iValue)).toEqual([2, 3]);
    const again: AnnounceKey = async (request) => (asked.push(request.iValue), takes(request));
    expect(await ask(keys, again)).toBeInstanceOf(Map);
    expect(asked).toEqual([1, 2, 2, 3]);
  });

  it('fail loudly when the PCA refuses one or holds another', async () => {
    await expect(ask(store(), async () => refused('another-key-taken'))).rejects.toThrow('another-key-taken');
    await expect(ask(store(), async () => ({ keyId: new Uint8Array(8) }))).rejects.toThrow('another period key');
  });

  it('are announced once, and each has its own', async () => {
    const keys = store();
    const taken = await ask(keys, takes);
    expect([...(taken as Map<number, Uint8Array>).keys()]).toEqual([1, 2, 3]);
    const never: AnnounceKey = async () => Promise.reject(new Error('announced again'));
    expect(await ask(keys, never)).toEqual(taken);
  });
});
