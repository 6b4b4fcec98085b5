/**
 * One house of authorities and devices, made for samples: every certificate stands under its issuer, every message is signed
 * by whom it should be. Members are made when they are first asked for; one seed gives the same members whatever is asked.
 */
import { blindCocoonKey, cocoonPrivateKey, rebuildPrivateKey, type CaterpillarKeys } from '#crypto/butterfly.js';
import {
  implicitCertificateDigest,
  reconstructionPrivateValue,
  reconstructionValue,
  reconstructPrivateKey,
} from '#crypto/ecqv.js';
import { linkageValues, type ChainPair } from '#crypto/linkage.js';
import { newSm2PrivateKey, sm2PublicKey, sm2Sign } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import { preserve } from '#coer/preserved.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { certificateHash, hashedId3, issuerIdOf } from '#credentials/certificate-facts.js';
import { assembleCertificate, toBeSignedBytes } from '#credentials/issue-certificate.js';
import { pointOf, sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { periodAt, periodValidity } from '#credentials/period.js';
import type { Profile } from '#credentials/profile.js';
import type { SealContext } from '#credentials/sealing.js';
import { signerId, type Signer } from '#credentials/sm2-binding.js';
import { sspOf, VEHICLE_RIGHT } from '#wire/message-applications.js';
import { CertificateBase, ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import {
  authorityPlans,
  authorityTbsOf,
  endEntitySsp,
  regionOf,
  roadsideAids,
  roadsideRegionOf,
  type AuthorityName,
} from './authorities.js';
import type { Dice } from './dice.js';

const DAY_MILLIS = 86_400_000;

export type DeviceName = 'ec' | 'pc' | 'pc-revoked' | 'pc-implicit' | 'ac' | 'identity';
export type MemberName = AuthorityName | DeviceName;

/** Somebody with a certificate and its private keys, 32 bytes each. */
export interface Member extends Signer {
  /** A member's, or of a world with another curve. */
  readonly name: string;
  readonly signingKey: Uint8Array;
  readonly encryptionKey: Uint8Array | undefined;
  /** Absent when the certificate is signed by itself. */
  readonly issuer: Member | undefined;
}

/** One period's pseudonym, from the caterpillar keys to the certificate's; private keys are 32 bytes. */
export interface Butterfly {
  readonly i: number;
  readonly j: number;
  readonly caterpillar: CaterpillarKeys;
  readonly cocoonPrivate: Uint8Array;
  /** B. */
  readonly cocoonKey: Uint8Array;
  /** Q and its private key, for the answer. */
  readonly answerPrivate: Uint8Array;
  readonly answerKey: Uint8Array;
  /** c, or k of an implicit certificate. */
  readonly blinding: Uint8Array;
}

/** `member` and those above it, up to one that signed itself. */
export function chainOf(member: Member): Member[] {
  return member.issuer === undefined ? [member] : [member, ...chainOf(member.issuer)];
}

export class House {
  private readonly members = new Map<MemberName, Promise<Member>>();

  constructor(
    readonly profile: Profile,
    /** The moment of the samples, Unix milliseconds. */
    readonly atMillis: number,
    readonly dice: Dice,
  ) {}

  /** The period of the moment. */
  get i(): number {
    return periodAt(this.profile.epochMillis, this.atMillis);
  }

  get time32(): number {
    return time32FromMillis(this.atMillis);
  }

  sealing(label: string): SealContext {
    return { profile: this.profile, random: this.dice(`seal ${label}`) };
  }

  member(name: MemberName): Promise<Member> {
    const known = this.members.get(name);
    if (known !== undefined) return known;
    const made = name in authorityPlans ? this.authority(name as AuthorityName) : this.device(name as DeviceName);
    this.members.set(name, made);
    return made;
  }

  /** All that were asked for until now, issuers too. */
  everybody(): Promise<Member[]> {
    return Promise.all(this.members.values());
  }

  private async authority(name: AuthorityName): Promise<Member> {
    const { kind, issuer, age, laId } = authorityPlans[name];
    const [days, years] = age;
    const random = this.dice(`keys of ${name}`);
    const signingKey = newSm2PrivateKey(random);
    const encryptionKey = issuer === 'self' ? undefined : newSm2PrivateKey(random);
    const subject = {
      kind,
      hostname: `${name}.sample.example`,
      verificationKey: sm2PublicKey(signingKey),
      encryptionKey: encryptionKey && sm2PublicKey(encryptionKey),
      validity: this.validFor(days, years),
      ...(laId === undefined ? {} : { laId }),
    };
    const tbs = authorityTbsOf(name, subject, this.profile);
    if (issuer !== 'self') return this.issue(name, tbs, await this.member(issuer), { signingKey, encryptionKey });
    const sign = signWith(signingKey);
    const certificate = assembleCertificate(tbs, 'self', await sign(signerId('self'), toBeSignedBytes(tbs)));
    return { name, certificate, sign, signingKey, encryptionKey, issuer: undefined };
  }

  /** From so many days before the moment on, for so many years. */
  validFor(days: number, years: number): ToBeSignedCertificate['validityPeriod'] {
    return { start: time32FromMillis(this.atMillis - days * DAY_MILLIS), duration: { kind: 'years', value: years } };
  }

  private async issue(
    name: MemberName,
    tbs: ToBeSignedCertificate,
    issuer: Member,
    keys: Pick<Member, 'signingKey' | 'encryptionKey'>,
  ): Promise<Member> {
    const signature = await issuer.sign(signerId(issuer.certificate), toBeSignedBytes(tbs));
    const certificate = assembleCertificate(tbs, issuer.certificate, signature);
    return { name, certificate, sign: signWith(keys.signingKey), issuer, ...keys };
  }

  private device(name: DeviceName): Promise<Member> {
    switch (name) {
      case 'ec':
        return this.enrolled();
      case 'pc':
      case 'pc-revoked':
        return this.pseudonym(name);
      case 'pc-implicit':
        return this.implicitPseudonym();
      case 'ac':
      case 'identity':
        return this.named(name);
    }
  }

  /** Without a name, with the right to ask for what the pseudonyms say. */
  private async enrolled(): Promise<Member> {
    const random = this.dice('keys of ec');
    const signingKey = newSm2PrivateKey(random);
    const encryptionKey = newSm2PrivateKey(random);
    return this.issue('ec', this.enrolmentTbs(signingKey, encryptionKey), await this.member('eca'), {
      signingKey,
      encryptionKey,
    });
  }

  /** As it is asked for and as it is issued, for 32-byte private keys. */
  enrolmentTbs(signingKey: Uint8Array, encryptionKey: Uint8Array): ToBeSignedCertificate {
    const { aid } = this.profile;
    return {
      id: { kind: 'none', value: null },
      cracaId: new Uint8Array(3),
      crlSeries: 0,
      validityPeriod: this.validFor(7, 3),
      region: regionOf(this.profile),
      appPermissions: [endEntitySsp(this.profile)],
      certRequestPermissions: [
        {
          subjectPermissions: { kind: 'explicit', value: [{ psid: aid.bsm }, { psid: aid.misbehaviour }] },
          minChainLength: 1,
          chainLengthRange: 0,
          eeType: new Set(['app'] as const),
        },
      ],
      encryptionKey: sm2EncryptionKey(sm2PublicKey(encryptionKey)),
      verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(sm2PublicKey(signingKey)) },
    };
  }

  /** The two linkage chains of a device: la1's and la2's seeds of the period of the moment. */
  linkageChain(name: DeviceName): ChainPair {
    const random = this.dice(`linkage seeds of ${name}`);
    const seed1 = random.bytes(16);
    return { la1Id: Uint8Array.of(0, 1), seed1, la2Id: Uint8Array.of(0, 2), seed2: random.bytes(16) };
  }

  /** All that comes before the certificate of a pseudonym. */
  butterfly(name: DeviceName): Butterfly {
    const random = this.dice(`butterfly of ${name}`);
    const { i } = this;
    const j = 0;
    const signingPrivate = newSm2PrivateKey(random);
    const encryptionPrivate = newSm2PrivateKey(random);
    const caterpillar = {
      signingKey: sm2PublicKey(signingPrivate),
      signingExpansion: random.bytes(16),
      encryptionKey: sm2PublicKey(encryptionPrivate),
      encryptionExpansion: random.bytes(16),
    };
    const cocoonPrivate = cocoonPrivateKey(smSuite, signingPrivate, caterpillar.signingExpansion, 'signing', i, j);
    const answerPrivate = cocoonPrivateKey(
      smSuite,
      encryptionPrivate,
      caterpillar.encryptionExpansion,
      'encryption',
      i,
      j,
    );
    return {
      i,
      j,
      caterpillar,
      cocoonPrivate,
      cocoonKey: sm2PublicKey(cocoonPrivate),
      answerPrivate,
      answerKey: sm2PublicKey(answerPrivate),
      blinding: newSm2PrivateKey(random),
    };
  }

  private async pseudonym(name: 'pc' | 'pc-revoked'): Promise<Member> {
    const { cocoonPrivate, cocoonKey, blinding } = this.butterfly(name);
    const signingKey = rebuildPrivateKey(smSuite, cocoonPrivate, blinding);
    const tbs = await this.pseudonymTbs(name, {
      kind: 'verificationKey',
      value: sm2VerificationKey(blindCocoonKey(smSuite, cocoonKey, blinding)),
    });
    return this.issue(name, tbs, await this.member('pca'), { signingKey, encryptionKey: undefined });
  }

  /** j = 0 of the period of the moment. */
  async pseudonymTbs(
    name: DeviceName,
    verifyKeyIndicator: ToBeSignedCertificate['verifyKeyIndicator'],
  ): Promise<ToBeSignedCertificate> {
    const linkageValue = linkageValues(smSuite, [this.linkageChain(name)], 0, 1);
    return {
      ...this.pseudonymFrame(verifyKeyIndicator),
      id: { kind: 'linkageData', value: { iCert: this.i, 'linkage-value': linkageValue } },
      cracaId: hashedId3((await this.member('cra')).certificate),
    };
  }

  /** What the pseudonyms of a period share, before they have a linkage value and a CRACA. */
  pseudonymFrame(verifyKeyIndicator: ToBeSignedCertificate['verifyKeyIndicator']): ToBeSignedCertificate {
    const { aid, epochMillis } = this.profile;
    return {
      id: { kind: 'none', value: null },
      cracaId: new Uint8Array(3),
      crlSeries: CRL_SERIES,
      validityPeriod: periodValidity(epochMillis, this.i),
      region: regionOf(this.profile),
      appPermissions: [{ psid: aid.bsm }, { psid: aid.misbehaviour }],
      verifyKeyIndicator,
    };
  }

  private async implicitPseudonym(): Promise<Member> {
    const name = 'pc-implicit';
    const pca = await this.member('pca');
    const { cocoonPrivate, cocoonKey, blinding } = this.butterfly(name);
    const point = pointOf(reconstructionValue(smSuite, cocoonKey, blinding));
    const tbs = preserve(
      ToBeSignedCertificate,
      await this.pseudonymTbs(name, { kind: 'reconstructionValue', value: point }),
    );
    const e = implicitCertificateDigest(smSuite, tbs.bytes, certificateHash(pca.certificate));
    const r = reconstructionPrivateValue(smSuite, e, blinding, pca.signingKey);
    const signingKey = reconstructPrivateKey(smSuite, e, cocoonPrivate, r);
    const issuer = issuerIdOf(pca.certificate);
    const certificate = preserve(CertificateBase, { version: 3, type: 'implicit', issuer, toBeSigned: tbs });
    return { name, certificate, sign: signWith(signingKey), signingKey, encryptionKey: undefined, issuer: pca };
  }

  /** A roadside unit, and a vehicle that may be known: both have a name, and are revoked by hash. */
  private async named(name: 'ac' | 'identity'): Promise<Member> {
    const random = this.dice(`keys of ${name}`);
    const signingKey = newSm2PrivateKey(random);
    const encryptionKey = newSm2PrivateKey(random);
    const { aid } = this.profile;
    const tbs: ToBeSignedCertificate = {
      id: { kind: 'name', value: `${name === 'ac' ? 'rsu-1' : 'fire-engine-1'}.sample.example` },
      cracaId: hashedId3((await this.member('cra')).certificate),
      crlSeries: CRL_SERIES,
      validityPeriod: this.validFor(7, 1),
      region: name === 'ac' ? roadsideRegionOf(this.profile) : regionOf(this.profile),
      appPermissions:
        name === 'ac'
          ? roadsideAids(this.profile).map((psid) => ({ psid }))
          : [{ psid: aid.bsm, ssp: sspOf(VEHICLE_RIGHT, ['fire']) }, { psid: aid.misbehaviour }],
      encryptionKey: sm2EncryptionKey(sm2PublicKey(encryptionKey)),
      verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(sm2PublicKey(signingKey)) },
    };
    return this.issue(name, tbs, await this.member('aca'), { signingKey, encryptionKey });
  }
}

const signWith =
  (privateKey: Uint8Array): Signer['sign'] =>
  (id, message) =>
    Promise.resolve(sm2Sign(privateKey, id, message));
