/**
 * Each kind in each profile: read strictly, written again, held against the keys of those who should have signed it, and
 * against the linter.
 */
import { decode, encode, encodeAfresh } from '#coer/codec.js';
import { Reader } from '#coer/reader.js';
import { certificateFromBytes, certificateHash, hashedId8, verificationKeyOf } from '#credentials/certificate-facts.js';
import { lintCertificate } from '#credentials/lint/lint-certificate.js';
import { lintSecuredCrl } from '#credentials/lint/lint-crl.js';
import { lintTdcl, lintTrcl } from '#credentials/lint/lint-list.js';
import { lintSpdu } from '#credentials/lint/lint-spdu.js';
import type { Finding } from '#credentials/lint/rule.js';
import { pointOf, sm2SignatureBytes } from '#credentials/keys-on-the-wire.js';
import { verifyCrl, RevocationStore } from '#credentials/linked-crl.js';
import { ccsa, ieee, type Profile } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { encryptionKeyId, openSealed } from '#credentials/sealing.js';
import {
  asSignedData,
  asSignedRequest,
  isRequestSignedBy,
  isSignedWith,
  signedPayload,
  unsecuredBytes,
} from '#credentials/signed-data.js';
import { signerId } from '#credentials/sm2-binding.js';
import { SpduVerifier } from '#credentials/spdu.js';
import { verifyPkiCtl, verifyRootCtl } from '#credentials/trust-lists.js';
import { TrustStore } from '#credentials/trust-store.js';
import { verifyCertificate, verifySelfSigned } from '#credentials/verify-certificate.js';
import { implicitCertificateDigest, reconstructPublicKey } from '#crypto/ecqv.js';
import { blindCocoonKey } from '#crypto/butterfly.js';
import { sm2PublicKey, sm2Unwrap, sm2Verify } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import { decodeMessageFrame } from '#uper/messages/message-frame.js';
import { IeeeScmsPdu, IeeeSignedCertificateRequest } from '#wire/dot2dot1/scms-pdu.js';
import { fullIeeeCtl } from '#wire/dot2dot1/cert-management.js';
import { sendingProblem } from '#wire/message-permission.js';
import { MisbehaviourReportData } from '#wire/misbehaviour-report.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { ccsaSpdus, ieeeSpdus, openSpdu, type SpduForm } from '#wire/scms-spdus.js';
import { V2XSecData, type SignedData, type ToBeSignedCertificate, type V2XSecDataContent } from '#wire/secured-data.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import { diceOf } from './dice.js';
import { chainOf, House, type Member, type MemberName } from './house.js';
import { kindNamed } from './all-kinds.js';
import { sampleKinds } from './kinds.js';
import type { Made } from './made.js';

const AT = Date.UTC(2026, 10, 21, 8);
const profiles = { ccsa, ieee };
const houseOf = (profile: Profile, seed = 1, at = AT): House => new House(profile, at, diceOf(seed));
const houses = { ccsa: houseOf(ccsa), ieee: houseOf(ieee) };
const make = (name: string, profile: Profile['name'], house = houses[profile]): Promise<Made> => {
  const kind = kindNamed(name, profile);
  if (kind === undefined) throw new Error(`no ${name}`);
  return kind.make(house);
};
const cases = sampleKinds.flatMap((kind) => kind.profiles.map((profile) => [profile, kind.name, kind] as const));

/** The public key a member signs with, found from the certificates alone. */
function keyOf(member: Member): Uint8Array {
  const { toBeSigned } = member.certificate.value;
  const { verifyKeyIndicator } = toBeSigned.value;
  if (verifyKeyIndicator.kind === 'verificationKey') return verificationKeyOf(member.certificate) as Uint8Array;
  const issuer = member.issuer as Member;
  const e = implicitCertificateDigest(smSuite, toBeSigned.bytes, certificateHash(issuer.certificate));
  const { kind, value } = verifyKeyIndicator.value;
  const point = Uint8Array.of(kind === 'compressed-y-0' ? 2 : 3, ...(value as Uint8Array));
  expect(pointOf(point)).toEqual(verifyKeyIndicator.value);
  return reconstructPublicKey(smSuite, e, point, keyOf(issuer));
}

function expectChain(member: Member): void {
  expect(sm2PublicKey(member.signingKey)).toEqual(keyOf(member));
  const verdicts = chainOf(member)
    // An implicit certificate has no signature: that its key is the signer's, seen above, is all there is.
    .filter(({ certificate }) => certificate.value.type === 'explicit')
    .map(({ certificate, issuer }) =>
      issuer === undefined ? verifySelfSigned(certificate) : verifyCertificate(certificate, issuer.certificate),
    );
  expect(verdicts).toEqual(verdicts.map(() => ({ kind: 'checked' })));
  expect(chainOf(member).at(-1)?.issuer).toBeUndefined();
}

