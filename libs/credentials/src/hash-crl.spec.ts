/** Lists by hash: application and identity certificates that name one, and authorities below the root, with all they issued. */
import { decode, encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { CrlContents } from '#wire/crl.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { authorityBench, type Bench, type Member } from '../../../test/support/authority-bench.js';
import { hashedId10, hashedId3 } from './certificate-facts.js';
import { issueUnlinted } from './chain.fixture.js';
import { buildHashCrl, HASH_CRL_SERIES, type HashCrl, type HashEntry } from './hash-crl.js';
import { pointOf } from './keys-on-the-wire.js';
import { RevocationStore, signCrl } from './linked-crl.js';
import { lintCrl } from './lint/lint-crl.js';
import { ccsa } from './profile.js';
import { time32FromMillis } from '#wire/time.js';

const HOUR = 3_600_000;
let bench: Bench;
let cra: Member;
let now: number;
beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  cra = bench.member('a-cra');
  now = bench.clock.nowMillis();
});

interface Parts extends Partial<HashCrl> {
  readonly revoked?: readonly Certificate[];
  readonly by?: Member;
}
const entryOf = (certificate: Certificate): HashEntry => ({ id: hashedId10(certificate), endsAtMillis: now + HOUR });

function contentsOf({ revoked = [], by = cra, ...over }: Parts = {}): CrlContents {
  const issueMillis = now - HOUR + (over.serial ?? 1) * 1000;
  return buildHashCrl({
    ...{ kind: 'full', craca: by.certificate, series: HASH_CRL_SERIES, serial: 1, entries: revoked.map(entryOf) },
    ...{ issueMillis, nextMillis: issueMillis + 48 * HOUR },
    ...over,
  });
}
const crl = (parts: Parts = {}): Promise<Uint8Array> => signCrl(contentsOf(parts), (parts.by ?? cra).signer, ccsa);

let made = 0;
/** Another application certificate that names the list by hash of `a-cra`; only what a CRL looks at matters. */
async function application(over: Partial<ToBeSignedCertificate> = {}, issuer = 'a-aca'): Promise<Certificate> {
  const key = (await bench.member('a-aaa').device.publicKey('verification')) as Uint8Array;
  made++;
  return issueUnlinted(
    {
      id: { kind: 'none', value: null },
      cracaId: hashedId3(cra.certificate),
      crlSeries: HASH_CRL_SERIES,
      validityPeriod: { start: time32FromMillis(now - HOUR) + made, duration: { kind: 'hours', value: 100 } },
      appPermissions: [{ psid: ccsa.aid.bsm }],
      verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: pointOf(key) } },
      ...over,
    },
    bench.member(issuer).signer,
  );
}
const receiver = async (...lists: Promise<Uint8Array>[]): Promise<RevocationStore> => {
  const store = new RevocationStore(await bench.trust(), ccsa);
  for (const list of lists) expect(store.takeCrl(await list, now)).toMatchObject({ version: 1 });
  return store;
};

it('has its entries in order, and the linter finds nothing', async () => {
  const revoked = await Promise.all(Array.from({ length: 5 }, () => application()));
  const contents = contentsOf({ revoked });
  expect(decode(CrlContents, encode(CrlContents, contents))).toEqual(contents);
  expect(lintCrl(contents, { profile: ccsa, signer: cra.certificate, header: { psid: ccsa.aid.crl } })).toEqual([]);
});

it('takes 15 bytes an entry', () => {
  const sized = (count: number): number => {
    const entries = Array.from({ length: count }, () => ({ id: systemRandom.bytes(10), endsAtMillis: now }));
    return encode(CrlContents, contentsOf({ entries })).length;
  };
  expect(sized(101) - sized(100)).toBe(15);
});

