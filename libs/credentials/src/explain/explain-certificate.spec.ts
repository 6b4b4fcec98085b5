import { readFileSync } from 'node:fs';
import { preserve } from '#coer/preserved.js';
import { bytes32, fromHex } from '#crypto/bytes.js';
import { p256Curve } from '#crypto/p256.js';
import { sm2DecompressPoint } from '#crypto/sm2.js';
import { nistSuite, smSuite } from '#crypto/suite.js';
import { encode } from '#coer/codec.js';
import type { EccP256CurvePoint, GeographicRegion, PsidSspRange } from '#wire/base-types.js';
import {
  CertificateBase,
  type Certificate,
  type PsidGroupPermissions,
  ToBeSignedCertificate,
} from '#wire/secured-data.js';
import { certificateFromBytes } from '../certificate-facts.js';
import { bendSignature } from '../chain.fixture.js';
import { ccsa } from '../profile.js';
import { CertificatePool, LONGEST_PATH, MOST_PATHS } from './chain-paths.js';
import { explain } from './explain.js';
import {
  asked,
  BSM_AID,
  certified,
  certifiedImplicitly,
  DAY,
  group,
  house,
  ieee,
  newKey,
  NOON,
  pcaTbs,
  pcTbs,
  poolOf,
  rootTbs,
  validity,
  whyOf,
  wrongIn,
  wrongSteps,
  type Family,
  type Holder,
  type House,
} from './house.fixture.js';
import { identityOf } from './identity.js';
import type { Question } from './question.js';
import { keysOf } from './verification-key.js';

const families: Family[] = ['sm2', 'p256'];
const subject = ({ certificate }: Holder) => ({ kind: 'certificate', certificate }) as const;
const region = (...countries: number[]): GeographicRegion => ({
  kind: 'identifiedRegion',
  value: countries.map((value) => ({ kind: 'countryOnly', value })),
});

