/** A PRA in a domain with one LA, on a real database: what it asks, sends and keeps, and that it never takes two for one. */
import { chainStatements } from '#apps/pra/src/domain/chain-statements.js';
import { praModule } from '#apps/pra/src/pra.module.js';
import { praAuthority } from '#apps/pra/src/pra.authority.js';
import { unexpiredChains } from '#apps/pra/src/store/blacklist.store.js';
import { decode, encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { newApproval } from '#credentials/approval.js';
import { periodStartMillis } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { RaAcaCertRequest } from '#wire/scms-pdu.js';
import {
  bench,
  count,
  CURRENT,
  dataSource,
  fetchBundle,
  pra,
  seen,
  served,
  standPra,
  tick,
} from './pra-house.fixture.js';

standPra({ linkageAuthorities: 1, maximumWeeks: 8, aheadWeeks: 2, topUpJitterHours: 1, downloadAheadHours: 1 });

describe('a PRA with one LA', () => {
  it('asks it alone, and sends the PCA the items of the standard: one value each, and no addition', async () => {
    const asked = await served(2);
    expect(seen.chains).toBeGreaterThan(0);
    const items = seen.batches.flat().map((bytes) => ({ bytes, item: decode(RaAcaCertRequest, bytes) }));
    expect(items.length).toBe(3 * 2 * 20);
    for (const { bytes, item } of items) {
      expect(item.linkageInfo?.laId).toEqual(Uint8Array.of(0, 1));
      expect((bytes[0] as number) & 0x80).toBe(0);
      expect(encode(RaAcaCertRequest, item)).toEqual(bytes);
    }
    for (const one of asked) expect((await fetchBundle(one)).status).toBe(200);
  });

  it('goes on with the one chain of a device, week after week', async () => {
    await served(4);
    expect(await count('request_chains', 'la2_id IS NULL AND la2_chain IS NULL')).toBe(3);
    for (const week of [CURRENT + 1, CURRENT + 2]) {
      bench.clock.set(periodStartMillis(ccsa.epochMillis, week) + 2 * 3_600_000);
      await tick();
    }
    expect(await count('request_chains', `i_to = ${String(CURRENT + 3)}`)).toBe(3);
    expect(await count('request_chains')).toBe(3);
    expect(seen.batches.flat().length).toBe(3 * 4 * 20);
  });

  it('states the chain of a device to that LA, and nothing for another', async () => {
    await served();
    const [{ ec_hash: ecHash }] = (await dataSource.query('SELECT ec_hash FROM requests LIMIT 1')) as [
      { ec_hash: Buffer },
    ];
    const chains = await unexpiredChains(dataSource.manager, ecHash, CURRENT);
    expect(chains.map(({ la1, la2 }) => [la1.laId, la2])).toEqual([[1, undefined]]);
    const { scope } = newApproval({
      ...{ caseId: systemRandom.bytes(16), action: 'blacklist', addressee: systemRandom.bytes(8) },
      ...{ target: systemRandom.bytes(32), nonce: systemRandom.bytes(16), expiry: 1 },
    });
    const [chain] = chains;
    if (chain === undefined) throw new Error('the device has no chain');
    const stated = await chainStatements(chain, scope.value, pra.identity);
    expect(stated.la1Statement.length).toBeGreaterThan(100);
    expect(stated.la2Statement).toBeUndefined();
  });

  it('keeps no half of a pair: the table refuses an LA without its chain', async () => {
    await served();
    for (const half of ['la2_id = 2', `la2_chain = '\\x00'`])
      await expect(dataSource.query(`UPDATE request_chains SET ${half}`)).rejects.toThrow('request_chains_pair');
  });

  it('does not begin as one with two, nor beside a second LA, whether it works or not', () => {
    const settings = (linkageAuthorities: 1 | 2) => praAuthority.settings.parse({ linkageAuthorities, work: false });
    expect(() => praModule(pra, settings(2))).toThrow('no peer la2 is configured');
    expect(() => praModule({ ...pra, hasPeer: () => true }, settings(1))).toThrow('a peer la2 is configured');
    expect(() => praModule({ ...pra, hasPeer: () => true }, settings(2))).not.toThrow();
  });
});
