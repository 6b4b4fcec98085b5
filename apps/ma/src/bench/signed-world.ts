/**
 * A world for measuring the MA: its own PCA, cars with pseudonyms, what they sign on the road, and reports of it as devices
 * send them. Keys are fresh; everything is signed, sealed, opened and verified as in earnest. Only the lists are told.
 */
import { encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { authorityTbs, CRL_SERIES, type AuthorityKind } from '#credentials/authority-certificate.js';
import { hashedId3, hashedId8, idKey } from '#credentials/certificate-facts.js';
import { issueCertificate, issueSelfSigned } from '#credentials/issue-certificate.js';
import { sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { periodAt, periodStartMillis, periodValidity } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { sealToCertificate } from '#credentials/sealing.js';
import { decodeSecured, signData } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { signSpdu } from '#credentials/spdu.js';
import { tablingVerifier } from '#credentials/spdu-verifiers.js';
import type { ListedAuthority } from '#credentials/trust-store.js';
import { pointAt } from '#detection/geo.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { memoryDevice } from '#keys/software-device.js';
import { authorityKeys, signerOf, unwrapWith, VERIFICATION_KEY } from '#service/identity.js';
import { decodeMessageFrame, encodeBsmFrame } from '#uper/messages/message-frame.js';
import { MisbehaviourReport, MisbehaviourReportData } from '#wire/misbehaviour-report.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis, time64FromMillis } from '#wire/time.js';
import { isOwnMessage, verifyEvidence } from '../domain/evidence.js';
import type { ReportRefusal } from '../domain/refusal.js';
import { openReport } from '../domain/reporter.js';
import { weighEvidence, type Finding } from '../domain/strength.js';

const HOUR_MILLIS = 3_600_000;

/** How a car drives: true; with its places jumping; claiming a right it lacks; with a clock or a speed that is broken. */
export type Manner = 'true' | 'jumping' | 'without-right' | 'wrong-clock' | 'broken-speed';

export interface World {
  readonly nowMillis: number;
  car(): Promise<Signer>;
  /** Two seconds of messages at ten a second. `lane` places the car, metres east. */
  drive(car: Signer, manner: Manner, lane: number, random: () => number): Promise<Uint8Array[]>;
  /** A report as a device uploads it. */
  report(by: Signer, accused: Certificate, messages: readonly Uint8Array[]): Promise<Uint8Array>;
  /** What the MA makes of an upload, from opening it to weighing its evidence. */
  judge(upload: Uint8Array): Promise<Finding | Refused<ReportRefusal>>;
}

interface Born {
  readonly device: CryptoDevice;
  readonly signer: Signer;
}

async function birth(
  kind: AuthorityKind,
  issuer: Signer | 'self',
  { atMillis, hoursOld, years }: { atMillis: number; hoursOld: number; years: number },
): Promise<Born> {
  const device = memoryDevice(systemRandom);
  const keys = await authorityKeys(device);
  const tbs = authorityTbs(
    {
      ...{ kind, hostname: `${kind}.bench.example`, ...keys },
      encryptionKey: issuer === 'self' ? undefined : keys.encryptionKey,
      validity: {
        start: time32FromMillis(atMillis - hoursOld * HOUR_MILLIS),
        duration: { kind: 'years', value: years },
      },
    },
    ccsa,
  );
  const certificate =
    issuer === 'self'
      ? await issueSelfSigned(tbs, (id, message) => device.sign(VERIFICATION_KEY, id, message))
      : await issueCertificate(tbs, issuer);
  return { device, signer: signerOf(certificate, device) };
}

const SAMPLE = decodeMessageFrame(
  Uint8Array.from(Buffer.from('00016626466686a6c6e700001246654268f3dc631a51400000001f91f91fdfffc00140140000', 'hex')),
);
const MESSAGES = 20;
const POLICE_CAR = 66;
/** 130 m/s, in steps of 0.02. */
const BROKEN_SPEED = 6_500;

/** North at 10 m/s; a liar is up to 200 m off from the sixth message on. */
function payloadAt(step: number, millis: number, manner: Manner, lane: number, random: () => number): Uint8Array {
  if (SAMPLE.kind !== 'bsmFrame') throw new Error('the sample is no BSM');
  const off = manner === 'jumping' && step > 5 ? 400 * (random() - 0.5) : 0;
  const place = pointAt(
    { latitudeDegrees: 39.9, longitudeDegrees: 116.4 },
    { eastMetres: lane + off, northMetres: step + (manner === 'jumping' && step > 5 ? 400 * (random() - 0.5) : 0) },
  );
  const { value } = SAMPLE;
  return encodeBsmFrame({
    ...value,
    secMark: millis % 60_000,
    pos: {
      ...value.pos,
      lat: Math.round(place.latitudeDegrees * 1e7),
      long: Math.round(place.longitudeDegrees * 1e7),
    },
    speed: manner === 'broken-speed' && step > 5 ? BROKEN_SPEED : 500,
    heading: 0,
    accelSet: { ...value.accelSet, long: 0 },
    vehicleClass:
      manner === 'without-right' ? { ...value.vehicleClass, classification: POLICE_CAR } : value.vehicleClass,
  });
}

/** Makes the authorities of a domain that measures only. */
export async function signedWorld(nowMillis: number): Promise<World> {
  const atMillis = nowMillis;
  const root = await birth('root', 'self', { atMillis, hoursOld: 1480, years: 18 });
  const ica = await birth('ica', root.signer, { atMillis, hoursOld: 1440, years: 10 });
  const young = { atMillis, hoursOld: 720, years: 5 };
  const [pca, ma] = [await birth('pca', ica.signer, young), await birth('ma', ica.signer, young)];
  const listed = (certificate: Certificate): ListedAuthority => ({
    ...{ certificate, crlUrl: undefined, maUrl: undefined, root: 'bench', domain: 0 },
  });
  const authorities = [pca, ma].map(({ signer }) => listed(signer.certificate));
  const trust = {
    authority: (id: Uint8Array) =>
      authorities.find(({ certificate }) => idKey(hashedId8(certificate)) === idKey(id)) ??
      refused('issuer-not-listed' as const),
    sameDomain: () => true,
  };
  const verify = tablingVerifier();
  const iCert = periodAt(ccsa.epochMillis, nowMillis);
  const common = { trust, profile: ccsa, verify, nowMillis, reportWindowDays: 7 };
  const rules = {
    ...common,
    self: listed(ma.signer.certificate),
    opener: { signer: ma.signer, unwrap: unwrapWith(ma.device), profile: ccsa },
    maximumReportBytes: 65_536,
    standing: async () => 'good' as const,
  };
  return {
    nowMillis,
    async car() {
      const privateKey = newSm2PrivateKey(systemRandom);
      const sign = sm2SignerFor(privateKey);
      const certificate = await issueCertificate(
        {
          id: { kind: 'linkageData', value: { iCert, 'linkage-value': systemRandom.bytes(9) } },
          cracaId: hashedId3(ica.signer.certificate),
          crlSeries: CRL_SERIES,
          validityPeriod: periodValidity(ccsa.epochMillis, iCert),
          region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 156 }] },
          appPermissions: [{ psid: ccsa.aid.bsm }, { psid: ccsa.aid.misbehaviour }],
          verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(sm2PublicKey(privateKey)) },
        },
        pca.signer,
      );
      return { certificate, sign: async (id, message) => sign(id, message) };
    },
    async drive(signer, manner, lane, random) {
      const since =
        manner === 'wrong-clock' ? periodStartMillis(ccsa.epochMillis, iCert) - HOUR_MILLIS : nowMillis - 60_000;
      const messages: Uint8Array[] = [];
      for (let step = 0; step < MESSAGES; step++) {
        const generationTimeMillis = since + 100 * step;
        const payload = payloadAt(step, generationTimeMillis, manner, lane, random);
        messages.push(await signSpdu({ payload, aid: ccsa.aid.bsm, generationTimeMillis, signer, named: 'digest' }));
      }
      return messages;
    },
    async report(by, certificate, messages) {
      const report: MisbehaviourReport = {
        generationTime: time64FromMillis(nowMillis),
        observationLocation: { latitude: 399_000_000, longitude: 1_164_000_000, elevation: 4096 },
        report: {
          aid: ccsa.aid.bsm,
          content: {
            observations: [{ tgtId: 3, observations: [{ obsId: 4, obs: new Uint8Array() }] }],
            v2xPduEvidence: [{ type: 2, v2xPdus: [...messages], certificate, subjectPduIndex: messages.length - 1 }],
            nonV2xPduEvidence: [],
          },
        },
      };
      const signed = await signData(encode(MisbehaviourReport, report), { psid: ccsa.aid.misbehaviour }, by);
      const sealed = sealToCertificate(signed, ma.signer.certificate, { profile: ccsa, random: systemRandom });
      const content = { kind: 'sTE', value: decodeSecured(sealed) } as const;
      return encode(MisbehaviourReportData, { version: 1, content });
    },
    async judge(upload) {
      const opened = await openReport(upload, rules);
      if (isRefused(opened)) return opened;
      if (!('report' in opened)) throw new Error('a list was missing');
      const evidence = verifyEvidence(opened.report, common);
      if (isRefused(evidence)) return evidence;
      const { certificate } = evidence.accused;
      if (isOwnMessage(opened.reporter, certificate)) return refused('evidence-is-own');
      return weighEvidence(evidence.messages, certificate, ccsa);
    },
  };
}