describe.each(families)('a certificate of %s', (family) => {
  let sound: House;
  let pool: CertificatePool;
  beforeAll(() => {
    sound = house(family);
  });
  beforeEach(() => {
    pool = poolOf([sound.root], [sound.pca]);
  });
  /** The steps that refuse a device's certificate with other contents, rightly signed. */
  const wrongWith = (tbs: Partial<ToBeSignedCertificate>): string[] =>
    wrongIn(subject(certified(family, sound.pca, { tbs: { ...pcTbs, ...tbs } })), asked(pool));
  /** As before, under a PCA with other contents. */
  const wrongUnder = (tbs: Partial<ToBeSignedCertificate>, below: Partial<ToBeSignedCertificate> = {}): string[] => {
    const pca = certified(family, sound.root, { tbs: { ...pcaTbs, ...tbs } });
    const pc = certified(family, pca, { tbs: { ...pcTbs, ...below } });
    return wrongIn(subject(pc), asked(poolOf([sound.root], [pca])));
  };

  it('holds in every step under its PCA and root', () => {
    const { valid, steps } = explain(subject(sound.pc), asked(pool));
    expect(wrongSteps({ valid, steps })).toEqual([]);
    expect(valid).toBe(true);
    expect(steps.map(({ step }) => step)).toEqual([
      'structure',
      'profile',
      'permissions',
      'ssp',
      'time',
      'region',
      'chain',
      'chain-length',
      'revocation',
      'signature',
    ]);
  });

  it('holds as a root that is trusted, and one that is not fails by its chain alone', () => {
    expect(wrongIn(subject(sound.root), asked(pool))).toEqual([]);
    expect(wrongIn(subject(sound.pc), asked(poolOf([], [sound.root, sound.pca])))).toEqual(['chain']);
  });

  it('holds implicitly, with the key that its private key has', () => {
    const { root, pca, pc } = house(family, 'implicit');
    expect(wrongIn(subject(pc), asked(poolOf([root], [pca])))).toEqual([]);
    const [key] = keysOf([pc.certificate, pca.certificate]);
    const other = house(family, 'implicit');
    expect(key).not.toEqual(keysOf([pc.certificate, other.pca.certificate])[0]);
  });

  it('is refused by structure alone with another version', () => {
    const pc = certified(family, sound.pca, { tbs: pcTbs, form: { version: 2 } });
    expect(wrongIn(subject(pc), asked(pool))).toEqual(['structure']);
  });

  it('is refused by structure without a signature, with one where none belongs, and with a key off the curve', () => {
    const unsigned = certified(family, sound.pca, { tbs: pcTbs, form: { signature: undefined } });
    expect(wrongIn(subject(unsigned), asked(pool))).toContain('structure');
    const { pca, pc, root } = house(family, 'implicit');
    const { signature } = sound.pc.certificate.value;
    const signed = certificateFromBytes(encode(CertificateBase, { ...pc.certificate.value, signature }));
    expect(wrongIn({ kind: 'certificate', certificate: signed }, asked(poolOf([root], [pca])))).toContain('structure');
    const explicit = certified(family, sound.pca, {
      tbs: { verifyKeyIndicator: pc.certificate.value.toBeSigned.value.verifyKeyIndicator },
    });
    expect(wrongIn(subject(explicit), asked(pool))).toEqual(['structure']);
    const own = { kind: 'self', value: family === 'sm2' ? 'sm3' : 'sha256' } as const;
    const selfMade = certificateFromBytes(encode(CertificateBase, { ...pc.certificate.value, issuer: own }));
    expect(wrongIn({ kind: 'certificate', certificate: selfMade }, asked(poolOf([])))).toContain('structure');
    const kind = family === 'sm2' ? 'ecsigSm2' : 'ecdsaNistP256';
    const off = { kind: 'compressed-y-0', value: new Uint8Array(32).fill(0xff) } as const;
    expect(wrongWith({ verifyKeyIndicator: { kind: 'verificationKey', value: { kind, value: off } } })).toEqual([
      'structure',
    ]);
  });

  it('is refused by structure alone as a root that names another hash for itself', () => {
    const issuer = { kind: 'self', value: 'sha384' } as const;
    const tbs = rootTbs(ieee.aid.crl, ieee.aid.management);
    const root = certified(family, 'self', { tbs, form: { issuer } });
    expect(wrongIn(subject(root), asked(poolOf([root])))).toEqual(['structure']);
  });

  it('is refused by its signature alone with a bent bit, another key, or one bent above it', () => {
    const bent = bendSignature(sound.pc.certificate);
    const forged = certified(family, sound.pca, { tbs: pcTbs, signedWith: newKey(family) });
    for (const certificate of [bent, forged.certificate])
      expect(wrongIn({ kind: 'certificate', certificate }, asked(pool))).toEqual(['signature']);
    const pca = certified(family, sound.root, { tbs: pcaTbs, signedWith: newKey(family) });
    const pc = certified(family, pca, { tbs: pcTbs });
    const explanation = explain(subject(pc), asked(poolOf([sound.root], [pca])));
    expect(wrongSteps(explanation)).toEqual(['signature']);
    expect(whyOf(explanation, 'signature')).toMatch(/root\.example .* did not sign pca\.example/);
  });

  it('is refused by its signature when a trusted root did not sign itself', () => {
    const root = certified(family, 'self', {
      tbs: rootTbs(ieee.aid.crl, ieee.aid.management),
      signedWith: newKey(family),
    });
    expect(wrongIn(subject(root), asked(poolOf([root])))).toEqual(['signature']);
  });

  it.each<[string, number]>([
    ['before it begins', NOON - 11 * DAY],
    ['after it ended', NOON + 11 * DAY],
  ])('is refused by time alone %s, with five seconds of grace', (_, atMillis) => {
    expect(wrongIn(subject(sound.pc), asked(pool, { atMillis }))).toEqual(['time']);
    const edge = atMillis < NOON ? NOON - 10 * DAY - 5_000 : NOON + 10 * DAY + 5_000;
    const outwards = atMillis < NOON ? -1_000 : 1_000;
    expect(wrongIn(subject(sound.pc), asked(pool, { atMillis: edge }))).toEqual([]);
    expect(wrongIn(subject(sound.pc), asked(pool, { atMillis: edge + outwards }))).toEqual(['time']);
  });

  it('is refused by time alone when its own is not within that of its issuer', () => {
    expect(wrongWith({ validityPeriod: validity(NOON - 60 * DAY, 70) })).toEqual(['time']);
    expect(wrongWith({ validityPeriod: validity(NOON - DAY, 60) })).toEqual(['time']);
  });

  it('is refused by region alone abroad, also where its issuer inherits its own', () => {
    expect(wrongWith({ region: region(840) })).toEqual(['region']);
    expect(wrongWith({ region: region(156, 840) })).toEqual(['region']);
    expect(wrongWith({ region: undefined })).toEqual([]);
    expect(wrongUnder({ region: undefined }, { region: region(840) })).toEqual(['region']);
    expect(wrongUnder({ region: undefined })).toEqual([]);
  });

  it('is refused by permissions alone for an application or type of end entity that its issuer may not issue', () => {
    expect(wrongWith({ appPermissions: [{ psid: 99 }] })).toEqual(['permissions']);
    expect(wrongWith({ certRequestPermissions: [group([BSM_AID])] })).toEqual(['permissions']);
    expect(wrongWith({ certIssuePermissions: [group('all')] })).toEqual(['permissions']);
    const enrolment = group([BSM_AID], { eeType: new Set(['enroll']) });
    expect(wrongUnder({ certIssuePermissions: [group('all'), enrolment] })).toEqual(['permissions']);
  });

  it('is refused by permissions alone when an application stands there twice, or two groups are for all', () => {
    expect(wrongWith({ appPermissions: [{ psid: BSM_AID }, { psid: BSM_AID }] })).toEqual(['permissions']);
    const twice = group('all', { minChainLength: 1, chainLengthRange: 0 });
    expect(wrongUnder({ certIssuePermissions: [twice, twice] })).toEqual(['permissions']);
    expect(wrongUnder({ certIssuePermissions: [twice] })).toEqual([]);
    expect(
      wrongUnder({
        certIssuePermissions: [...(pcaTbs.certIssuePermissions ?? []), group([99], { eeType: new Set() })],
      }),
    ).toEqual(['permissions']);
  });

  it.each<[string, ToBeSignedCertificate['appPermissions']]>([
    ['another opaque string', [{ psid: BSM_AID, ssp: { kind: 'opaque', value: Uint8Array.of(2) } }]],
    ['a bitmap where a string is due', [{ psid: BSM_AID, ssp: { kind: 'bitmapSsp', value: Uint8Array.of(1) } }]],
    ['a fixed bit turned', [{ psid: 33, ssp: { kind: 'bitmapSsp', value: Uint8Array.of(0x2f) } }]],
    ['a bitmap of another length', [{ psid: 33, ssp: { kind: 'bitmapSsp', value: Uint8Array.of(0x10, 0) } }]],
    ['no bitmap', [{ psid: 33 }]],
  ])('is refused by its SSP alone with %s', (_, appPermissions) => {
    expect(wrongWith({ appPermissions })).toEqual(['ssp']);
  });

  it('is refused by SSP alone where a CA passes on more than it was given, or a mask has another length', () => {
    const ica = certified(family, sound.root, {
      tbs: {
        ...pcaTbs,
        certIssuePermissions: [
          group([{ psid: 33, sspRange: { kind: 'opaque', value: [Uint8Array.of(1)] } }], { minChainLength: 2 }),
        ],
      },
    });
    const pcaWith = (sspRange: { kind: 'all'; value: null } | { kind: 'opaque'; value: Uint8Array[] }): string[] => {
      const pca = certified(family, ica, {
        tbs: { ...pcaTbs, certIssuePermissions: [group([{ psid: 33, sspRange }])] },
      });
      return wrongIn(subject(pca), asked(poolOf([sound.root], [ica])));
    };
    expect(pcaWith({ kind: 'all', value: null })).toEqual(['ssp']);
    expect(pcaWith({ kind: 'opaque', value: [Uint8Array.of(1)] })).toEqual([]);
    const uneven = {
      kind: 'bitmapSspRange',
      value: { sspValue: Uint8Array.of(1), sspBitmask: Uint8Array.of(1, 1) },
    } as const;
    expect(
      wrongUnder({ certIssuePermissions: [group([BSM_AID, 33]), group([{ psid: 77, sspRange: uneven }])] }),
    ).toEqual(['ssp']);
  });

  it('is refused by chain length alone when the chain is too short or too long for an issuer', () => {
    // The root says two at least for all applications but its own: it issues to no device.
    const direct = certified(family, sound.root, { tbs: pcTbs });
    const explanation = explain(subject(direct), asked(pool));
    expect(wrongSteps(explanation)).toEqual(['chain-length']);
    expect(whyOf(explanation, 'chain-length')).toContain('for 2 or more certificates below it');
    const second = certified(family, sound.pca, {
      tbs: { ...pcaTbs, validityPeriod: validity(NOON - 40 * DAY, 60) },
    });
    expect(wrongIn(subject(second), asked(pool))).toEqual(['chain-length']);
  });

  it('is refused by chain length alone for a group that allows no chain, though its issuer grants any', () => {
    const of = (change: Partial<PsidGroupPermissions>): string[] =>
      wrongUnder({
        certIssuePermissions: [...(pcaTbs.certIssuePermissions ?? []), group([ieee.aid.management], change)],
      });
    expect(of({ minChainLength: 3, chainLengthRange: 2 })).toEqual([]);
    expect(of({ minChainLength: 0 })).toEqual(['chain-length']);
    expect(of({ minChainLength: 3, chainLengthRange: -2 })).toEqual(['chain-length']);
  });

  it('is refused by chain length alone where the group that has its SSP is for longer chains', () => {
    const opaque = (byte: number): PsidSspRange => ({
      psid: 33,
      sspRange: { kind: 'opaque', value: [Uint8Array.of(byte)] },
    });
    const groups = { certIssuePermissions: [group([opaque(1)], { minChainLength: 2 }), group([opaque(2)])] };
    const using = (byte: number): Partial<ToBeSignedCertificate> => ({
      appPermissions: [{ psid: 33, ssp: { kind: 'opaque', value: Uint8Array.of(byte) } }],
    });
    expect(wrongUnder(groups, using(1))).toEqual(['chain-length']);
    expect(wrongUnder(groups, using(2))).toEqual([]);
  });

  it('is refused by permissions alone as a CA for all applications where its issuer keeps one apart', () => {
    const all = group('all', { chainLengthRange: -1 });
    const under = (apart: PsidGroupPermissions[]): string[] => {
      const ica = certified(family, sound.root, { tbs: { ...pcaTbs, certIssuePermissions: [all, ...apart] } });
      const ca = certified(family, ica, { tbs: { ...pcaTbs, certIssuePermissions: [group('all')] } });
      return wrongIn(subject(ca), asked(poolOf([sound.root], [ica])));
    };
    expect(under([])).toEqual([]);
    expect(under([group([99], { eeType: new Set(['enroll']) })])).toEqual(['permissions']);
  });

  it('is not judged where its issuer is missing, and says whom it looked for', () => {
    const explanation = explain(subject(sound.pc), asked(poolOf([sound.root])));
    expect(wrongSteps(explanation)).toEqual(['permissions', 'ssp', 'region', 'chain', 'chain-length', 'signature']);
    expect(whyOf(explanation, 'signature')).toMatch(/^not judged because the issuer of .* is not at hand$/);
    expect(whyOf(explanation, 'chain')).toContain(
      Buffer.from(identityOf(sound.pca.certificate).hashedId8).toString('hex'),
    );
  });

  it('says so when an issuer is named by the wrong hash', () => {
    const other = family === 'sm2' ? 'sha256AndDigest' : 'sm3AndDigest';
    const issuer = { kind: other, value: identityOf(sound.pca.certificate).hashedId8 } as const;
    const explanation = explain(subject(certified(family, sound.pca, { tbs: pcTbs, form: { issuer } })), asked(pool));
    expect(whyOf(explanation, 'chain')).toContain('is named by another hash than');
  });
});

