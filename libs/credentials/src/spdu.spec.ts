/** M13: each check of a signed message has a message that only it refuses. YD/T 3957-2021 6.4, GB/T 45315-2025 7.4. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { decode, encode } from '#coer/codec.js';
import { sm2CompressPoint, sm2Digest, sm2Verify } from '#crypto/sm2.js';
import { concat, fromHex } from '#crypto/bytes.js';
import { ToBeSignedData, type Certificate } from '#wire/secured-data.js';
import { time64FromMillis } from '#wire/time.js';
import { authorityBench, type Bench } from '../../../test/support/authority-bench.js';
import { certificateFromBytes, certificateHash, certificateToBytes, hashedId8, idKey } from './certificate-facts.js';
import { sm2SignatureValue } from './keys-on-the-wire.js';
import { periodAt, WEEK_MILLIS } from './period.js';
import { ccsa } from './profile.js';
import type { RevocationStanding } from './revocation-check.js';
import { BSM, encodeSecuredUnsigned, message, pseudonym, type Forgery } from './spdu.fixture.js';
import { asSignedData, isSignedWith } from './signed-data.js';
import type { Signer } from './sm2-binding.js';
import { signSpdu, SpduVerifier, type SpduRules } from './spdu.js';
import type { Place } from './spdu-region.js';
import { verifyCertificate } from './verify-certificate.js';

const BEIJING: Place = { latitude: 399_000_000, longitude: 1_164_000_000, country: 156 };
const china = { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 156 }] } as const;

let bench: Bench;
let now: number;
let pca: Signer;
let cra: Certificate;
let sender: Signer;
let standing: RevocationStanding;

async function receiver(parts: Partial<SpduRules> = {}): Promise<SpduVerifier> {
  return new SpduVerifier({
    profile: ccsa,
    trust: await bench.trust(),
    revocation: { check: () => standing },
    aids: [ccsa.aid.bsm],
    ...parts,
  });
}
const outcome = (verifier: SpduVerifier, bytes: Uint8Array, at = now, here?: Place): string => {
  const judged = verifier.verify(bytes, { nowMillis: at, here });
  return judged.kind === 'refused' ? judged.reason : judged.kind;
};

beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  now = bench.clock.nowMillis();
  pca = bench.member('a-pca').signer;
  cra = bench.member('a-cra').certificate;
  sender = await pseudonym(pca, cra, now);
});
beforeEach(() => {
  standing = 'good';
});

interface Case {
  reason: string;
  /** Changes to the message, the certificate, the receiver or the moment; everything else is right. */
  forge?: () => Forgery | Promise<Forgery>;
  certificate?: () => Promise<Signer>;
  rules?: Partial<SpduRules>;
  age?: number;
  here?: Place;
}

