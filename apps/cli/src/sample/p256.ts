/**
 * A world of its own with P-256, SHA-256 and AES in the IEEE profile: what IEEE 1609.2-2022 is used with in America and Europe.
 * Root, ICA, PCA, the signer of CRLs, a pseudonym of either type, and their messages. Keys and signatures are bound as in
 * clause 5.3.1: e = SHA-256(SHA-256(what is signed) ‖ SHA-256(the signer's certificate, or nothing when it signs itself)).
 */
import { encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { concat } from '#crypto/bytes.js';
import {
  implicitCertificateDigest,
  reconstructionPrivateValue,
  reconstructionValue,
  reconstructPrivateKey,
} from '#crypto/ecqv.js';
import { linkageValues } from '#crypto/linkage.js';
import { ecdsaSign, newP256PrivateKey, p256PublicKey, sha256 } from '#crypto/p256.js';
import { nistSuite } from '#crypto/suite.js';
import { identityOf } from '#credentials/explain/identity.js';
import { pointOf } from '#credentials/keys-on-the-wire.js';
import { unsecured } from '#credentials/signed-data.js';
import {
  Certificate,
  CertificateBase,
  ToBeSignedCertificate,
  ToBeSignedData,
  V2XSecData,
  type IssuerIdentifier,
  type SignerIdentifier,
} from '#wire/secured-data.js';
import { time64FromMillis } from '#wire/time.js';
import { authorityPlans, authorityTbsOf } from './authorities.js';
import type { House, Member } from './house.js';
import type { SampleKind } from './kinds.js';
import { ofCertificate, type Made } from './made.js';
import { bsmOf } from './payloads.js';

type P256Authority = 'root' | 'ica' | 'pca' | 'cra';
type VerifyKeyIndicator = ToBeSignedCertificate['verifyKeyIndicator'];

const verificationKey = (privateKey: Uint8Array): VerifyKeyIndicator => ({
  kind: 'verificationKey',
  value: { kind: 'ecdsaNistP256', value: pointOf(p256PublicKey(privateKey)) },
});

const encryptionKey = (privateKey: Uint8Array): ToBeSignedCertificate['encryptionKey'] => ({
  supportedSymmAlg: 'aes128Ccm',
  publicKey: { kind: 'eciesNistP256', value: pointOf(p256PublicKey(privateKey)) },
});

const issuerIdOf = (issuer: Certificate | 'self'): IssuerIdentifier =>
  issuer === 'self'
    ? { kind: 'self', value: 'sha256' }
    : { kind: 'sha256AndDigest', value: identityOf(issuer).hashedId8 };

/** r ‖ s over what is signed, for a signer's certificate or nobody's. */
function signatureOver(bytes: Uint8Array, privateKey: Uint8Array, signer: Certificate | 'self') {
  const signerHash = signer === 'self' ? sha256() : identityOf(signer).hash;
  const signature = ecdsaSign(privateKey, sha256(concat(sha256(bytes), signerHash)));
  const rSig = { kind: 'x-only', value: signature.subarray(0, 32) } as const;
  return { kind: 'ecdsaNistP256Signature', value: { rSig, sSig: signature.subarray(32) } } as const;
}

/** The members, made from one house's moment and dice; each when it is first asked for. */
class P256House {
  private readonly members = new Map<string, Member>();

  constructor(private readonly house: House) {}

  authority(name: P256Authority): Member {
    return this.known(name, () => {
      const { kind, issuer, age } = authorityPlans[name];
      const random = this.house.dice(`P-256 keys of ${name}`);
      const signingKey = newP256PrivateKey(random);
      const ownEncryptionKey = issuer === 'self' ? undefined : newP256PrivateKey(random);
      const subject = {
        kind,
        hostname: `${name}.p256.sample.example`,
        verificationKey: p256PublicKey(signingKey),
        encryptionKey: undefined,
        validity: this.house.validFor(...age),
      };
      const tbs: ToBeSignedCertificate = {
        ...authorityTbsOf(name, subject, this.house.profile),
        verifyKeyIndicator: verificationKey(signingKey),
        ...(ownEncryptionKey && { encryptionKey: encryptionKey(ownEncryptionKey) }),
      };
      const by = issuer === 'self' ? undefined : this.authority(issuer as P256Authority);
      return this.issued(name, tbs, by, signingKey, ownEncryptionKey);
    });
  }

  pseudonym(): Member {
    return this.known('pc', () => {
      const signingKey = newP256PrivateKey(this.house.dice('P-256 key of pc'));
      const tbs = this.pseudonymTbs(verificationKey(signingKey));
      return this.issued('pc', tbs, this.authority('pca'), signingKey, undefined);
    });
  }

  /** ECQV as IEEE 1609.2-2022 6.4.3 has it. */
  implicitPseudonym(): Member {
    return this.known('pc-implicit', () => {
      const random = this.house.dice('P-256 key of pc-implicit');
      const [requestKey, blinding] = [newP256PrivateKey(random), newP256PrivateKey(random)];
      const pca = this.authority('pca');
      const value = pointOf(reconstructionValue(nistSuite, p256PublicKey(requestKey), blinding));
      const tbs = preserve(ToBeSignedCertificate, this.pseudonymTbs({ kind: 'reconstructionValue', value }));
      const e = implicitCertificateDigest(nistSuite, tbs.bytes, identityOf(pca.certificate).hash);
      const r = reconstructionPrivateValue(nistSuite, e, blinding, pca.signingKey);
      const signingKey = reconstructPrivateKey(nistSuite, e, requestKey, r);
      const issuer = issuerIdOf(pca.certificate);
      const certificate = preserve(CertificateBase, { version: 3, type: 'implicit', issuer, toBeSigned: tbs });
      return this.member('pc-implicit', certificate, signingKey, undefined, pca);
    });
  }

  private pseudonymTbs(verifyKeyIndicator: VerifyKeyIndicator): ToBeSignedCertificate {
    const value = linkageValues(nistSuite, [this.house.linkageChain('pc')], 0, 1);
    return {
      ...this.house.pseudonymFrame(verifyKeyIndicator),
      id: { kind: 'linkageData', value: { iCert: this.house.i, 'linkage-value': value } },
      cracaId: identityOf(this.authority('cra').certificate).hash.subarray(-3),
    };
  }

  private issued(
    name: string,
    tbs: ToBeSignedCertificate,
    issuer: Member | undefined,
    signingKey: Uint8Array,
    ownEncryptionKey: Uint8Array | undefined,
  ): Member {
    const toBeSigned = preserve(ToBeSignedCertificate, tbs);
    const signature = signatureOver(toBeSigned.bytes, issuer?.signingKey ?? signingKey, issuer?.certificate ?? 'self');
    const issuerId = issuerIdOf(issuer?.certificate ?? 'self');
    const certificate = preserve(CertificateBase, {
      version: 3,
      type: 'explicit',
      issuer: issuerId,
      toBeSigned,
      signature,
    });
    return this.member(name, certificate, signingKey, ownEncryptionKey, issuer);
  }

  private member(
    name: string,
    certificate: Certificate,
    signingKey: Uint8Array,
    ownEncryptionKey: Uint8Array | undefined,
    issuer: Member | undefined,
  ): Member {
    const sign: Member['sign'] = () => Promise.reject(new TypeError('sign: this member has a P-256 key'));
    return { name: `${name}-p256`, certificate, sign, signingKey, encryptionKey: ownEncryptionKey, issuer };
  }

  private known(name: string, make: () => Member): Member {
    const member = this.members.get(name) ?? make();
    this.members.set(name, member);
    return member;
  }
}

/** A signed BSM of the moment. */
function spdu(house: House, by: Member, named: 'certificate' | 'digest'): Made {
  const payload = bsmOf(house.profile, house.dice(`BSM of ${by.name}`).bytes(8), house.atMillis % 60_000);
  const headerInfo = { psid: house.profile.aid.bsm, generationTime: time64FromMillis(house.atMillis) };
  const tbsData = preserve(ToBeSignedData, { payload: { data: unsecured(payload) }, headerInfo });
  const signer: SignerIdentifier =
    named === 'certificate'
      ? { kind: 'certificate', value: [by.certificate] }
      : { kind: 'digest', value: identityOf(by.certificate).hashedId8 };
  const signature = signatureOver(tbsData.bytes, by.signingKey, by.certificate);
  const content = { kind: 'signedData', value: { hashId: 'sha256', tbsData, signer, signature } } as const;
  return { bytes: encode(V2XSecData, { protocolVersion: 3, content }), by };
}

const certificate = (name: string, says: string, member: (of: P256House) => Member): SampleKind => ({
  name: `${name}-p256`,
  says: `${says}, with P-256`,
  profiles: ['ieee'],
  type: 'Certificate',
  codec: Certificate,
  make: (house) => Promise.resolve(ofCertificate(member(new P256House(house)))),
});

const message = (name: string, says: string, make: (house: House, of: P256House) => Made): SampleKind => ({
  name: `${name}-p256`,
  says: `${says}, with P-256`,
  profiles: ['ieee'],
  type: 'V2XSecData',
  codec: V2XSecData,
  make: (house) => Promise.resolve(make(house, new P256House(house))),
});

export const p256Kinds: readonly SampleKind[] = [
  certificate('root', 'root CA', (of) => of.authority('root')),
  certificate('ica', 'intermediate CA', (of) => of.authority('ica')),
  certificate('pca', 'pseudonym CA', (of) => of.authority('pca')),
  certificate('cra', 'signer of CRLs', (of) => of.authority('cra')),
  certificate('pc', 'pseudonym certificate, explicit', (of) => of.pseudonym()),
  certificate('pc-implicit', 'pseudonym certificate, implicit', (of) => of.implicitPseudonym()),
  message('spdu', 'signed BSM with its certificate', (house, of) => spdu(house, of.pseudonym(), 'certificate')),
  message('spdu-digest', 'signed BSM with the digest of its certificate', (house, of) =>
    spdu(house, of.pseudonym(), 'digest'),
  ),
  message('spdu-implicit', 'signed BSM with an implicit certificate', (house, of) =>
    spdu(house, of.implicitPseudonym(), 'certificate'),
  ),
];