describe('a certificate of one standard', () => {
  it('is refused by profile alone under the other', () => {
    const nist = house('p256');
    const question = asked(poolOf([nist.root], [nist.pca]), { profile: ccsa, isProfileGiven: true });
    expect(wrongIn(subject(nist.pc), question)).toEqual(['profile']);
    expect(wrongIn(subject(nist.pc), { ...question, profile: ieee })).toEqual([]);
    const sm = house('sm2');
    expect(
      wrongIn(subject(sm.pc), asked(poolOf([sm.root], [sm.pca]), { profile: ccsa, isProfileGiven: true })),
    ).toEqual(['profile']);
  });

  const houseOfCcsa = (family: Family): { pca: Holder; question: Question } => {
    const root = certified(family, 'self', { tbs: rootTbs(ccsa.aid.crl, ccsa.aid.management) });
    const pca = certified(family, root, { tbs: { ...pcaTbs, certIssuePermissions: [group([111])] } });
    return { pca, question: asked(poolOf([root], [pca]), { profile: ccsa, isProfileGiven: true }) };
  };
  const bsm = { appPermissions: [{ psid: 111 }] };

  it('of YD/T 3957 holds when it is explicit and with SM2, and is refused by profile alone when it is not', () => {
    const { pca, question } = houseOfCcsa('sm2');
    const explicit = certified('sm2', pca, { tbs: bsm });
    expect(wrongIn(subject(explicit), question)).toEqual([]);
    expect(wrongIn(subject(explicit), { ...question, profile: ieee })).toEqual(['profile']);
    expect(wrongIn(subject(certifiedImplicitly(pca, bsm)), question)).toEqual(['profile']);
    const other = houseOfCcsa('p256');
    expect(wrongIn(subject(certified('p256', other.pca, { tbs: bsm })), other.question)).toEqual(['profile']);
  });
});