const cases: [string, Case][] = [
  ['protocol version 2', { reason: 'version', forge: () => ({ version: 2 }) }],
  ['a payload that is only a hash', { reason: 'malformed', forge: () => ({ payload: undefined }) }],
  ['a hash algorithm that is not the key’s', { reason: 'algorithm', forge: () => ({ signed: { hashId: 'sha256' } }) }],
  [
    'two certificates of a signer',
    {
      reason: 'signer-form',
      forge: () => ({ signed: { signer: { kind: 'certificate', value: [sender.certificate, sender.certificate] } } }),
    },
  ],
  [
    'a signer that names itself',
    { reason: 'signer-form', forge: () => ({ signed: { signer: { kind: 'self', value: null } } }) },
  ],
  ['a digest nobody has seen', { reason: 'unknown-certificate', forge: () => ({ named: 'digest' }) }],
  [
    'an application the receiver does not listen to',
    { reason: 'aid-not-expected', forge: () => ({ header: { psid: ccsa.aid.misbehaviour } }) },
  ],
  [
    'an application the certificate does not name',
    { reason: 'aid-not-permitted', forge: () => ({ header: { psid: 112 } }), rules: { aids: [111, 112] } },
  ],
  ['no generationTime', { reason: 'no-generation-time', forge: () => ({ header: { generationTime: undefined } }) }],
  [
    'a certificate of last week',
    { reason: 'outside-certificate-validity', certificate: () => pseudonym(pca, cra, now - WEEK_MILLIS) },
  ],
  ['a message from the future', { reason: 'from-the-future', age: -51 }],
  ['a message older than a second', { reason: 'too-old', age: 1001 }],
  [
    'an expiryTime that has passed',
    { reason: 'expired', forge: () => ({ header: { expiryTime: time64FromMillis(now) } }) },
  ],
  [
    'an iCert two periods away',
    {
      reason: 'certificate-period',
      certificate: () =>
        pseudonym(pca, cra, now, {
          id: {
            kind: 'linkageData',
            value: { iCert: periodAt(ccsa.epochMillis, now) + 2, 'linkage-value': new Uint8Array(9) },
          },
        }),
    },
  ],
  [
    'a PCA that is on no list',
    {
      reason: 'issuer-not-listed',
      certificate: async () => {
        const stranger = await authorityBench();
        return pseudonym(stranger.member('a-pca').signer, cra, now);
      },
    },
  ],
  [
    'an issuer that is listed, may issue it, and is no PCA',
    {
      reason: 'issuer-not-pca',
      certificate: () =>
        pseudonym(bench.member('a-eca').signer, cra, now, { appPermissions: [{ psid: ccsa.aid.management }] }),
      forge: () => ({ header: { psid: ccsa.aid.management } }),
      rules: { aids: [ccsa.aid.management] },
    },
  ],
  [
    'a certificate that is issued by itself',
    {
      reason: 'certificate-issuer',
      certificate: () => pseudonym(pca, cra, now, {}, { issuer: { kind: 'self', value: 'sm3' } }),
    },
  ],
  ['a receiver in another country', { reason: 'outside-region', here: { ...BEIJING, country: 410 } }],
  [
    'a certificate whose region its PCA may not give',
    {
      reason: 'certificate-region-outside-issuer',
      certificate: () =>
        pseudonym(pca, cra, now, {
          region: { kind: 'identifiedRegion', value: [...china.value, { kind: 'countryOnly', value: 840 }] },
        }),
      here: BEIJING,
    },
  ],
  [
    'a certificate of version 2',
    { reason: 'certificate-form', certificate: () => pseudonym(pca, cra, now, {}, { version: 2 }) },
  ],
  [
    'a certificate whose key is no point of the curve',
    {
      reason: 'certificate-form',
      certificate: () =>
        pseudonym(pca, cra, now, {
          verifyKeyIndicator: {
            kind: 'verificationKey',
            // x = 5 has no y on this curve.
            value: { kind: 'ecsigSm2', value: { kind: 'compressed-y-0', value: new Uint8Array(32).fill(5, 31) } },
          },
        }),
    },
  ],
  [
    'a certificate that began before its PCA',
    {
      reason: 'certificate-validity-outside-issuer',
      certificate: () =>
        pseudonym(pca, cra, now, {
          validityPeriod: { start: 1, duration: { kind: 'years', value: 40 } },
        }),
    },
  ],
  [
    'a permission its PCA may not give',
    {
      reason: 'certificate-permissions-outside-issuer',
      certificate: () => pseudonym(pca, cra, now, { appPermissions: [{ psid: 111 }, { psid: 9999 }] }),
    },
  ],
  [
    'a certificate that another PCA signed in its name',
    {
      reason: 'certificate-signature',
      certificate: () => pseudonym({ certificate: pca.certificate, sign: bench.member('b-pca').signer.sign }, cra, now),
    },
  ],
  [
    'a signature by another key',
    {
      reason: 'signature',
      certificate: async () => ({ certificate: sender.certificate, sign: (await pseudonym(pca, cra, now)).sign }),
    },
  ],
  [
    'r of zero',
    { reason: 'signature', forge: () => ({ signed: { signature: sm2SignatureValue(new Uint8Array(64)) } }) },
  ],
];

describe('VM2, VM4: refused by one check only', () => {
  it.each(cases)('%s', async (_, { reason, forge, certificate, rules, age = 0, here }) => {
    const signer = certificate === undefined ? sender : await certificate();
    const bytes = await message(signer, now - age, await forge?.());
    expect(outcome(await receiver(rules), bytes, now, here)).toBe(reason);
  });

  it('a revoked certificate', async () => {
    standing = 'revoked';
    expect(outcome(await receiver(), await message(sender, now))).toBe('revoked');
  });

  it('a certificate of whose CRACA no current CRL is held', async () => {
    standing = 'no-crl';
    expect(outcome(await receiver(), await message(sender, now))).toBe('no-current-crl');
  });

  it('the same bytes twice', async () => {
    const verifier = await receiver();
    const bytes = await message(sender, now);
    expect([outcome(verifier, bytes), outcome(verifier, bytes)]).toEqual(['accepted', 'replayed']);
  });

  it('another message of one signer for one instant', async () => {
    const verifier = await receiver();
    expect(outcome(verifier, await message(sender, now))).toBe('accepted');
    const second = await message(sender, now, { payload: Uint8Array.of(1), named: 'digest' });
    expect(outcome(verifier, second)).toBe('replayed');
  });

  it('lists that have run out', async () => {
    const later = now + 366 * 86_400_000;
    const signer = await pseudonym(pca, cra, later);
    expect(outcome(await receiver(), await message(signer, later), later)).toBe('no-trust-list');
  });

  it('bytes that are no message, and content that is not signed', async () => {
    const verifier = await receiver();
    const bytes = await message(sender, now);
    expect(outcome(verifier, concat(bytes, Uint8Array.of(0)))).toBe('malformed');
    expect(outcome(verifier, bytes.subarray(0, 50))).toBe('malformed');
    expect(outcome(verifier, encodeSecuredUnsigned(BSM))).toBe('not-signed');
  });
});

