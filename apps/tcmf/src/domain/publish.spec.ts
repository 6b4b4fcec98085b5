import { encode } from '#coer/codec.js';
import { signPkiCtlUnlinted } from '#credentials/chain.fixture.js';
import { refused } from '#credentials/refusal.js';
import { signRootCtl } from '#credentials/trust-lists.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import type { Certificate } from '#wire/secured-data.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import type { BroughtLists } from './judge-lists.js';
import type { PublishedList } from './published-list.js';
import { publishLists } from './publish.js';

const DAY_MILLIS = 86_400_000;

describe('publishing a list', () => {
  let bench: Bench;
  let shelf: PublishedList[];
  let told: string[];

  beforeEach(async () => {
    bench = await authorityBench({ domains: ['a', 'b'] });
    shelf = [];
    told = [];
  });

  const publish = (lists: BroughtLists) =>
    publishLists(lists, {
      trcla: bench.trcla.certificate,
      nowMillis: () => bench.clock.nowMillis(),
      served: async () => shelf,
      replace: async (judged) => {
        shelf = [...shelf.filter(({ kind }) => judged.every((one) => one.kind !== kind)), ...judged];
        return undefined;
      },
      published: ({ kind }) => told.push(kind),
    });

  const tdclOf = async (certificate: Certificate[], issuedAt = bench.clock.nowMillis()) =>
    encode(
      PkiCtl,
      await signPkiCtlUnlinted(
        {
          series: 1,
          issueDate: time32FromMillis(issuedAt),
          nextPkiCtl: time32FromMillis(issuedAt + DAY_MILLIS),
          pkiCertInfoList: [{ certificate }],
        },
        bench.root.signer,
      ),
    );

  it('refuses to publish nothing', async () => {
    expect(await publish({})).toEqual(refused('nothing-to-publish'));
  });

  it('TL1 refuses a TRCL that another TRCLA signed', async () => {
    const stranger = await authorityBench();
    expect(await publish({ trcl: stranger.trcl })).toEqual(refused('list-issuer'));
  });

  it('refuses a TDCL as long as no TRCL is published', async () => {
    expect(await publish({ tdcl: await bench.tdcl(['a']) })).toEqual(refused('no-trust-list'));
  });

  it('refuses a TDCL of a root that the TRCL does not name', async () => {
    const stranger = await authorityBench();
    expect(await publish({ trcl: bench.trcl, tdcl: await stranger.tdcl(['a']) })).toEqual(refused('root-not-listed'));
    expect(shelf).toEqual([]);
  });

  it('TL3 refuses a TDCL that names a CA of another root', async () => {
    const stranger = await authorityBench();
    const tdcl = await tdclOf([bench.member('a-ica').certificate, stranger.member('a-ica').certificate]);
    expect(await publish({ trcl: bench.trcl, tdcl })).toEqual(refused('list-names-unchained-authority'));
    expect(shelf).toEqual([]);
  });

  it('refuses a TDCL that leaves out the ICA between', async () => {
    const tdcl = await tdclOf([bench.member('a-pca').certificate]);
    expect(await publish({ trcl: bench.trcl, tdcl })).toEqual(refused('list-names-unchained-authority'));
  });

  it('TL2 refuses an older list after a newer one', async () => {
    const older = await bench.tdcl(['a']);
    bench.clock.advance(5000);
    expect(await publish({ trcl: bench.trcl, tdcl: await bench.tdcl(['a', 'b']) })).toEqual({ kind: 'published' });
    expect(await publish({ tdcl: older })).toEqual(refused('list-rollback'));
  });

  it('passes on the refusal of the store', async () => {
    const outcome = publishLists(
      { trcl: bench.trcl },
      {
        trcla: bench.trcla.certificate,
        nowMillis: () => bench.clock.nowMillis(),
        served: async () => [],
        replace: async () => refused('list-rollback'),
        published: ({ kind }) => told.push(kind),
      },
    );
    expect(await outcome).toEqual(refused('list-rollback'));
    expect(told).toEqual([]);
  });

  it('publishes lists that a receiver takes, and tells who reads them what they are', async () => {
    const tdcl = await bench.tdcl(['a', 'b']);
    expect(await publish({ trcl: bench.trcl, tdcl })).toEqual({ kind: 'published' });
    expect(told).toEqual(['trcl', 'tdcl']);
    expect(shelf.map(({ kind, series, bytes }) => ({ kind, series, bytes }))).toEqual([
      { kind: 'trcl', series: 1, bytes: bench.trcl },
      { kind: 'tdcl', series: 1, bytes: tdcl },
    ]);
    expect(shelf[1]?.issueDateMillis).toBe(bench.clock.nowMillis());
    expect(shelf[0]?.roots).toEqual([shelf[1]?.issuer]);
  });

  it('publishes the same list again without complaint', async () => {
    const tdcl = await bench.tdcl(['a']);
    await publish({ trcl: bench.trcl, tdcl });
    expect(await publish({ trcl: bench.trcl, tdcl })).toEqual({ kind: 'published' });
  });

  it('takes a new TRCL when the published one has expired', async () => {
    await publish({ trcl: bench.trcl });
    bench.clock.advance(4 * 365 * DAY_MILLIS);
    const now = bench.clock.nowMillis();
    const next = await signRootCtl(
      {
        series: 1,
        issueDate: time32FromMillis(now),
        nextRootCtl: time32FromMillis(now + DAY_MILLIS),
        pkiCtlInfoList: [{ rootCertificate: bench.root.certificate }],
      },
      bench.trcla.signer,
    );
    expect(await publish({ trcl: encode(RootCtl, next) })).toEqual({ kind: 'published' });
  });
});