/** The same certificate with r of its signature written as another kind of point. */
function writtenOtherwise({ certificate }: Holder, uncompressed = false): Certificate {
  const { signature } = certificate.value;
  if (signature?.kind !== 'ecdsaNistP256Signature') throw new Error('another signature');
  const x = (signature.value.rSig as { value: Uint8Array }).value;
  const rSig: EccP256CurvePoint = uncompressed
    ? { kind: 'uncompressedP256', value: { x, y: new Uint8Array(32) } }
    : { kind: 'compressed-y-1', value: x };
  const other = { ...signature, value: { ...signature.value, rSig } };
  return certificateFromBytes(encode(CertificateBase, { ...certificate.value, signature: other }));
}

/** The same certificate with its key as two coordinates: what was signed is the compressed form. */
function withWholeKey({ certificate, family, privateKey }: Holder): Certificate {
  const toBeSigned = certificate.value.toBeSigned.value;
  const publicKey = (family === 'sm2' ? smSuite : nistSuite).publicKey(privateKey);
  const whole = family === 'sm2' ? sm2DecompressPoint(publicKey) : p256Curve.point('key', publicKey).toAffine();
  const bytesOf = (value: Uint8Array | bigint): Uint8Array => (typeof value === 'bigint' ? bytes32(value) : value);
  const value = { x: bytesOf(whole.x), y: bytesOf(whole.y) };
  const verifyKeyIndicator = {
    kind: 'verificationKey',
    value: {
      kind: family === 'sm2' ? 'ecsigSm2' : 'ecdsaNistP256',
      value: { kind: 'uncompressedP256', value },
    },
  } as const;
  const written = preserve(ToBeSignedCertificate, { ...toBeSigned, verifyKeyIndicator });
  return certificateFromBytes(encode(CertificateBase, { ...certificate.value, toBeSigned: written }));
}