describe('accepted', () => {
  it('a message that is right in everything, with what it says', async () => {
    const verifier = await receiver();
    const bytes = await signSpdu({
      payload: BSM,
      aid: 111,
      generationTimeMillis: now,
      signer: sender,
      named: 'certificate',
    });
    const judged = verifier.verify(bytes, { nowMillis: now, here: BEIJING });
    expect(judged).toMatchObject({ kind: 'accepted', aid: 111, generationTimeMillis: now, named: 'certificate' });
    expect(judged.kind === 'accepted' && Buffer.from(judged.payload)).toEqual(Buffer.from(BSM));
    expect(judged.kind === 'accepted' && certificateHash(judged.certificate)).toEqual(
      certificateHash(sender.certificate),
    );
  });

  it.each([
    ['exactly one second old', 1000],
    ['fifty milliseconds ahead', -50],
  ])('a message %s', async (_, age) => {
    expect(outcome(await receiver(), await message(sender, now - age))).toBe('accepted');
  });

  it('a digest, once the full certificate was accepted', async () => {
    const verifier = await receiver();
    expect(outcome(verifier, await message(sender, now))).toBe('accepted');
    expect(outcome(verifier, await message(sender, now + 100, { named: 'digest' }), now + 100)).toBe('accepted');
  });

  it('with what its sender misses; and who was missed here is told', async () => {
    const missed: string[] = [];
    const verifier = await receiver({ missed: (id8, at) => missed.push(`${idKey(id8)} ${String(at)}`) });
    expect(outcome(verifier, await message(sender, now, { named: 'digest' }))).toBe('unknown-certificate');
    expect(missed).toEqual([`${idKey(hashedId8(sender.certificate))} ${String(now)}`]);
    const asks = [Uint8Array.of(1, 2, 3)];
    const parts = { payload: BSM, aid: 111, generationTimeMillis: now, signer: sender, named: 'certificate' } as const;
    expect(verifier.verify(await signSpdu({ ...parts, asks }), { nowMillis: now })).toMatchObject({ asks });
    expect(missed).toHaveLength(1);
  });

  it('messages of one signer for one instant, each under its own application', async () => {
    const verifier = await receiver({ aids: [ccsa.aid.bsm, ccsa.aid.misbehaviour] });
    expect(outcome(verifier, await message(sender, now))).toBe('accepted');
    const header = { psid: ccsa.aid.misbehaviour };
    expect(outcome(verifier, await message(sender, now, { header }))).toBe('accepted');
    expect(outcome(verifier, await message(sender, now, { header }))).toBe('replayed');
  });

  it('a place the sender states inside a circular region, and none outside', async () => {
    const region = {
      kind: 'circularRegion',
      value: { center: { latitude: BEIJING.latitude, longitude: BEIJING.longitude }, radius: 500 },
    } as const;
    const signer = await pseudonym(pca, cra, now, { region });
    const at = (metresNorth: number): Forgery => ({
      header: {
        generationLocation: {
          latitude: BEIJING.latitude + Math.round(metresNorth * 89.93),
          longitude: BEIJING.longitude,
          elevation: 0,
        },
      },
    });
    const verifier = await receiver();
    expect(outcome(verifier, await message(signer, now, at(600)), now, BEIJING)).toBe('outside-region');
    expect(outcome(verifier, await message(signer, now, at(400)), now, BEIJING)).toBe('accepted');
  });

  it('a certificate without region, which has its PCA’s', async () => {
    const signer = await pseudonym(pca, cra, now, { region: undefined });
    const verifier = await receiver();
    expect(outcome(verifier, await message(signer, now), now, { ...BEIJING, country: 410 })).toBe('outside-region');
    expect(outcome(verifier, await message(signer, now), now, BEIJING)).toBe('accepted');
  });
});