/** The plaintext of data encrypted for a member, or for a bare key. */
async function opened(bytes: Uint8Array, house: House, made: Made): Promise<Uint8Array> {
  const ids = (await house.everybody()).flatMap(({ certificate, encryptionKey }) =>
    encryptionKey === undefined ? [] : [[hashedId8(certificate), encryptionKey] as const],
  );
  if (made.opensWith) ids.push([encryptionKeyId(sm2PublicKey(made.opensWith)), made.opensWith]);
  for (const [id, key] of ids) {
    const plain = await openSealed(bytes, id, (wrapped) => Promise.resolve(sm2Unwrap(key, wrapped)), house.profile);
    if (plain !== undefined) return plain;
  }
  throw new Error('nobody has the key');
}

/** What is encrypted is always a V2XSecData: bytes that are none stand in one that is unsecured. */
function plainOf(opened: Uint8Array): Uint8Array {
  return unsecuredBytes(decode(V2XSecData, opened)) ?? opened;
}

/** Follows all wrappings inwards and holds every signature; returns what they were, and what is innermost. */
async function unwrapped(bytes: Uint8Array, house: House, made: Made): Promise<{ path: string[]; inside: Uint8Array }> {
  const data = decode(V2XSecData, bytes);
  const { kind } = data.content;
  const within = async (next: Uint8Array): Promise<{ path: string[]; inside: Uint8Array }> => {
    if (!(next[0] === 3 && [0x81, 0x82, 0x83].includes(next[1] as number))) return { path: [kind], inside: next };
    const { path, inside } = await unwrapped(next, house, made);
    return { path: [kind, ...path], inside };
  };
  switch (kind) {
    case 'unsecuredData':
      return { path: [kind], inside: unsecuredBytes(data) as Uint8Array };
    case 'encryptedData':
      return within(plainOf(await opened(bytes, house, made)));
    case 'signedData': {
      const signed = asSignedData(bytes) as NonNullable<ReturnType<typeof asSignedData>>;
      const by = made.by as Member;
      const signature = sm2SignatureBytes(signed.signature) as Uint8Array;
      expect(sm2Verify(keyOf(by), signerId(by.certificate), signed.tbsData.bytes, signature)).toBe(true);
      return within(signedPayload(signed) as Uint8Array);
    }
    default: {
      const { content } = data as { content: Extract<V2XSecDataContent, { kind: 'signedCertificateRequest' }> };
      const request =
        house.profile.name === 'ccsa'
          ? asSignedRequest(bytes)
          : (decode(IeeeSignedCertificateRequest, content.value) as unknown as ReturnType<typeof asSignedRequest>);
      const { certificate } = made.by as Member;
      const signer = request?.signer.kind === 'self' ? 'self' : certificate;
      expect(request && isRequestSignedBy(request, signer, keyOf(made.by as Member))).toBe(true);
      return { path: [kind], inside: request?.tbsRequest.bytes as Uint8Array };
    }
  }
}

/** What the linter finds in certificates, lists and signed messages; of other samples, in the certificate of who signed. */
function findingsIn({ bytes, by }: Made, type: string, name: string, profile: Profile): readonly Finding[] {
  if (by === undefined) return [];
  const context = { profile, signer: by.certificate };
  switch (type) {
    case 'RootCtl':
      return lintTrcl(decode(RootCtl, bytes).toBeSignedRootCtl.value, context);
    case 'PkiCtl':
      return lintTdcl(decode(PkiCtl, bytes).toBeSignedPkiCtl.value, context);
    case 'SecuredCrl':
      return lintSecuredCrl(asSignedData(bytes) as SignedData, context) ?? [];
    case 'V2XSecData': {
      const signed = asSignedData(bytes);
      const { certificate } = by;
      return signed === undefined ? [] : lintSpdu(signed, { profile, protocolVersion: 3, certificate });
    }
    default: {
      // Bytes alone tell neither a TRCLA from a root nor an identity from an application.
      const kind = name === 'trcla' || name === 'identity' ? name : undefined;
      return lintCertificate(by.certificate, { profile, issuer: by.issuer?.certificate, kind });
    }
  }
}