describe.each(families)('a certificate of %s with its key as two coordinates', (family) => {
  it('is the one with the compressed key', () => {
    // Both parities of y come up among a few keys.
    for (let n = 0; n < 6; n++) {
      const { root, pca, pc } = house(family);
      const written = withWholeKey(pca);
      expect(written.bytes).toHaveLength(pca.certificate.bytes.length + 32);
      expect(identityOf(written).hash).toEqual(identityOf(pca.certificate).hash);
      const pool = poolOf([root]);
      pool.add(written);
      expect(wrongIn(subject(pc), asked(pool))).toEqual([]);
    }
  });
});

describe('a certificate with r as a point, as some makers write it', () => {
  it('has the identifier of its canonical form', () => {
    const { root, pca } = house('p256');
    const written = writtenOtherwise(pca);
    expect(written.bytes).not.toEqual(pca.certificate.bytes);
    expect(identityOf(written).hash).toEqual(identityOf(pca.certificate).hash);
    const pool = poolOf([root]);
    pool.add(written);
    expect(wrongIn(subject(certified('p256', pca, { tbs: pcTbs })), asked(pool))).toEqual([]);
    expect(identityOf(writtenOtherwise(pca, true)).hash).toEqual(identityOf(pca.certificate).hash);
  });

  it('is one of several with one identifier, which are all tried', () => {
    const { root, pca, pc } = house('p256');
    const pool = poolOf([], [pca]);
    pool.add(writtenOtherwise(root));
    expect(wrongIn(subject(pc), asked(pool))).toEqual(['chain']);
    pool.trust(root.certificate, 'which is trusted');
    expect(pool.pathsFrom(pc.certificate)).toHaveLength(2);
    expect(wrongIn(subject(pc), asked(pool))).toEqual([]);
  });
});

