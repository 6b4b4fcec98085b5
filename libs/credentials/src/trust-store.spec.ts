/** TL1 to TL4, TL7, TL8: which authorities count, and when they cease to. */
import { encode } from '#coer/codec.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import { authorityBench, type Bench, type Member } from '../../../test/support/authority-bench.js';
import { hashedId8, verificationKeyOf } from './certificate-facts.js';
import { bendSignature, recertify, signPkiCtlUnlinted, signRootCtlUnlinted } from './chain.fixture.js';
import { isRefused, refused } from './refusal.js';
import { TrustStore, type ListedAuthority } from './trust-store.js';

const DAY_MILLIS = 86_400_000;

describe('a trust store', () => {
  let bench: Bench;
  let foreign: Bench;
  let now: number;
  let store: TrustStore;

  beforeAll(async () => {
    [bench, foreign] = [await authorityBench({ domains: ['a', 'b'] }), await authorityBench()];
    now = bench.clock.nowMillis();
  });
  beforeEach(() => {
    store = new TrustStore(bench.trcla.certificate);
  });

  interface Dates {
    issuedAt?: number;
    days?: number;
  }
  const trcl = async (roots: Certificate[], { issuedAt = now, days = 30 }: Dates = {}): Promise<Uint8Array> =>
    encode(
      RootCtl,
      await signRootCtlUnlinted(
        {
          series: 1,
          issueDate: time32FromMillis(issuedAt),
          nextRootCtl: time32FromMillis(issuedAt + days * DAY_MILLIS),
          pkiCtlInfoList: roots.map((rootCertificate) => ({ rootCertificate })),
        },
        bench.trcla.signer,
      ),
    );
  const tdcl = async (
    entries: Certificate[][],
    { issuedAt = now, days = 30 }: Dates = {},
    root: Member = bench.root,
  ): Promise<Uint8Array> =>
    encode(
      PkiCtl,
      await signPkiCtlUnlinted(
        {
          series: 1,
          issueDate: time32FromMillis(issuedAt),
          nextPkiCtl: time32FromMillis(issuedAt + days * DAY_MILLIS),
          pkiCertInfoList: entries.map((certificate) => ({ certificate, crlUrl: 'http://cra.example' })),
        },
        root.signer,
      ),
    );
  const of = (name: string): Certificate => bench.member(name).certificate;
  const counts = (certificate: Certificate, at = now): string => {
    const found = store.authority(hashedId8(certificate), at);
    return isRefused(found) ? found.reason : 'counts';
  };
  async function holdBoth(): Promise<void> {
    expect(isRefused(store.takeTrcl(await trcl([bench.root.certificate]), now))).toBe(false);
    expect(
      isRefused(
        store.takeTdcl(
          await tdcl([
            [of('a-ica'), of('a-pca')],
            [of('b-ica'), of('b-pca')],
          ]),
          now,
        ),
      ),
    ).toBe(false);
  }

  it('TL8 trusts nobody without a list, and says why', () => {
    expect([counts(of('a-pca')), store.authorities(now), store.named('pca.a.chrysalis.example', now)]).toEqual([
      'no-trust-list',
      [],
      undefined,
    ]);
  });

  it('refuses to be born with a TRCLA that does not verify', () => {
    expect(() => new TrustStore(bendSignature(bench.trcla.certificate))).toThrow('does not verify');
  });

  it('TL1 refuses the TRCL of another TRCLA, with everything under it', async () => {
    expect(store.takeTrcl(foreign.trcl, now)).toEqual(refused('list-issuer'));
    expect(store.takeTdcl(await foreign.tdcl(['a']), now)).toEqual(refused('no-trust-list'));
    expect(counts(foreign.member('a-pca').certificate)).toBe('no-trust-list');
  });

  it('TL1 refuses the TDCL of a root that is not on the TRCL', async () => {
    store.takeTrcl(await trcl([bench.root.certificate]), now);
    expect(store.takeTdcl(await foreign.tdcl(['a']), now)).toEqual(refused('root-not-listed'));
    expect(counts(foreign.member('a-pca').certificate)).toBe('issuer-not-listed');
  });

  it('TL2 refuses an older TRCL and keeps the newer', async () => {
    const older = await trcl([bench.root.certificate, foreign.root.certificate], { issuedAt: now - DAY_MILLIS });
    await holdBoth();
    expect(store.takeTrcl(older, now)).toEqual(refused('list-rollback'));
    expect(counts(of('a-pca'))).toBe('counts');
  });

  it('TL2 refuses another TRCL and another TDCL of the same date, and takes the same ones again', async () => {
    const [list, other] = [await trcl([bench.root.certificate]), await trcl([foreign.root.certificate])];
    store.takeTrcl(list, now);
    expect(store.takeTrcl(other, now)).toEqual(refused('list-rollback'));
    expect(isRefused(store.takeTrcl(list, now))).toBe(false);
    const [domain, otherDomain] = [await tdcl([[of('a-ica')]]), await tdcl([[of('b-ica')]])];
    store.takeTdcl(domain, now);
    expect(store.takeTdcl(otherDomain, now)).toEqual(refused('list-rollback'));
    expect(isRefused(store.takeTdcl(domain, now))).toBe(false);
  });

  it('TL2 refuses an older TDCL and keeps the newer', async () => {
    const older = await tdcl([[of('a-ica'), of('a-pca'), of('a-eca')]], { issuedAt: now - DAY_MILLIS });
    await holdBoth();
    expect(store.takeTdcl(older, now)).toEqual(refused('list-rollback'));
    expect(counts(of('a-eca'))).toBe('issuer-not-listed');
  });

  it('TL2 counts nothing once a list has expired, and takes no expired list', async () => {
    store.takeTrcl(await trcl([bench.root.certificate], { days: 10 }), now);
    store.takeTdcl(await tdcl([[of('a-ica'), of('a-pca')]], { days: 5 }), now);
    expect(counts(of('a-pca'), now + 5 * DAY_MILLIS - 1)).toBe('counts');
    expect(counts(of('a-pca'), now + 5 * DAY_MILLIS)).toBe('no-trust-list');
    const late = now + 10 * DAY_MILLIS;
    expect(counts(of('a-pca'), late)).toBe('no-trust-list');
    expect(store.takeTdcl(await tdcl([[of('a-ica')]], { issuedAt: late }), late)).toEqual(refused('no-trust-list'));
    expect(store.takeTrcl(await trcl([bench.root.certificate], { days: 10 }), late)).toEqual(refused('list-expired'));
  });

  it('TL3 does not count the CA of another root that a TDCL names, nor one below it', async () => {
    const [ica, pca] = ['a-ica', 'a-pca'].map((name) => foreign.member(name).certificate) as [Certificate, Certificate];
    store.takeTrcl(await trcl([bench.root.certificate, foreign.root.certificate]), now);
    store.takeTdcl(await tdcl([[of('a-ica'), of('a-pca'), foreign.root.certificate, ica, pca]]), now);
    expect([counts(ica), counts(pca), counts(foreign.root.certificate)]).toEqual(Array(3).fill('issuer-not-listed'));
    expect(counts(of('a-pca'))).toBe('counts');
  });

  it('does not count a CA whose ICA stands in another entry, or in none', async () => {
    store.takeTrcl(await trcl([bench.root.certificate]), now);
    store.takeTdcl(await tdcl([[of('a-ica')], [of('a-pca'), of('b-ica')]]), now);
    expect([counts(of('a-ica')), counts(of('b-ica')), counts(of('a-pca'))]).toEqual([
      'counts',
      'counts',
      'issuer-not-listed',
    ]);
  });

  it('TL7 does not count a CA that its ICA may not issue, though the root lists it', async () => {
    const { certIssuePermissions } = of('a-ica').value.toBeSigned.value;
    const mighty = await recertify(of('a-pca'), bench.member('a-ica').signer, { tbs: { certIssuePermissions } });
    store.takeTrcl(await trcl([bench.root.certificate]), now);
    store.takeTdcl(await tdcl([[of('a-ica'), mighty, bendSignature(of('a-eca'))]]), now);
    expect([counts(mighty), counts(bendSignature(of('a-eca')))]).toEqual(['issuer-not-listed', 'issuer-not-listed']);
  });

  it('passes over a listed root that does not carry its own signature', async () => {
    const bent = bendSignature(bench.root.certificate);
    store.takeTrcl(await trcl([bent]), now);
    const list = await tdcl(
      [[of('a-ica')]],
      {},
      { ...bench.root, signer: { ...bench.root.signer, certificate: bent } },
    );
    expect(store.takeTdcl(list, now)).toEqual(refused('root-not-listed'));
    expect(counts(of('a-ica'))).toBe('issuer-not-listed');
  });

  it('does not count an authority after its certificate, its ICA’s or its root’s has ended', async () => {
    const validityPeriod = { start: time32FromMillis(now - 1000), duration: { kind: 'hours', value: 24 } } as const;
    const later = now + 2 * DAY_MILLIS;
    const short = await recertify(of('a-pca'), bench.member('a-ica').signer, { tbs: { validityPeriod } });
    const ica = await recertify(of('b-ica'), bench.root.signer, { tbs: { validityPeriod } });
    const below = await recertify(
      of('b-pca'),
      { ...bench.member('b-ica').signer, certificate: ica },
      { tbs: { validityPeriod } },
    );
    store.takeTrcl(await trcl([bench.root.certificate]), now);
    store.takeTdcl(
      await tdcl([
        [of('a-ica'), short],
        [ica, below],
      ]),
      now,
    );
    expect([short, ica, below].map((one) => counts(one, now))).toEqual(Array(3).fill('counts'));
    expect([short, ica, below].map((one) => counts(one, later))).toEqual(Array(3).fill('issuer-expired'));
    expect(counts(of('a-ica'), later)).toBe('counts');

    const self = await recertify(bench.root.certificate, { self: bench.root.signer.sign }, { tbs: { validityPeriod } });
    const root = { ...bench.root, signer: { ...bench.root.signer, certificate: self } };
    const brief = await recertify(of('a-ica'), root.signer, { tbs: { validityPeriod } });
    store = new TrustStore(bench.trcla.certificate);
    store.takeTrcl(await trcl([self]), now);
    store.takeTdcl(await tdcl([[brief]], {}, root), now);
    expect([counts(brief, now), counts(brief, later)]).toEqual(['counts', 'root-not-listed']);
  });

  it('TL4 ceases to count a CA that the next TDCL leaves out, and all under a root that the next TRCL leaves out', async () => {
    await holdBoth();
    const later = now + 1000;
    store.takeTdcl(await tdcl([[of('a-ica'), of('a-pca')]], { issuedAt: later }), later);
    expect([counts(of('a-pca'), later), counts(of('b-pca'), later)]).toEqual(['counts', 'issuer-not-listed']);
    store.takeTrcl(await trcl([foreign.root.certificate], { issuedAt: later }), later);
    expect(counts(of('a-pca'), later)).toBe('issuer-not-listed');
    expect(store.authorities(later)).toEqual([]);
  });

  it('keeps what it holds when a new list is refused', async () => {
    await holdBoth();
    for (const bytes of [Uint8Array.of(1), foreign.trcl]) expect(isRefused(store.takeTrcl(bytes, now))).toBe(true);
    expect(isRefused(store.takeTdcl(Uint8Array.of(1), now))).toBe(true);
    expect(counts(of('a-pca'))).toBe('counts');
  });

  it('counts every CA that stands under its root inside its entry, and knows its domain and addresses', async () => {
    await holdBoth();
    const [a, b] = [store.named('pca.a.chrysalis.example', now), store.named('pca.b.chrysalis.example', now)];
    const ica = store.authority(hashedId8(of('a-ica')), now) as ListedAuthority;
    expect(a?.crlUrl).toBe('http://cra.example');
    expect([
      store.sameDomain(a as ListedAuthority, ica),
      store.sameDomain(a as ListedAuthority, b as ListedAuthority),
    ]).toEqual([true, false]);
    expect(store.authorities(now)).toHaveLength(4);
  });

  it('counts the CAs of two roots, and never takes two roots for one domain', async () => {
    store.takeTrcl(await trcl([bench.root.certificate, foreign.root.certificate]), now);
    store.takeTdcl(await tdcl([[of('a-ica')]]), now);
    store.takeTdcl(await foreign.tdcl(['a'], now), now);
    const theirs = store.authority(hashedId8(foreign.member('a-ica').certificate), now) as ListedAuthority;
    const ours = store.authority(hashedId8(of('a-ica')), now) as ListedAuthority;
    expect([ours.domain, theirs.domain, store.sameDomain(ours, theirs)]).toEqual([0, 0, false]);
  });

  it('gives its lists as files from which the next one knows the same', async () => {
    await holdBoth();
    const { trcl: root, tdcls } = store.stored();
    store = new TrustStore(bench.trcla.certificate);
    store.takeTrcl(root as Uint8Array, now);
    for (const list of tdcls) store.takeTdcl(list, now);
    expect(counts(of('b-pca'))).toBe('counts');
  });

  describe('while a certificate is renewed', () => {
    const HOSTNAME = 'pca.a.chrysalis.example';
    let renewed: Certificate;
    const pcaNamedAt = (at: number): string | undefined => {
      const found = store.named(HOSTNAME, at);
      if (found === undefined) return undefined;
      return Buffer.compare(found.certificate.bytes, renewed.bytes) === 0 ? 'renewed' : 'former';
    };

    beforeAll(async () => {
      const start = time32FromMillis(now + DAY_MILLIS);
      const validityPeriod = { start, duration: { kind: 'hours', value: 48 } } as const;
      renewed = await recertify(of('a-pca'), bench.member('a-ica').signer, { tbs: { validityPeriod } });
    });

    it.each(['before', 'behind'])('names the newest that is valid, listed %s the former', async (place) => {
      const both = place === 'before' ? [renewed, of('a-pca')] : [of('a-pca'), renewed];
      store.takeTrcl(await trcl([bench.root.certificate]), now);
      store.takeTdcl(await tdcl([[of('a-ica'), ...both]]), now);
      expect([now, now + DAY_MILLIS - 1000].map(pcaNamedAt)).toEqual(['former', 'former']);
      expect([now + DAY_MILLIS, now + 2 * DAY_MILLIS].map(pcaNamedAt)).toEqual(['renewed', 'renewed']);
      expect(pcaNamedAt(now + 4 * DAY_MILLIS)).toBe('former');
    });
  });

  describe('that verifies what a listed authority signed', () => {
    const message = new TextEncoder().encode('a message');
    const verdict = async (by: Member, keyOf: Member = by): Promise<boolean> => {
      const listed = store.named('pca.a.chrysalis.example', now) as ListedAuthority;
      const signature = await by.signer.sign(message, message);
      const key = verificationKeyOf(keyOf.certificate) as Uint8Array;
      return store.verifierOf(listed)(key, message, message, signature);
    };
    const tables = (): number => store['tables'].size;

    it('judges again and again as the first time', async () => {
      await holdBoth();
      const [pca, other] = [bench.member('a-pca'), bench.member('b-pca')];
      for (let n = 0; n < 3; n++) {
        expect([
          await verdict(pca),
          await verdict(other, pca),
          await verdict(other),
          await verdict(pca, other),
        ]).toEqual([true, false, true, false]);
      }
      expect(tables()).toBe(1);
    });

    it('keeps nothing of one that is listed no more', async () => {
      await holdBoth();
      const listed = store.named('pca.a.chrysalis.example', now) as ListedAuthority;
      await verdict(bench.member('a-pca'));
      store.takeTdcl(await tdcl([[of('a-ica')]], { issuedAt: now + 1000 }), now + 1000);
      expect(tables()).toBe(0);
      const signature = await bench.member('a-pca').signer.sign(message, message);
      const key = verificationKeyOf(of('a-pca')) as Uint8Array;
      expect(store.verifierOf(listed)(key, message, message, signature)).toBe(true);
      expect(tables()).toBe(0);
    });
  });
});