describe.each(cases)('%s %s', (profileName, name, { codec, type, make: makeIt }) => {
  const house = houses[profileName];
  let made: Made;
  beforeAll(async () => (made = await makeIt(house)));

  it('is read strictly, in this edition, and written again', () => {
    const reader = new Reader(made.bytes);
    const value = codec.read(reader);
    expect([reader.remaining, reader.otherEditions]).toEqual([0, 0]);
    expect(Buffer.compare(encodeAfresh(codec, value), made.bytes)).toBe(0);
  });

  it('stands under a whole chain', () => {
    if (made.by !== undefined) expectChain(made.by);
    else expect(type).toMatch(/Plain|Info|Report|SaeJ3287/);
  });

  it('is signed by whom it says, and carries what it is called', async () => {
    if (codec === (V2XSecData as unknown)) {
      const { path, inside } = await unwrapped(made.bytes, house, made);
      const forms = (profileName === 'ccsa' ? ccsaSpdus : ieeeSpdus).forms as unknown as Record<
        string,
        SpduForm<never>
      >;
      const form = forms[type];
      if (form === undefined) return expect(path).toContain('signedData');
      expect(path).toEqual(form.wrappings);
      const pdu: ScmsPdu | IeeeScmsPdu = decode<ScmsPdu | IeeeScmsPdu>(
        profileName === 'ccsa' ? ScmsPdu : IeeeScmsPdu,
        inside,
      );
      const { content, version } = pdu as { version: number; content: { kind: string; value: { kind: string } } };
      expect([version, content.kind, content.value.kind]).toEqual([profiles[profileName].scmsVersion, ...form.message]);
      return openSpdu(profileName === 'ccsa' ? (ccsaSpdus as never) : (ieeeSpdus as never), form, made.bytes);
    }
    if (type === 'RootCtl') {
      expect(isRefused(verifyRootCtl(made.bytes, (made.by as Member).certificate, AT))).toBe(false);
    } else if (type === 'PkiCtl') {
      expect(isRefused(verifyPkiCtl(made.bytes, (made.by as Member).certificate, AT))).toBe(false);
    } else if (type === 'Certificate') {
      expect(certificateFromBytes(made.bytes)).toEqual((made.by as Member).certificate);
    } else {
      const { content } = decode(MisbehaviourReportData, made.bytes);
      if (content.kind === 'plaintext') return;
      const { path } = await unwrapped(encode(V2XSecData, content.value), house, made);
      expect(path).toEqual(content.kind === 'signed' ? ['signedData'] : ['encryptedData', 'signedData']);
    }
  });

  it('is sound in the eyes of the linter', () => {
    expect(findingsIn(made, type, name, profiles[profileName])).toEqual([]);
  });

  it('comes again from the same seed and time, whatever was made before, and not from others', async () => {
    const again = async (seed: number, at: number): Promise<Buffer> =>
      Buffer.from((await makeIt(houseOf(profiles[profileName], seed, at))).bytes);
    expect(Buffer.compare(await again(1, AT), made.bytes)).toBe(0);
    expect(Buffer.compare(await again(2, AT), made.bytes)).not.toBe(0);
    expect(Buffer.compare(await again(1, AT + 15_000_000_000), made.bytes)).not.toBe(0);
  });
});

