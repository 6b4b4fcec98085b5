/** PR10, PR11, PR12 for application certificates: what a device takes, keeps and signs with, against doubles that bend one thing. */
import { zipSync } from 'fflate';
import { decode, encode } from '#coer/codec.js';
import { DEFAULT_SM2_ID, newSm2PrivateKey, sm2PublicKey, sm2Verify } from '#crypto/sm2.js';
import { systemRandom } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { hashedId3, hashedId8, sm2EncryptionPoint, verificationKeyOf } from '#credentials/certificate-facts.js';
import { HASH_CRL_SERIES } from '#credentials/hash-crl.js';
import { issueUnlinted } from '#credentials/chain.fixture.js';
import { compressedOf, sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { RevocationStore } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { openSealed, sealToKey } from '#credentials/sealing.js';
import { asSignedRequest, signData, unsecured } from '#credentials/signed-data.js';
import { emergencyPermission, emergencyRange, plainRange, saysEmergency } from '#credentials/special-vehicle.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { signSpdu, SpduVerifier } from '#credentials/spdu.js';
import type { Place } from '#credentials/spdu-region.js';
import { applicationItemName, ApplicationRequest, possessionInput } from '#edges/ee-ara/application.js';
import type { GeographicRegion } from '#wire/base-types.js';
import { ScmsPdu, type AcaEeCertResponse, type EeRaCertRequest } from '#wire/scms-pdu.js';
import { V2XSecData, type Certificate, type ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { BENCH_START, ENCRYPTION_KEY } from '../../../test/support/authority-bench.js';
import { applicationSigner, downloadApplicationCertificate, requestApplicationCertificate } from './application.js';
import type { DeviceContext, ProvisionedAuthority } from './device-context.js';
import { enrol } from './enrolment.js';
import type { Fetch } from './http.js';
import { anyBirth, DoubleHouse } from './house.fixture.js';

const HOUR = 3_600_000;
const circle = (radius: number, latitude = 399_000_000): GeographicRegion => ({
  kind: 'circularRegion',
  value: { center: { latitude, longitude: 1_164_000_000 }, radius },
});
const WISH = { permissions: [{ psid: 3620 }, { psid: 113 }], region: circle(500), hours: 48 };
const EMERGENCY = { permissions: [emergencyPermission(111)], region: circle(900), hours: 24 };
const PLACE: Place = { latitude: 399_000_000, longitude: 1_164_000_000, country: 156 };

/** What a test may bend; everything else is right. */
interface Bend {
  tbs?: (tbs: ToBeSignedCertificate) => ToBeSignedCertificate;
  issuer?: Signer;
  signer?: Signer;
  response?: Partial<AcaEeCertResponse>;
  sealedTo?: Uint8Array;
  item?: (item: Uint8Array) => Uint8Array;
  files?: (files: Record<string, Uint8Array>) => Record<string, Uint8Array>;
  ackHash?: Uint8Array;
  ackSigner?: Signer;
  status?: { post?: string; get?: string };
  silent?: boolean;
}

describe('an application certificate', () => {
  let house: DoubleHouse;
  let ara: ProvisionedAuthority;
  let bend: Bend;
  let seen: Uint8Array[];
  let asked: { content: EeRaCertRequest; hash: Uint8Array } | undefined;

  beforeAll(async () => {
    house = await DoubleHouse.build();
    ara = { url: 'ara://a', certificate: house.member('ara').certificate };
  });
  beforeEach(() => {
    house.bench.clock.set(BENCH_START);
    house.bend.enrolment = { tbs: withRights };
    bend = {};
    seen = [];
    asked = undefined;
  });

  /** The ECA's double grants a roadside unit's circle and the emergency bit. */
  const withRights = (tbs: ToBeSignedCertificate): ToBeSignedCertificate => ({
    ...tbs,
    region: circle(1000),
    certRequestPermissions: tbs.certRequestPermissions?.map((group) => ({
      ...group,
      subjectPermissions: {
        kind: 'explicit',
        value: [plainRange(111), emergencyRange(111), plainRange(113), plainRange(3620)],
      },
    })),
  });

  async function unit(): Promise<DeviceContext> {
    const context = await house.device({ home: house.home([111, 113, 3620]), fetch });
    const enrolled = await enrol(context, anyBirth);
    if (isRefused(enrolled)) throw new Error(enrolled.reason);
    return context;
  }

  const fetch: Fetch = async (url, init) => {
    if (!url.startsWith('ara://')) return house.fetch(url, init);
    if (bend.silent === true) throw new Error('no network');
    return init.method === 'POST' ? taken(init.body ?? new Uint8Array()) : handedOut();
  };
  const no = (code: string): Response =>
    new Response(null, { status: Number(code.slice(0, 3)), headers: { 'ieee-1609.2.1-error': code } });
  const octets = (bytes: Uint8Array, status: number): Response =>
    new Response(bytes as Uint8Array<ArrayBuffer>, { status });

  async function taken(body: Uint8Array): Promise<Response> {
    const { device, certificate, signer } = house.member('ara');
    const opened = await openSealed(body, hashedId8(certificate), (w) => device.unwrap(ENCRYPTION_KEY, w), ccsa);
    const { request, possession } = decode(ApplicationRequest, opened as Uint8Array);
    seen.push(request);
    if (bend.status?.post !== undefined) return no(bend.status.post);
    const content = asSignedRequest(request)?.tbsRequest.value.content;
    if (content?.kind !== 'ee-ra' || content.value.kind !== 'eeRaCertRequest') throw new Error('no request');
    asked = { content: content.value.value, hash: sm3(request) };
    expect(sm2Verify(keyOf(asked.content), DEFAULT_SM2_ID, possessionInput(request), possession)).toBe(true);
    const now = time32FromMillis(house.bench.clock.nowMillis());
    const requestHash = bend.ackHash ?? asked.hash.subarray(24);
    const value = { version: 1, generationTime: now, requestHash, nextDlTime: now };
    const pdu: ScmsPdu = { version: 1, content: { kind: 'ee-ra', value: { kind: 'raEeCertAck', value } } };
    return octets(await signData(encode(ScmsPdu, pdu), { psid: 3627 }, bend.ackSigner ?? signer), 202);
  }

  function keyOf({ tbsCert }: EeRaCertRequest): Uint8Array {
    const key = tbsCert.verifyKeyIndicator;
    if (key.kind !== 'verificationKey' || key.value.kind !== 'ecsigSm2') throw new Error('another key');
    return compressedOf(key.value.value) as Uint8Array;
  }

  async function handedOut(): Promise<Response> {
    if (bend.status?.get !== undefined) return no(bend.status.get);
    if (asked === undefined) throw new Error('nothing was asked for');
    const { tbsCert, additionalParams } = asked.content;
    const aca = house.member('aca').signer;
    const tbs = { ...tbsCert, appPermissions: [...(tbsCert.appPermissions ?? [])].reverse() };
    const certificate = await issueUnlinted(bend.tbs?.(tbs) ?? tbs, bend.issuer ?? aca);
    const value = { version: 1, generationTime: 0, certificate, ...bend.response };
    const content = { kind: 'aca-ee', value: { kind: 'acaEeCertResponse', value } } as const;
    const plain = encode(V2XSecData, unsecured(encode(ScmsPdu, { version: 1, content })));
    const answerKey =
      additionalParams?.kind === 'encryptionKey' ? sm2EncryptionPoint(additionalParams.value) : undefined;
    const sealed = sealToKey(plain, bend.sealedTo ?? (answerKey as Uint8Array), {
      profile: ccsa,
      random: systemRandom,
    });
    const item = await signData(sealed, { psid: 3627 }, bend.signer ?? aca);
    const files = { [applicationItemName(asked.hash.subarray(24))]: bend.item?.(item) ?? item };
    return octets(zipSync(bend.files?.(files) ?? files, { level: 0 }), 200);
  }

  async function given(context: DeviceContext, wish: typeof WISH | typeof EMERGENCY = WISH) {
    const ack = await requestApplicationCertificate(context, ara, wish);
    if (isRefused(ack)) return ack;
    return downloadApplicationCertificate(context, ara, ack.n);
  }
  async function certificateFor(
    context: DeviceContext,
    wish: typeof WISH | typeof EMERGENCY = WISH,
  ): Promise<Certificate> {
    const outcome = await given(context, wish);
    if (isRefused(outcome)) throw new Error(outcome.reason);
    return outcome;
  }
  const refusalOf = async (): Promise<string> => {
    const context = await unit();
    const outcome = await given(context);
    // A refused answer leaves nothing to sign with.
    expect(await applicationSigner(context, 113)).toBeUndefined();
    return isRefused(outcome) ? outcome.reason : 'given';
  };

  it('is asked for, fetched, kept, and signed with', async () => {
    const context = await unit();
    const certificate = await certificateFor(context);
    const by = await applicationSigner({ ...context, fetch: () => Promise.reject(new Error('no network')) }, 113);
    const message = Uint8Array.of(1, 2, 3);
    const signature = await (by as Signer).sign(DEFAULT_SM2_ID, message);
    expect(sm2Verify(verificationKeyOf(certificate) as Uint8Array, DEFAULT_SM2_ID, message, signature)).toBe(true);
    expect(await applicationSigner(context, 114)).toBeUndefined();
  });

  it('is asked for by nobody who is not enrolled', async () => {
    const bare = await house.device({ fetch });
    expect(await requestApplicationCertificate(bare, ara, WISH)).toMatchObject({ reason: 'not-enrolled' });
    expect(await downloadApplicationCertificate(bare, ara, 0)).toMatchObject({ reason: 'not-enrolled' });
    expect(await downloadApplicationCertificate(await unit(), ara, 0)).toMatchObject({ reason: 'not-requested' });
  });

  it('goes out again as the same request after a silence, and as a new one when the ARA took none', async () => {
    const context = await unit();
    bend.silent = true;
    expect(await requestApplicationCertificate(context, ara, WISH)).toMatchObject({ reason: 'no-answer' });
    bend.silent = false;
    bend.status = { post: '400-20' };
    house.bench.clock.advance(30 * 24 * HOUR);
    await requestApplicationCertificate(context, ara, WISH);
    await requestApplicationCertificate(context, ara, WISH);
    expect(new Set(seen.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(1);
    bend.status = { post: '400-77' };
    await requestApplicationCertificate(context, ara, WISH);
    expect(seen).toHaveLength(4);
    expect(Buffer.compare(seen[2] as Uint8Array, seen[3] as Uint8Array)).not.toBe(0);
  });

  it('renews with another key, and signs with the one that is valid longer', async () => {
    const context = await unit();
    const first = await certificateFor(context);
    house.bench.clock.advance(24 * HOUR);
    const second = await certificateFor(context);
    expect(verificationKeyOf(second)).not.toEqual(verificationKeyOf(first));
    expect((await applicationSigner(context, 113))?.certificate).toEqual(second);
    house.bench.clock.advance(48 * HOUR + 1000);
    expect(await applicationSigner(context, 113)).toBeUndefined();
  });

  it('is not there yet, or refused, in the words of the ARA', async () => {
    bend.status = { get: '404-75' };
    expect(await refusalOf()).toBe('authority-refused');
    bend.status = { get: '400-75' };
    expect(await refusalOf()).toBe('not-yet');
  });

  it.each<[string, string, () => Bend]>([
    ['an acknowledgement of another ARA', 'ack-signer', () => ({ ackSigner: house.bench.member('b-ara').signer })],
    ['an acknowledgement of another request', 'ack-for-another-request', () => ({ ackHash: new Uint8Array(8) })],
    [
      'an acknowledgement with a forged signature',
      'ack-signature',
      () => ({ ackSigner: { certificate: ara.certificate, sign: house.member('aca').signer.sign } }),
    ],
    [
      'a bundle with another name in it',
      'bundle-malformed',
      () => ({ files: (files) => ({ ...files, x: new Uint8Array(1) }) }),
    ],
    ['an empty bundle', 'bundle-malformed', () => ({ files: () => ({}) })],
    ['an item that is too large', 'bundle-malformed', () => ({ item: () => new Uint8Array(9000) })],
    ['an item that is none', 'item-malformed', () => ({ item: () => Uint8Array.of(1) })],
    ['PR12 an item the ARA signed itself', 'aca-not-listed', () => ({ signer: house.member('ara').signer })],
    [
      'an item of another domain’s ACA',
      'aca-of-another-domain',
      () => ({ signer: house.bench.member('b-aca').signer }),
    ],
    [
      'PR12 a forged signature',
      'item-signature',
      () => ({ signer: { certificate: house.member('aca').certificate, sign: house.member('ara').signer.sign } }),
    ],
    [
      'PR12 an answer sealed to another key',
      'item-not-for-this-key',
      () => ({ sealedTo: sm2PublicKey(newSm2PrivateKey(systemRandom)) }),
    ],
    [
      'an answer with a butterfly’s factor',
      'item-malformed',
      () => ({ response: { privateKeyInfo: new Uint8Array(32) } }),
    ],
    ['another version', 'item-malformed', () => ({ response: { version: 2 } })],
    [
      'PR11 a certificate of another key',
      'other-key',
      () => ({
        tbs: (tbs) => ({
          ...tbs,
          verifyKeyIndicator: {
            kind: 'verificationKey',
            value: sm2VerificationKey(sm2PublicKey(newSm2PrivateKey(systemRandom))),
          },
        }),
      }),
    ],
    [
      'PR10 one permission more',
      'other-permissions',
      () => ({ tbs: (t) => ({ ...t, appPermissions: [...(t.appPermissions ?? []), { psid: 111 }] }) }),
    ],
    [
      'PR10 one permission less',
      'other-permissions',
      () => ({ tbs: (t) => ({ ...t, appPermissions: [{ psid: 113 }] }) }),
    ],
    [
      'PR10 a bit that was not asked for',
      'other-permissions',
      () => ({ tbs: (t) => ({ ...t, appPermissions: [emergencyPermission(3620), { psid: 113 }] }) }),
    ],
    ['PR10 a wider region', 'other-region', () => ({ tbs: (t) => ({ ...t, region: circle(501) }) })],
    ['PR10 no region', 'other-region', () => ({ tbs: (t) => ({ ...t, region: undefined }) })],
    ['the power to issue', 'other-field', () => ({ tbs: (t) => ({ ...t, certIssuePermissions: [] }) })],
    ['a list of another domain', 'other-field', () => ({ tbs: listedBy('b-cra', HASH_CRL_SERIES) })],
    ['a list by linkage seed', 'other-field', () => ({ tbs: listedBy('a-cra', 1) })],
    ['a name', 'other-field', () => ({ tbs: (t) => ({ ...t, id: { kind: 'name', value: 'rsu.example' } }) })],
    [
      'an encryption key',
      'other-field',
      () => ({ tbs: (t) => ({ ...t, encryptionKey: sm2EncryptionKey(sm2PublicKey(newSm2PrivateKey(systemRandom))) }) }),
    ],
    [
      'a life that is to come',
      'not-valid-now',
      () => ({
        tbs: (t) => ({ ...t, validityPeriod: { ...t.validityPeriod, start: time32FromMillis(BENCH_START + HOUR) } }),
      }),
    ],
    ['a certificate that another CA issued', 'certificate-issuer', () => ({ issuer: house.member('pca').signer })],
  ])('refuses %s', async (_, reason, bent) => {
    bend = bent();
    expect(await refusalOf()).toBe(reason);
  });

  it('takes the list by hash of its own domain', async () => {
    bend = { tbs: listedBy('a-cra', HASH_CRL_SERIES) };
    expect(await refusalOfNone()).toBe('given');
  });
  const listedBy =
    (cra: string, crlSeries: number) =>
    (tbs: ToBeSignedCertificate): ToBeSignedCertificate => ({
      ...tbs,
      ...{ cracaId: hashedId3(house.bench.member(cra).certificate), crlSeries },
    });

  it('takes a narrower region than asked for', async () => {
    bend = { tbs: (tbs) => ({ ...tbs, region: circle(400) }) };
    expect(await refusalOfNone()).toBe('given');
  });
  async function refusalOfNone(): Promise<string> {
    const outcome = await given(await unit());
    return isRefused(outcome) ? outcome.reason : 'given';
  }

  describe('on the road', () => {
    let sender: DeviceContext;
    let verifier: SpduVerifier;
    beforeEach(async () => {
      sender = await unit();
      const trust = await house.bench.trust();
      verifier = new SpduVerifier({
        profile: ccsa,
        trust,
        revocation: new RevocationStore(trust, ccsa),
        aids: [111, 113, 114, 3620],
      });
    });
    const now = (): number => house.bench.clock.nowMillis();
    async function said(aid: number, by: Signer | undefined): Promise<Uint8Array> {
      if (by === undefined) throw new Error('nobody to sign');
      const payload = new TextEncoder().encode('RSI');
      return signSpdu({ payload, aid, generationTimeMillis: now(), signer: by, named: 'certificate' });
    }
    const heard = (bytes: Uint8Array, here: Place): string => {
      const outcome = verifier.verify(bytes, { nowMillis: now(), here });
      return isRefused(outcome) ? outcome.reason : outcome.kind;
    };

    it('M11 is accepted inside its region', async () => {
      await certificateFor(sender);
      expect(heard(await said(113, await applicationSigner(sender, 113)), PLACE)).toBe('accepted');
    });

    it('M11 is refused outside its region', async () => {
      await certificateFor(sender);
      const bytes = await said(113, await applicationSigner(sender, 113));
      // 500 metres are some 45 000 units of latitude.
      expect(heard(bytes, { ...PLACE, latitude: PLACE.latitude + 46_000 })).toBe('outside-region');
    });

    it('M11 is refused for an application that it does not hold', async () => {
      await certificateFor(sender);
      expect(heard(await said(114, await applicationSigner(sender, 113)), PLACE)).toBe('aid-not-permitted');
    });

    it('VM3 says an emergency by a bit that other certificates do not have', async () => {
      await certificateFor(sender, EMERGENCY);
      const by = await applicationSigner(sender, 111, saysEmergency);
      expect(heard(await said(111, by), PLACE)).toBe('accepted');
      await certificateFor(sender);
      expect(await applicationSigner(sender, 113, saysEmergency)).toBeUndefined();
    });
  });
});
