/** For the MA's tests: pseudonyms of the bench's PCAs, cars that drive and lie, and reports of them as devices send them. */
import { encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { hashedId3 } from '#credentials/certificate-facts.js';
import { issueUnlinted } from '#credentials/chain.fixture.js';
import { sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { periodAt, periodValidity } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { sealToCertificate } from '#credentials/sealing.js';
import { decodeSecured, signData } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { signSpdu } from '#credentials/spdu.js';
import { pointAt } from '#detection/geo.js';
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import { decodeMessageFrame, encodeBsmFrame } from '#uper/messages/message-frame.js';
import { MisbehaviourReport, MisbehaviourReportData } from '#wire/misbehaviour-report.js';
import type { Certificate, HeaderInfo, ToBeSignedCertificate } from '#wire/secured-data.js';
import { time64FromMillis } from '#wire/time.js';
import type { Bench } from '../../../test/support/authority-bench.js';

export interface Pseudonym extends Signer {
  readonly iCert: number;
  readonly linkageValue: Uint8Array;
}

export interface PseudonymParts {
  readonly iCert?: number;
  readonly linkageValue?: Uint8Array;
  readonly psids?: readonly number[];
  readonly issuer?: Signer;
  readonly tbs?: Partial<ToBeSignedCertificate>;
}

/** A pseudonym of this domain's PCA for the bench's present week. */
export async function pseudonym(bench: Bench, domain = 'a', parts: PseudonymParts = {}): Promise<Pseudonym> {
  const iCert = parts.iCert ?? periodAt(ccsa.epochMillis, bench.clock.nowMillis());
  const linkageValue = parts.linkageValue ?? systemRandom.bytes(9);
  const privateKey = newSm2PrivateKey(systemRandom);
  const certificate = await issueUnlinted(
    {
      id: { kind: 'linkageData', value: { iCert, 'linkage-value': linkageValue } },
      cracaId: hashedId3(bench.member(`${domain}-cra`).certificate),
      crlSeries: CRL_SERIES,
      validityPeriod: periodValidity(ccsa.epochMillis, iCert),
      region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 156 }] },
      appPermissions: (parts.psids ?? [ccsa.aid.bsm, ccsa.aid.misbehaviour]).map((psid) => ({ psid })),
      verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(sm2PublicKey(privateKey)) },
      ...parts.tbs,
    },
    parts.issuer ?? bench.member(`${domain}-pca`).signer,
  );
  const sign = sm2SignerFor(privateKey);
  return { certificate, sign: async (id, message) => sign(id, message), iCert, linkageValue };
}

const SAMPLE = decodeMessageFrame(
  Uint8Array.from(Buffer.from('00016626466686a6c6e700001246654268f3dc631a51400000001f91f91fdfffc00140140000', 'hex')),
);

/** North at 10 m/s, `east` metres off its lane. */
export function bsmAt(millis: number, sinceMillis: number, east: number): BasicSafetyMessage {
  if (SAMPLE.kind !== 'bsmFrame') throw new Error('the sample is no BSM');
  const place = pointAt(
    { latitudeDegrees: 39.9, longitudeDegrees: 116.4 },
    { eastMetres: east, northMetres: (millis - sinceMillis) / 100 },
  );
  return {
    ...SAMPLE.value,
    secMark: millis % 60_000,
    pos: {
      ...SAMPLE.value.pos,
      lat: Math.round(place.latitudeDegrees * 1e7),
      long: Math.round(place.longitudeDegrees * 1e7),
    },
    speed: 500,
    heading: 0,
    accelSet: { ...SAMPLE.value.accelSet, long: 0 },
  };
}

/** Ten messages a second; with a lie the place is somewhere else each time from the sixth on. */
export function drive(
  by: Signer,
  sinceMillis: number,
  { count = 12, lie = true, named = 'digest' as 'digest' | 'certificate' } = {},
): Promise<Uint8Array[]> {
  const steps = Array.from({ length: count }, (_, step) => step);
  return Promise.all(
    steps.map((step) => {
      const generationTimeMillis = sinceMillis + 100 * step;
      const east = lie && step > 5 ? (step % 2 === 0 ? 80 : -60) : 0;
      const payload = encodeBsmFrame(bsmAt(generationTimeMillis, sinceMillis, east));
      return signSpdu({ payload, aid: ccsa.aid.bsm, generationTimeMillis, signer: by, named });
    }),
  );
}

export interface ReportParts {
  readonly generationMillis: number;
  readonly certificate?: Certificate | undefined;
  readonly aid?: number;
  readonly type?: number;
  readonly subjectPduIndex?: number;
  readonly observations?: readonly [number, number][];
}

export function reportOf(messages: readonly Uint8Array[], parts: ReportParts): MisbehaviourReport {
  const { certificate, generationMillis, observations = [[3, 4]] } = parts;
  return {
    generationTime: time64FromMillis(generationMillis),
    observationLocation: { latitude: 399_000_000, longitude: 1_164_000_000, elevation: 4096 },
    report: {
      aid: parts.aid ?? ccsa.aid.bsm,
      content: {
        observations: observations.map(([tgtId, obsId]) => ({
          tgtId,
          observations: [{ obsId, obs: new Uint8Array() }],
        })),
        v2xPduEvidence: [
          {
            type: parts.type ?? 2,
            v2xPdus: [...messages],
            ...(certificate ? { certificate } : {}),
            subjectPduIndex: parts.subjectPduIndex ?? messages.length - 1,
          },
        ],
        nonV2xPduEvidence: [],
      },
    },
  };
}

/** The uploaded body, as the device library makes it. */
export async function upload(
  report: MisbehaviourReport,
  by: Signer,
  ma: Certificate,
  header: HeaderInfo = { psid: ccsa.aid.misbehaviour },
): Promise<Uint8Array> {
  const signed = await signData(encode(MisbehaviourReport, report), header, by);
  return uploadSealed(sealToCertificate(signed, ma, { profile: ccsa, random: systemRandom }));
}

export const uploadSealed = (sealed: Uint8Array): Uint8Array =>
  encode(MisbehaviourReportData, { version: 1, content: { kind: 'sTE', value: decodeSecured(sealed) } });