describe('what a receiver learns', () => {
  it('VM9: nothing from a message that was refused last', async () => {
    const verifier = await receiver();
    const forged = await message(sender, now, { signed: { signature: sm2SignatureValue(new Uint8Array(64).fill(1)) } });
    expect(outcome(verifier, forged)).toBe('signature');
    expect(verifier.knownCertificates).toBe(0);
    expect(outcome(verifier, await message(sender, now, { named: 'digest' }))).toBe('unknown-certificate');
    // Nor was the forged one taken for the message itself.
    expect(outcome(verifier, await message(sender, now))).toBe('accepted');
  });

  it('VM9: a bounded number of certificates', async () => {
    const verifier = await receiver({ certificates: 3 });
    const senders = await Promise.all(Array.from({ length: 5 }, () => pseudonym(pca, cra, now)));
    for (const one of senders) expect(outcome(verifier, await message(one, now))).toBe('accepted');
    expect(verifier.knownCertificates).toBe(3);
    expect(outcome(verifier, await message(senders[0] as Signer, now + 1, { named: 'digest' }))).toBe(
      'unknown-certificate',
    );
    expect(outcome(verifier, await message(senders[4] as Signer, now + 1, { named: 'digest' }))).toBe('accepted');
  });

  it('TL4: no verdict that outlives the lists it was made under', async () => {
    const trust = await bench.trust();
    const verifier = await receiver({ trust });
    expect(outcome(verifier, await message(sender, now))).toBe('accepted');
    trust.takeTdcl(await bench.tdcl(['b']), now);
    expect(outcome(verifier, await message(sender, now + 1), now + 1)).toBe('issuer-not-listed');
    expect(outcome(verifier, await message(sender, now + 2, { named: 'digest' }), now + 2)).toBe('issuer-not-listed');
    const other = await pseudonym(bench.member('b-pca').signer, bench.member('b-cra').certificate, now);
    expect(outcome(verifier, await message(other, now), now)).toBe('accepted');
  });

  it('verifies a chain once a certificate, and a signature once a message', async () => {
    let calls = 0;
    const verify: typeof sm2Verify = (...call) => {
      calls++;
      return sm2Verify(...call);
    };
    const verifier = await receiver({ verify });
    for (let k = 0; k < 5; k++) expect(outcome(verifier, await message(sender, now + k), now + k)).toBe('accepted');
    expect(calls).toBe(6);
  });
});

describe('property', () => {
  it('VM1: a message with one byte changed is refused', async () => {
    const bytes = await message(sender, now);
    let refusedCount = 0;
    const verifier = await receiver();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const bent = bytes.slice();
        bent[place] = (bent[place] as number) ^ change;
        expect(outcome(verifier, bent)).not.toBe('accepted');
        refusedCount++;
      }),
      { numRuns: 300 },
    );
    expect(refusedCount).toBeGreaterThan(200);
    expect(outcome(verifier, bytes)).toBe('accepted');
  });
});

describe('vectors', () => {
  const json = (path: string): Record<string, string> =>
    JSON.parse(readFileSync(new URL(`../../../test/vectors/${path}`, import.meta.url), 'utf8')) as Record<
      string,
      string
    >;

  it('derived/ccsa-chain-spdu.json: chain and both messages', () => {
    const vector = json('derived/ccsa-chain-spdu.json');
    const [root, vectorPca, pc] = ['root_cert', 'pca_cert', 'pc_cert'].map((name) =>
      certificateFromBytes(fromHex(vector[name] as string)),
    ) as [Certificate, Certificate, Certificate];
    expect(verifyCertificate(vectorPca, root)).toEqual({ kind: 'checked' });
    expect(verifyCertificate(pc, vectorPca)).toEqual({ kind: 'checked' });
    expect(Buffer.from(certificateHash(pc)).toString('hex')).toBe(vector['pc_sm3']);
    for (const name of ['spdu_with_certificate', 'spdu_with_digest']) {
      const signed = asSignedData(fromHex(vector[name] as string));
      expect(signed && isSignedWith(signed, pc)).toBe(true);
      expect(signed && Buffer.from(signed.tbsData.bytes).toString('hex')).toBe(vector['tbsData']);
    }
    expect(certificateToBytes(pc)).toEqual(fromHex(vector['pc_cert'] as string));
  });

  it('YD/T 3957-2021 annex D.2: e and signature', () => {
    const vector = json('ydt/sm2-sign-d2.json');
    const at = (name: string): Uint8Array => fromHex(vector[name] as string);
    const key = sm2CompressPoint(at('X'), at('Y'));
    const id = at('signer_cert_sm3_used_as_ID');
    const tbs = decode(ToBeSignedData, at('tbs'));
    expect(encode(ToBeSignedData, tbs)).toEqual(at('tbs'));
    expect(sm2Digest(key, id, at('tbs'))).toEqual(at('e'));
    expect(sm2Verify(key, id, at('tbs'), concat(at('r'), at('s')))).toBe(true);
  });
});
