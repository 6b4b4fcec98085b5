import { decode, encode } from '#coer/codec.js';
import { advanceLinkageSeed, preLinkageValue } from '#crypto/linkage.js';
import { systemRandom } from '#crypto/random.js';
import { smSuite } from '#crypto/suite.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { openShared } from '#credentials/sealing.js';
import { SealedPreLinkageValue } from '#edges/la-pca/shared-key.js';
import { EncryptedIndividualLV, type LaPraLinkageValueResponse } from '#wire/scms-pdu.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { memoryChainStore } from '../store/chain.memory.fixture.js';
import { openChainHandle } from './chain-handle.js';
import { seedAt } from './chain-seeds.js';
import { giveValues, type GiveValuesNeeds } from './give-values.js';
import type { LinkageOrder } from './linkage-request.js';
import { refuse } from './refusal.js';

const LA1 = Uint8Array.of(0, 1);
const I = 350;
const order: LinkageOrder = { iMin: I + 1, iMax: I + 3, jMax: 5, freshChains: 1, continued: [] };
const keyOf = (i: number): Uint8Array => new Uint8Array(16).fill(i);

let bench: Bench;
let needs: GiveValuesNeeds;
beforeAll(async () => (bench = await authorityBench()));
beforeEach(async () => {
  const { identity, device } = await bench.contextFor('a-la1');
  needs = {
    identity,
    laId: LA1,
    chains: memoryChainStore(),
    vault: device,
    keysFor: async (_, periods) => new Map(periods.map((i) => [i, keyOf(i)])),
  };
});

const pca = () => bench.member('a-pca').certificate;
async function give(change: Partial<LinkageOrder> = {}): Promise<LaPraLinkageValueResponse> {
  const response = await giveValues({ ...order, ...change }, { pca: pca(), currentI: I }, needs);
  if (isRefused(response)) throw new Error(response.reason);
  return response;
}

describe('pre-linkage values', () => {
  it('are not given, and no chain is made, while the PCA has not taken the keys', async () => {
    needs = { ...needs, keysFor: async () => refuse('pca-not-reached') };
    expect(await giveValues(order, { pca: pca(), currentI: I }, needs)).toMatchObject({ reason: 'pca-not-reached' });
    expect(await needs.chains.behind(I + 1, 10)).toEqual([]);
  });

  it('are not continued for a handle of another LA, nor for a changed one', async () => {
    const { individualLVs } = await give();
    const handle = individualLVs[0]!.linkageChainId;
    const continued = { iMin: I + 4, iMax: I + 4, freshChains: 0, continued: [handle] };
    const other = await bench.contextFor('a-la2');
    const elsewhere = { ...needs, vault: other.device };
    // Once before and once after the other device has a label of this name.
    expect(await giveValues({ ...order, ...continued }, { pca: pca(), currentI: I }, elsewhere)).toMatchObject({
      reason: 'chain-handle',
    });
    await giveValues(order, { pca: pca(), currentI: I }, elsewhere);
    expect(await giveValues({ ...order, ...continued }, { pca: pca(), currentI: I }, elsewhere)).toMatchObject({
      reason: 'chain-handle',
    });
    handle.ciphertext.value.ccmCiphertext[0]! ^= 1;
    await expect(give(continued)).rejects.toThrow('chain-handle');
  });

  it('are those of one seed that walks forward, sealed for the PCA with LA, period and PCA inside (LK1, LK2)', async () => {
    const { individualLVs, iMin, iMax, groupLVs } = await give();
    expect([iMin, iMax, groupLVs, individualLVs.length]).toEqual([I + 1, I + 3, [], 1]);
    const { values, jMax, linkageChainId } = individualLVs[0]!;
    expect([values.length, jMax, ...values.map((row) => row.length)]).toEqual([3, 5, 5, 5, 5]);
    const chainId = await openChainHandle(linkageChainId, needs.vault);
    const chain = await needs.chains.find(chainId as Uint8Array);
    const seed = await seedAt(chain!, I, LA1, needs.vault);
    for (const [row, i] of values.map((row, n) => [row, I + 1 + n] as const)) {
      const ls = advanceLinkageSeed(smSuite, LA1, seed, i - I);
      for (const [j, sealed] of row.entries()) {
        expect(openShared(sealed['enc-lv'], keyOf(i + 1))).toBeUndefined();
        const inside = decode(SealedPreLinkageValue, openShared(sealed['enc-lv'], keyOf(i)) as Uint8Array);
        const value = preLinkageValue(smSuite, LA1, ls, j);
        expect(inside).toEqual({ laId: LA1, iValue: i, pcaId: hashedId8(pca()), value });
      }
    }
  });

  it('are equal in size, and each has a nonce of its own', async () => {
    const all = (await give()).individualLVs.flatMap(({ values }) => values.flat());
    expect(new Set(all.map((one) => encode(EncryptedIndividualLV, one).length)).size).toBe(1);
    const nonces = all.map((one) => Buffer.from(one['enc-lv'].ciphertext.value.nonce).toString('hex'));
    expect(new Set(nonces).size).toBe(15);
  });

  it('go on where the chain ended, under handles that look unrelated, and are given once (LK7)', async () => {
    const first = await give();
    const handle = first.individualLVs[0]!.linkageChainId;
    const next = { iMin: I + 4, iMax: I + 5, freshChains: 0, continued: [handle] };
    const second = await give(next);
    expect(second.individualLVs[0]!.values.length).toBe(2);
    const again = second.individualLVs[0]!.linkageChainId;
    expect(again).not.toEqual(handle);
    const open = (one: typeof handle) => openChainHandle(one, needs.vault);
    expect(await open(again)).toEqual(await open(handle));
    await expect(give(next)).rejects.toThrow('chain-not-continued');
  });

  it('of several fresh chains come from chains with different ids and seeds (LK7)', async () => {
    const { individualLVs } = await give({ freshChains: 8, iMax: I + 1, jMax: 1 });
    const ids = await Promise.all(
      individualLVs.map(async ({ linkageChainId }) =>
        Buffer.from((await openChainHandle(linkageChainId, needs.vault)) as Uint8Array).toString('hex'),
      ),
    );
    expect(new Set(ids).size).toBe(8);
    const values = individualLVs.map(({ values }) =>
      Buffer.from(openShared(values[0]![0]!['enc-lv'], keyOf(I + 1)) as Uint8Array).toString('hex'),
    );
    expect(new Set(values).size).toBe(8);
  });

  it('never rest on a seed that a broken store would give for another label', async () => {
    const chain = { chainId: systemRandom.bytes(16), baseI: I, sealedSeed: systemRandom.bytes(44), iMax: I + 9 };
    await give();
    await expect(seedAt(chain, I, LA1, needs.vault)).rejects.toThrow('does not open');
  });
});