describe('the samples of one seed belong together', () => {
  const bytesOf = async (name: string): Promise<Uint8Array> => (await make(name, 'ccsa')).bytes;
  const trustOf = async (): Promise<TrustStore> => {
    const trust = new TrustStore(certificateFromBytes(await bytesOf('trcla')));
    expect(isRefused(trust.takeTrcl(await bytesOf('trcl'), AT))).toBe(false);
    expect(isRefused(trust.takeTdcl(await bytesOf('tdcl'), AT))).toBe(false);
    return trust;
  };

  it('a receiver takes the message of the good device, then by digest, and refuses that of the revoked one', async () => {
    const trust = await trustOf();
    const revocation = new RevocationStore(trust, ccsa);
    expect(isRefused(revocation.takeCrl(await bytesOf('crl-linked'), AT))).toBe(false);
    const receive = async (name: string): Promise<string> => {
      const verifier = new SpduVerifier({ profile: ccsa, trust, revocation, aids: [ccsa.aid.bsm] });
      const verdict = verifier.verify(await bytesOf(name), { nowMillis: AT });
      return isRefused(verdict) ? verdict.reason : decodeMessageFrame(verdict.payload).kind;
    };
    expect(await receive('spdu')).toBe('bsmFrame');
    expect(await receive('spdu-digest')).toBe('unknown-certificate');
    expect(await receive('spdu-revoked')).toBe('revoked');
  });

  it.each([
    ['spdu', 'bsmFrame'],
    ['spdu-map', 'mapFrame'],
    ['spdu-spat', 'spatFrame'],
    ['spdu-rsi', 'rsiFrame'],
    ['spdu-rsm', 'rsmFrame'],
  ])('%s is a message that its sender may send; a fire engine sends that of vehicles alone', async (name, kind) => {
    const made = await make(name, 'ccsa');
    const signed = asSignedData(made.bytes) as SignedData;
    const frame = decodeMessageFrame(signedPayload(signed) as Uint8Array);
    const { psid } = signed.tbsData.value.headerInfo;
    expect(frame.kind).toBe(kind);
    const tbsOf = ({ certificate }: Member): ToBeSignedCertificate => certificate.value.toBeSigned.value;
    expect(sendingProblem(tbsOf(made.by as Member), psid, frame)).toBeUndefined();
    const ofVehicle = sendingProblem(tbsOf(await houses.ccsa.member('identity')), psid, frame);
    expect(ofVehicle).toBe(kind === 'bsmFrame' ? undefined : 'application-not-permitted');
  });

  it('the fire engine may say what it is, and a car may not', async () => {
    const signed = asSignedData(await bytesOf('spdu')) as SignedData;
    const frame = decodeMessageFrame(signedPayload(signed) as Uint8Array);
    if (frame.kind !== 'bsmFrame') throw new Error('the sample is no BSM');
    const claim = { ...frame, value: { ...frame.value, vehicleClass: { classification: 63 } } };
    const problemOf = async (name: MemberName): Promise<string | undefined> =>
      sendingProblem((await houses.ccsa.member(name)).certificate.value.toBeSigned.value, ccsa.aid.bsm, claim);
    expect(await problemOf('identity')).toBeUndefined();
    expect(await problemOf('pc')).toBe('content-not-permitted');
  });

  it('the answer of the CA makes the pseudonym of the cocoon key that was asked for', async () => {
    const made = await make('aca-response', 'ccsa');
    const { inside } = await unwrapped(made.bytes, houses.ccsa, made);
    const { content } = decode(ScmsPdu, inside);
    if (content.kind !== 'aca-ee') throw new Error(content.kind);
    const { certificate, privateKeyInfo } = content.value.value;
    const { cocoonKey } = houses.ccsa.butterfly('pc');
    expect(certificate.bytes).toEqual(await bytesOf('pc'));
    expect(blindCocoonKey(smSuite, cocoonKey, privateKeyInfo as Uint8Array)).toEqual(verificationKeyOf(certificate));
  });

  it('the trust list of the IEEE profile names elector and root', async () => {
    const pdu = decode(
      IeeeScmsPdu,
      unsecuredBytes(decode(V2XSecData, (await make('ctl', 'ieee')).bytes)) as Uint8Array,
    );
    if (pdu.content.kind !== 'cert' || pdu.content.value.kind !== 'multiSignedCtl') throw new Error(pdu.content.kind);
    const ctl = fullIeeeCtl(pdu.content.value.value);
    const member = (name: MemberName): Promise<Member> => houses.ieee.member(name);
    expect(ctl?.certificates.map(({ bytes }) => bytes)).toEqual([
      (await member('elector')).certificate.bytes,
      (await member('root')).certificate.bytes,
    ]);
    expect(ctl?.list.rootCaApprove).toEqual([certificateHash((await member('root')).certificate)]);
    const signature = pdu.content.value.value.signatures[0] as V2XSecData;
    const signed = asSignedData(encode(V2XSecData, signature));
    expect(signed && isSignedWith(signed, (await member('elector')).certificate)).toBe(true);
  });

  it('the CRL of the IEEE profile is the one its receivers take', async () => {
    const { bytes, by } = await make('crl-linked', 'ieee');
    const trust = { authority: () => ({ certificate: (by as Member).certificate }) } as unknown as TrustStore;
    expect(isRefused(verifyCrl(bytes, trust, AT, ieee))).toBe(false);
  });

  it('the BSM of SAE J2735 has its identifier, position and speed where that standard puts them', async () => {
    const signed = asSignedData((await make('spdu', 'ieee')).bytes);
    const payload = Buffer.from(signedPayload(signed as NonNullable<typeof signed>) as Uint8Array);
    expect(payload.subarray(0, 3).toString('hex')).toBe('001425');
    expect(payload.length).toBe(3 + 0x25);
    const bits = BigInt(`0x${payload.subarray(3).toString('hex')}`);
    const field = (from: number, size: number): number =>
      Number((bits >> BigInt(0x25 * 8 - from - size)) & ((1n << BigInt(size)) - 1n));
    expect(field(58, 31) - 900_000_000).toBe(388_977_000);
    expect(field(89, 32) - 1_799_999_999).toBe(-770_365_000);
    expect(field(172, 13)).toBe(500);
  });
});

it('without a seed, two worlds differ', async () => {
  const [one, other] = await Promise.all(
    [1, 2].map(() => make('root', 'ccsa', new House(ccsa, AT, diceOf(undefined)))),
  );
  expect(one?.bytes).not.toEqual(other?.bytes);
});
