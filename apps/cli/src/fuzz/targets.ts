/** Every decoder of bytes from outside, as something that mutations are thrown at. */
import { decode, tryDecode, type Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { requireProportion, requireSame } from '#coer/judge-codec.js';
import { Approval } from '#credentials/approval.js';
import { CHINA } from '#credentials/authority-certificate.js';
import { openAuthorityRequest } from '#credentials/authority-request.js';
import { verifyCaCrl } from '#credentials/ca-crl.js';
import { PcaStatement, PraStatement } from '#credentials/case-statements.js';
import { certificateFromBytes, hashedId8 } from '#credentials/certificate-facts.js';
import { explain } from '#credentials/explain/explain.js';
import { materialOf } from '#credentials/explain/material.js';
import { subjectOf } from '#credentials/explain/subject.js';
import { RevocationStore } from '#credentials/linked-crl.js';
import { lintCertificate } from '#credentials/lint/lint-certificate.js';
import { lintSecuredCrl } from '#credentials/lint/lint-crl.js';
import { lintTdcl, lintTrcl } from '#credentials/lint/lint-list.js';
import { Receiver } from '#apps/device/src/vehicle/receiver.js';
import { APPLICATIONS } from '#device/day-one/applications.js';
import { Awareness } from '#device/day-one/heard.js';
import type { OwnState } from '#device/day-one/mover.js';
import type { KnownFrame } from '#wire/message-claims.js';
import { lintSpdu } from '#credentials/lint/lint-spdu.js';
import { ccsa, ieee } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { RevocationCheck } from '#credentials/revocation-check.js';
import { verifySuccession } from '#credentials/root-succession.js';
import { openSealed, type Unwrap } from '#credentials/sealing.js';
import { asSignedData, asSignedRequest, unsecuredBytes } from '#credentials/signed-data.js';
import { verifyPkiCtl, verifyRootCtl } from '#credentials/trust-lists.js';
import { TrustStore } from '#credentials/trust-store.js';
import { sm2Unwrap } from '#crypto/sm2.js';
import { readBundle, type ExpectedBundle } from '#device/bundle.js';
import { LineMessage, LineRequest, LineResponse } from '#edge/line-messages.js';
import { decodeUper, encodeUper } from '#uper/codec.js';
import { MessageFrame } from '#uper/messages/message-frame.js';
import { UperError } from '#uper/uper-error.js';
import type { GeographicRegion } from '#wire/base-types.js';
import { CrlSsp } from '#wire/crl.js';
import { AcpcPdu, bitsOf } from '#wire/dot2dot1/acpc.js';
import { CamRaInterfacePdu } from '#wire/dot2dot1/cam-ra.js';
import { fullIeeeCtl, MultiSignedCtl } from '#wire/dot2dot1/cert-management.js';
import { AcpcSsp, SecurityMgmtSsp } from '#wire/dot2dot1/security-mgmt-ssp.js';
import { MESSAGE_AIDS } from '#wire/message-applications.js';
import { sendingProblem } from '#wire/message-permission.js';
import { EtsiTs103759Mbr, TemplateAsr } from '#wire/misbehaviour-report.js';
import { reportContent } from '#wire/report-content.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { ccsaSpdus, ieeeSpdus, openSpdu } from '#wire/scms-spdus.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import { Certificate, OperatingOrganizationId, V2XSecData } from '#wire/secured-data.js';
import {
  LogConsistency,
  LogEntries,
  LogEntry,
  LogProof,
  LogSubmission,
  SignedTreeHead,
} from '#wire/transparency-log.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import { inspectBytes, reencoded } from '../inspect/inspection.js';
import { detectableTypes } from '../inspect/known-types.js';
import { diceOf } from '../sample/dice.js';
import { House } from '../sample/house.js';
import { tdcl, trcl } from '../sample/lists.js';
import { raEeInfo } from '../sample/provisioning-messages.js';
import { lineBodies } from './line-bodies.js';
import { judgeCodec, type Verdict } from './judge-codec.js';

export interface Target {
  readonly name: string;
  /** Of a codec: inputs for it are looked for in all samples. */
  readonly codec?: Codec<unknown>;
  /** Throws whatever shows that a promise is broken. */
  judge(bytes: Uint8Array): Verdict | Promise<Verdict>;
}

/** Types that stand alone in bytes from outside, beside those a file may be. */
const OTHER_CODECS: Readonly<Record<string, Codec<unknown>>> = {
  ScmsSsp,
  SecurityMgmtSsp,
  CrlSsp,
  AcpcSsp,
  OperatingOrganizationId,
  AcpcPdu,
  CamRaInterfacePdu,
  TemplateAsr,
  LineMessage,
  LineRequest,
  LineResponse,
  Approval,
  PcaStatement,
  PraStatement,
  LogEntry,
  SignedTreeHead,
  LogProof,
  LogConsistency,
  LogEntries,
  LogSubmission,
};

const codecTarget = (name: string, codec: Codec<unknown>): Target => ({
  name,
  codec,
  judge: (bytes) => judgeCodec(codec, bytes),
});

/** A reader that answers with a value or a refusal and throws nothing. */
const quiet = (name: string, reads: (bytes: Uint8Array) => unknown): Target => ({
  name,
  judge: (bytes) => {
    const answer = reads(bytes);
    return answer === undefined || isRefused(answer) ? 'refused' : 'accepted';
  },
});

/** A reader that throws CoerError and nothing else. */
const coer = (name: string, reads: (bytes: Uint8Array) => unknown): Target =>
  quiet(name, (bytes) => {
    try {
      return reads(bytes);
    } catch (error) {
      if (error instanceof CoerError) return undefined;
      throw error;
    }
  });

const inspect: Target = {
  name: 'inspect',
  judge: (bytes) => {
    const inspection = inspectBytes(bytes, {});
    if (inspection.kind === 'undecoded') return 'refused';
    requireSame(reencoded(inspection), inspection.bytes);
    return 'accepted';
  },
};

/** As `chrysalis verify` does, with a root that is trusted and the CAs of a list: throws nothing, whatever it is asked. */
const verify = (trusted: Certificate, others: Uint8Array): Target => ({
  name: 'verify',
  judge: (bytes) => {
    const inspection = inspectBytes(bytes, {});
    if (inspection.kind === 'undecoded') return 'refused';
    const { profile, codec } = inspection;
    const files = {
      trust: [{ label: 'root', subject: { kind: 'certificate', certificate: trusted } as const }],
      chain: [{ label: 'list', subject: subjectOf(PkiCtl, others) }],
      crl: [],
    };
    const at = { profile, atMillis: FUZZ_AT_MILLIS, isAtGiven: true };
    const { steps } = explain(subjectOf(codec, inspection.bytes), {
      ...at,
      isProfileGiven: false,
      ...materialOf(files, at),
    });
    return steps.every(({ ok }) => ok) ? 'accepted' : 'refused';
  },
});

/** The linter on whatever it has rules for: throws nothing, whatever is wrong. */
const lint: Target = {
  name: 'lint',
  judge: (bytes) => {
    const signed = asSignedData(bytes);
    const findings = [ccsa, ieee].flatMap((profile) => [
      ...withValue(Certificate, bytes, (certificate) => lintCertificate(certificate, { profile })),
      ...withValue(RootCtl, bytes, (list) => lintTrcl(list.toBeSignedRootCtl.value, { profile })),
      ...withValue(PkiCtl, bytes, (list) => lintTdcl(list.toBeSignedPkiCtl.value, { profile })),
      ...(signed === undefined ? [] : [lintSecuredCrl(signed, { profile }) ?? []]),
      ...(signed === undefined ? [] : [lintSpdu(signed, { profile, protocolVersion: 3 })]),
    ]);
    return findings.length > 0 ? 'accepted' : 'refused';
  },
};

function withValue<T, R>(codec: Codec<T>, bytes: Uint8Array, step: (value: T) => R): R[] {
  const decoded = tryDecode(codec, bytes);
  return decoded.ok ? [step(decoded.value)] : [];
}

const MESSAGES = Object.values(MESSAGE_AIDS).flat();
const DRAWN: GeographicRegion = { kind: 'polygonalRegion', value: [] };

/** Read, judged by what it claims, and written again. */
const messageFrame: Target = {
  name: 'MessageFrame',
  judge: (bytes) => {
    try {
      const value = decodeUper(MessageFrame, bytes);
      requireProportion(value, bytes);
      for (const psid of MESSAGES) sendingProblem({ appPermissions: [{ psid }], region: DRAWN }, psid, value);
      requireSame(encodeUper(MessageFrame, value), bytes);
      return 'accepted';
    } catch (error) {
      if (error instanceof UperError) return 'refused';
      throw error;
    }
  },
};

/** Every message of both standards, as far as it can be opened without a key. */
function openAnySpdu(bytes: Uint8Array): unknown {
  const opened: unknown[] = [];
  const attempt = (open: () => unknown): void => {
    try {
      opened.push(open());
    } catch (error) {
      if (!(error instanceof CoerError)) throw error;
    }
  };
  for (const form of Object.values(ccsaSpdus.forms)) attempt(() => openSpdu(ccsaSpdus, form, bytes));
  for (const form of Object.values(ieeeSpdus.forms)) attempt(() => openSpdu(ieeeSpdus, form, bytes));
  return opened[0];
}

/** The moment of the world in which lists and messages are judged, and its seed: the corpus is of the same. */
export const FUZZ_AT_MILLIS = Date.UTC(2026, 10, 21, 8);
export const FUZZ_SEED = 1;
export const fuzzHouse = (): House => new House(ccsa, FUZZ_AT_MILLIS, diceOf(FUZZ_SEED));
export const BUNDLE_ITEMS = 2;

/** What the bundle of the corpus is expected to be. */
async function expectedBundle(house: House): Promise<ExpectedBundle> {
  const { content } = decode(
    ScmsPdu,
    unsecuredBytes(decode(V2XSecData, (await raEeInfo(house)).bytes)) ?? new Uint8Array(),
  );
  if (content.kind !== 'ee-ra' || content.value.kind !== 'raEeCertInfo') throw new Error('the sample is no .info file');
  const requestHash = new Uint8Array(32);
  requestHash.set(content.value.value.requestHash, 24);
  return { i: house.i, jMax: BUNDLE_ITEMS, requestHash, profile: ccsa };
}

/** A car in Beijing that drives east and is about to turn left. */
const HOST: OwnState = {
  origin: { latitudeDegrees: 39.908823, longitudeDegrees: 116.39747 },
  eastMetres: 0,
  northMetres: 0,
  headingDegrees: 90,
  speedMetresPerSecond: 12,
  acceleration: 0,
  lengthMetres: 4.6,
  widthMetres: 1.8,
  isTurningLeft: true,
  isTurningRight: false,
};

function judgeAsHost(frame: KnownFrame): void {
  const awareness = new Awareness();
  awareness.take('fuzz', frame, FUZZ_AT_MILLIS);
  const heard = awareness.heard(HOST, FUZZ_AT_MILLIS + 50);
  for (const judge of Object.values(APPLICATIONS)) judge(HOST, heard);
}

/** Readers that judge: every signature counts as good, so that a mutation comes further than any forger. */
async function judgingTargets(): Promise<Target[]> {
  const house = fuzzHouse();
  const [trcla, root] = await Promise.all([house.member('trcla'), house.member('root')]);
  const [pc, identity] = await Promise.all([house.member('pc'), house.member('identity')]);

  const bundle = await expectedBundle(house);
  const anySignature = (): boolean => true;
  const trust = new TrustStore(certificateFromBytes(trcla.certificate.bytes), anySignature);
  trust.takeTrcl((await trcl(house)).bytes, FUZZ_AT_MILLIS);
  trust.takeTdcl((await tdcl(house)).bytes, FUZZ_AT_MILLIS);
  const revocation: RevocationCheck = { check: () => 'good' };
  const earRules = { profile: ccsa, trust, revocation, verify: anySignature };
  return [
    verify(root.certificate, (await tdcl(house)).bytes),
    quiet('take-trcl', (bytes) => verifyRootCtl(bytes, trcla.certificate, FUZZ_AT_MILLIS, anySignature)),
    quiet('take-tdcl', (bytes) => verifyPkiCtl(bytes, root.certificate, FUZZ_AT_MILLIS, anySignature)),
    quiet('take-crl', (bytes) => {
      const store = new RevocationStore(trust, ccsa, anySignature);
      const contents = store.takeCrl(bytes, FUZZ_AT_MILLIS);
      store.check(pc.certificate, FUZZ_AT_MILLIS);
      return contents;
    }),
    quiet('take-ca-crl', (bytes) => verifyCaCrl(bytes, root.certificate, FUZZ_AT_MILLIS, anySignature)),
    quiet('take-succession', (bytes) =>
      verifySuccession(bytes, { root: root.certificate, successor: trcla.certificate }, FUZZ_AT_MILLIS, anySignature),
    ),
    quiet('receive-spdu', (bytes) => {
      const here = { latitude: 399_088_230, longitude: 1_163_974_700, country: CHINA };
      const heard = new Receiver(earRules).receive(bytes, FUZZ_AT_MILLIS, here);
      // What was believed is judged by the applications of a car: nothing of it may throw.
      if (heard.kind === 'accepted') judgeAsHost(heard.frame);
      return heard;
    }),
    {
      name: 'open-sealed',
      judge: async (bytes) => {
        const unwrap: Unwrap = (wrapped) => Promise.resolve(sm2Unwrap(identity.encryptionKey as Uint8Array, wrapped));
        const opened = await openSealed(bytes, hashedId8(identity.certificate), unwrap, ccsa);
        return opened === undefined ? 'refused' : 'accepted';
      },
    },
    quiet('unzip-bundle', (bytes) => {
      const answer = readBundle(bytes, bundle);
      return Array.isArray(answer) ? answer.length : answer;
    }),
  ];
}

const readers: readonly Target[] = [
  inspect,
  lint,
  messageFrame,
  coer('open-spdu', openAnySpdu),
  coer('bits-of', (bytes) => bitsOf(bytes)),
  coer('report-content', (bytes) => reportContent(decode(EtsiTs103759Mbr, bytes).report)),
  coer('full-ieee-ctl', (bytes) => fullIeeeCtl(decode(MultiSignedCtl, bytes))),
  quiet('signed-request', asSignedRequest),
  quiet('authority-request', (bytes) => openAuthorityRequest(bytes, ccsa)),
];

/** All of them, by names of their own. */
export async function fuzzTargets(): Promise<Target[]> {
  const codecs = {
    ...Object.fromEntries(detectableTypes.map(({ name, codec }) => [name, codec])),
    ...OTHER_CODECS,
    ...lineBodies,
  };
  return [
    ...Object.entries(codecs).map(([name, codec]) => codecTarget(name, codec)),
    ...readers,
    ...(await judgingTargets()),
  ];
}