describe('a chain', () => {
  const chainOf = (family: Family, length: number): Holder[] => {
    const holders = [certified(family, 'self', { tbs: rootTbs(ieee.aid.crl, ieee.aid.management) })];
    while (holders.length < length) {
      const certIssuePermissions = [group([BSM_AID], { chainLengthRange: -1 })];
      const tbs = { validityPeriod: validity(NOON - 50 * DAY, 100), certIssuePermissions };
      holders.push(certified(family, holders.at(-1) as Holder, { tbs }));
    }
    return holders;
  };

  it('is not followed beyond its bound, however trusted its end', () => {
    const wrong = (holders: Holder[]): string[] =>
      wrongIn(subject(holders.at(-1) as Holder), asked(poolOf([holders[0] as Holder], holders)));
    expect(wrong(chainOf('sm2', LONGEST_PATH))).toEqual([]);
    expect(wrong(chainOf('sm2', LONGEST_PATH + 1))).toContain('chain');
  });

  it('is followed some ways where there are very many', () => {
    const holders = chainOf('p256', 9);
    const pool = poolOf([], holders);
    // Two writings of each are 2 to the power of 8 ways.
    for (const holder of holders) pool.add(writtenOtherwise(holder));
    expect(pool.pathsFrom((holders.at(-1) as Holder).certificate)).toHaveLength(MOST_PATHS);
  });
});

describe('real certificates', () => {
  const vector = <T>(path: string): T => JSON.parse(readFileSync(`test/vectors/${path}`, 'utf8')) as T;
  const poolWith = (trusted: Certificate, others: Certificate[] = []): CertificatePool => {
    const pool = new CertificatePool();
    others.forEach((one) => pool.add(one));
    pool.trust(trusted, 'which is trusted');
    return pool;
  };

  it.each(['caict-trcla', 'catarc-root'])('%s, self-signed with SM2, holds', (name) => {
    const certificate = certificateFromBytes(new Uint8Array(readFileSync(`test/vectors/ydt/${name}.coer`)));
    const question = asked(poolWith(certificate), { profile: ccsa, isProfileGiven: true });
    expect(wrongIn({ kind: 'certificate', certificate }, question)).toEqual([]);
    expect(wrongIn({ kind: 'certificate', certificate }, asked(new CertificatePool()))).toEqual(['chain']);
    const bent = bendSignature(certificate);
    expect(wrongIn({ kind: 'certificate', certificate: bent }, asked(poolWith(bent)))).toEqual(['signature']);
  });

  it('the derived chain of YD/T 3957 holds', () => {
    const chain = vector<Record<string, string>>('derived/ccsa-chain-spdu.json');
    const of = (key: string): Certificate => certificateFromBytes(fromHex(chain[key] as string));
    const question = asked(poolWith(of('root_cert'), [of('pca_cert')]), {
      profile: ccsa,
      isProfileGiven: true,
      atMillis: Date.UTC(2023, 8, 4),
    });
    expect(wrongIn({ kind: 'certificate', certificate: of('pc_cert') }, question)).toEqual([]);
  });

  interface Implicit {
    n: number;
    cert: string;
    priv: string;
    issuer_cert?: string;
  }
  const last = vector<{ vectors: Implicit[] }>('kisa/implicit-butterfly-p256.json').vectors[3] as Implicit;

  it('the implicit pseudonym of ISS stands for the key that its private key has', () => {
    const pca = certificateFromBytes(fromHex(last.issuer_cert as string));
    const [key] = keysOf([certificateFromBytes(fromHex(last.cert)), pca]);
    expect(key).toEqual({ kind: 'key', curve: 'p256', bytes: nistSuite.publicKey(fromHex(last.priv)) });
  });

  it('the implicit pseudonym of ISS fails by time alone: it begins before its PCA', () => {
    const pca = certificateFromBytes(fromHex(last.issuer_cert as string));
    const certificate = certificateFromBytes(fromHex(last.cert));
    const question = asked(poolWith(pca), { atMillis: Date.UTC(2017, 9, 1) });
    const explanation = explain({ kind: 'certificate', certificate }, question);
    expect(wrongSteps(explanation)).toEqual(['time']);
    expect(whyOf(explanation, 'time')).toContain('is not within the time of pca.preprod.v2x.isscms.com');
  });
});
