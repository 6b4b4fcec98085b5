/** A peer is found by name, role and domain among what is valid now; each of the three has a case that only it refuses. */
import { encode } from '#coer/codec.js';
import { authorityTbs, type AuthorityKind } from '#credentials/authority-certificate.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { issueUnlinted, signPkiCtlUnlinted } from '#credentials/chain.fixture.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { systemRandom } from '#crypto/random.js';
import { memoryDevice } from '#keys/software-device.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl } from '#wire/trust-lists.js';
import { authorityBench, authorityKeys, BENCH_START, type Bench } from '../../../test/support/authority-bench.js';
import { ownPeer, type PeerSeeker } from './peer-certificate.js';

const HOUR_MILLIS = 3_600_000;
const LA = 'la1.a.chrysalis.example';

describe('the certificate of a peer now', () => {
  let bench: Bench;
  let pra: PeerSeeker;
  let first: Certificate;

  beforeEach(async () => {
    bench = await authorityBench({ domains: ['a', 'b'] });
    pra = (await bench.contextFor('a-pra')).identity;
    first = bench.member('a-la1').certificate;
  });

  /** A further certificate for a name, that began so many hours before the bench and lives so long. */
  const further = async (
    kind: AuthorityKind,
    domain: 'a' | 'b',
    began: number,
    hours: number,
  ): Promise<Certificate> => {
    const start = time32FromMillis(BENCH_START - began * HOUR_MILLIS);
    const validity = { start, duration: { kind: 'hours', value: hours } } as const;
    const keys = await authorityKeys(memoryDevice(systemRandom));
    const subject = { kind, hostname: LA, ...keys, validity, ...(kind === 'la' ? { laId: 1 } : {}) };
    return issueUnlinted(authorityTbs(subject, ccsa), bench.member(`${domain}-ica`).signer);
  };

  const list = async (domains: Record<'a' | 'b', readonly Certificate[]>): Promise<void> => {
    const now = bench.clock.nowMillis();
    const pkiCertInfoList = (['a', 'b'] as const).map((domain) => ({
      certificate: [
        ...['ica', 'pra', 'la1'].map((name) => bench.member(`${domain}-${name}`).certificate),
        ...domains[domain],
      ],
      crlUrl: 'bench:cra',
    }));
    const nextPkiCtl = time32FromMillis(now + 365 * 24 * HOUR_MILLIS);
    const contents = { series: 1, issueDate: time32FromMillis(now), nextPkiCtl, pkiCertInfoList };
    const signed = await signPkiCtlUnlinted(contents, bench.root.signer);
    const taken = pra.trust.takeTdcl(encode(PkiCtl, signed), now);
    if (isRefused(taken)) throw new Error(taken.reason);
  };

  const found = (): string | undefined => {
    const one = ownPeer(LA, 'la', pra);
    return one && Buffer.from(hashedId8(one.certificate)).toString('hex');
  };
  const idOf = (certificate: Certificate): string => Buffer.from(hashedId8(certificate)).toString('hex');

  it('is the only one, and there is none under a name that nobody has', () => {
    expect(found()).toBe(idOf(first));
    expect(ownPeer('la9.a.chrysalis.example', 'la', pra)).toBeUndefined();
  });

  it('is the one whose validity began last, of two that are valid', async () => {
    const second = await further('la', 'a', 1, 100);
    await list({ a: [second], b: [] });
    expect(found()).toBe(idOf(second));
  });

  it('is not the newest when that has ended', async () => {
    await list({ a: [await further('la', 'a', 3, 2)], b: [] });
    expect(found()).toBe(idOf(first));
  });

  it('is not the newest when that has not begun', async () => {
    await list({ a: [await further('la', 'a', -1, 100)], b: [] });
    expect(found()).toBe(idOf(first));
  });

  it('is not the newest when that is of another role', async () => {
    await list({ a: [await further('pca', 'a', 1, 100)], b: [] });
    expect(found()).toBe(idOf(first));
  });

  it('is not the newest when another domain gave it', async () => {
    await list({ a: [], b: [await further('la', 'b', 1, 100)] });
    expect(found()).toBe(idOf(first));
  });

  it('is none when we stand on no current list ourselves', async () => {
    const b = (await bench.contextFor('b-pra')).identity;
    expect(ownPeer(LA, 'la', b)).toBeUndefined();
    const unlisted = { ...pra, signer: { certificate: await further('pra', 'a', 1, 100) } };
    expect(ownPeer(LA, 'la', unlisted)).toBeUndefined();
  });
});