describe('a receiver', () => {
  it('refuses the certificates on it, and no others', async () => {
    const [one, other] = [await application(), await application()];
    const store = await receiver(crl({ revoked: [one] }));
    expect([store.check(one, now), store.check(other, now)]).toEqual(['revoked', 'good']);
  });

  it('knows nothing of a certificate that names a list it does not hold, or that has run out', async () => {
    const [one, other] = [await application(), await application()];
    expect((await receiver()).check(one, now)).toBe('no-crl');
    const store = await receiver(crl({ revoked: [one] }));
    const late = now + 47 * HOUR + 1000;
    expect([store.check(one, late), store.check(other, late)]).toEqual(['revoked', 'no-crl']);
    expect(store.check(await application({ crlSeries: 7 }), now)).toBe('no-crl');
    expect(store.check(await application({ cracaId: Uint8Array.of(1, 2, 3) }), now)).toBe('no-crl');
  });

  it('refuses one that names no list, when its domain has listed it', async () => {
    const nameless = { cracaId: new Uint8Array(3), crlSeries: 0 };
    const [one, other] = [await application(nameless), await application(nameless)];
    const store = await receiver(crl({ revoked: [one] }));
    expect([store.check(one, now), store.check(other, now)]).toEqual(['revoked', 'good']);
  });

  it('does not let a domain revoke what another has issued', async () => {
    const foreign = await application({ cracaId: new Uint8Array(3), crlSeries: 0 }, 'b-aca');
    const store = await receiver(crl({ revoked: [foreign, bench.member('b-aca').certificate] }));
    expect(store.check(foreign, now)).toBe('good');
  });

  it('refuses all that a listed authority has issued, and nothing of its sibling (RV11)', async () => {
    const [ofAca, ofPca] = [await application(), await application({}, 'a-pca')];
    const store = await receiver(crl({ revoked: [bench.member('a-aca').certificate] }));
    expect([store.check(ofAca, now), store.check(ofPca, now)]).toEqual(['revoked', 'good']);
  });

  it('refuses all below a listed ICA (RV11)', async () => {
    const one = await application();
    const store = await receiver(crl({ revoked: [bench.member('a-ica').certificate] }));
    expect(store.check(one, now)).toBe('revoked');
  });

  it('adds a delta to the list with the number before, and takes no other (RV10)', async () => {
    const [first, second] = [await application(), await application()];
    const store = await receiver(crl({ revoked: [first], serial: 4 }));
    const refusal = async (parts: Parts): Promise<unknown> =>
      store.takeCrl(await crl({ kind: 'delta', ...parts }), now);
    expect(await refusal({ serial: 6 })).toEqual({ kind: 'refused', reason: 'crl-gap' });
    expect(await refusal({ serial: 4 })).toEqual({ kind: 'refused', reason: 'crl-rollback' });
    expect(await refusal({ serial: 5, issueMillis: now - 2 * HOUR })).toMatchObject({ reason: 'crl-gap' });
    expect(store.check(second, now)).toBe('good');
    for (let again = 0; again < 2; again++)
      expect(await refusal({ serial: 5, revoked: [second], nextMillis: now + HOUR })).toMatchObject({ version: 1 });
    expect([store.check(first, now), store.check(second, now)]).toEqual(['revoked', 'revoked']);
    expect(store.hashPlace(contentsOf().crlCraca, HASH_CRL_SERIES)).toMatchObject({ serial: 5 });
  });

  it('takes back no older full list, and keeps the last good one (RV10)', async () => {
    const one = await application();
    const store = await receiver(crl({ revoked: [one], serial: 4 }));
    for (const older of [{ serial: 3 }, { serial: 4 }, { serial: 5, issueMillis: now - 2 * HOUR }])
      expect(store.takeCrl(await crl(older), now)).toEqual({ kind: 'refused', reason: 'crl-rollback' });
    expect(store.check(one, now)).toBe('revoked');
    expect(store.takeCrl(await crl({ serial: 5 }), now)).toMatchObject({ version: 1 });
    expect(store.check(one, now)).toBe('good');
  });

  it('holds lists by hash and by seed beside each other', async () => {
    const store = await receiver(crl());
    expect(store.check(await application({ crlSeries: 1 }), now)).toBe('no-crl');
    expect(store.held).toEqual({ chains: 0, seedBytes: 0, setBytes: 0 });
  });
});
