/**
 * Looks at one report: opens it, judges reporter and evidence, and either adds to a case of this domain or owes the evidence
 * to the MA of another. Whatever comes out, what the report told of its reporter is erased in the same step.
 */
import { decode, encode, tryDecode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import { certificateHash, hashedId8 } from '#credentials/certificate-facts.js';
import type { Clock } from '#credentials/clock.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import type { ListedAuthority } from '#credentials/trust-store.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import type { LineIdentity } from '#edge/line-identity.js';
import type { Peer } from '#edge/call-line.js';
import { PassedEvidence } from '#edges/ma-ma/evidence.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { Log } from '#service/log.js';
import { MisbehaviourReport } from '#wire/misbehaviour-report.js';
import type { Certificate } from '#wire/secured-data.js';
import { domainOf, handleFor, withoutReporter } from '../domain/accused-domain.js';
import { isOwnMessage, verifyEvidence, type Evidence } from '../domain/evidence.js';
import type { ReportRefusal } from '../domain/refusal.js';
import { openReport, waiting, type Waiting } from '../domain/reporter.js';
import { weighEvidence } from '../domain/strength.js';
import type { MaSettings } from '../ma.config.js';
import type { CaseStore } from '../store/case.store.js';
import type { ReceivedReport, ReportStore, SeenContent } from '../store/report.store.js';
import type { RevocationLists } from './revocation-lists.js';

const DAY_MILLIS = 86_400_000;
/** Label of the secret that seals evidence, and of the one that makes handles for other MAs. */
export const EVIDENCE = 'evidence';
const HANDLES = 'handles';

export interface LookNeeds {
  readonly identity: LineIdentity;
  readonly device: CryptoDevice;
  readonly clock: Clock;
  readonly verify: VerifySignature;
  readonly settings: MaSettings;
  readonly reports: ReportStore;
  readonly cases: CaseStore;
  readonly lists: RevocationLists;
  readonly log: Log;
}

export type Looked = 'counted' | 'unconfirmed' | 'taken' | 'passed-on' | Waiting | Refused<ReportRefusal>;

interface Opened {
  readonly report: MisbehaviourReport;
  /** Known for reports of our own devices only. */
  readonly reporter: Certificate | undefined;
}

/** Ends the report in the store, unless it has to wait for a revocation list. */
export async function lookAtReport(received: ReceivedReport, needs: LookNeeds): Promise<Looked> {
  const looked = await look(received, needs);
  if (isRefused(looked)) await needs.reports.end(received.receipt, { state: 'refused', reason: looked.reason });
  return looked;
}

async function look(received: ReceivedReport, needs: LookNeeds): Promise<Looked> {
  const { identity, clock, settings, verify } = needs;
  const nowMillis = clock.nowMillis();
  const self = identity.trust.authority(hashedId8(identity.signer.certificate), nowMillis);
  // Without current lists nobody can be judged.
  if (isRefused(self)) return waiting;
  const opened = await open(received, self, needs);
  if (isRefused(opened) || !('report' in opened)) return opened;
  const { report, reporter } = opened;
  const { trust, profile } = identity;
  const { reportWindowDays } = settings;
  const evidence = verifyEvidence(report, { trust, profile, verify, nowMillis, reportWindowDays });
  if (isRefused(evidence)) return evidence;
  if (reporter && isOwnMessage(reporter, evidence.accused.certificate)) return refused('evidence-is-own');
  const domain = domainOf(evidence.issuer, report.report.aid, { trust, profile, self, nowMillis });
  if (isRefused(domain)) return domain;
  if (domain === 'own') return count(received, report, evidence, needs);
  if (received.origin === 'passed') return refused('accused-of-another-domain');
  return passOn(received, report, domain, needs);
}

async function open(
  received: ReceivedReport,
  self: ListedAuthority,
  needs: LookNeeds,
): Promise<Opened | Waiting | Refused<ReportRefusal>> {
  const { identity, settings, verify, clock, lists } = needs;
  if (received.origin === 'passed') return openPassed(received, needs);
  const { reportWindowDays, maximumReportBytes } = settings;
  return openReport(received.sealed, {
    profile: identity.profile,
    trust: identity.trust,
    self,
    opener: identity,
    verify,
    nowMillis: clock.nowMillis(),
    reportWindowDays,
    maximumReportBytes,
    standing: (certificate) => lists.standing(certificate),
  });
}

/** The passing MA has judged its reporter; who that was is not for us to know. */
async function openPassed(received: ReceivedReport, { device }: LookNeeds): Promise<Opened | Refused<ReportRefusal>> {
  const bytes = await device.open(EVIDENCE, received.sealed);
  if (bytes === undefined) throw new Error('evidence at rest does not open');
  const report = tryDecode(MisbehaviourReport, bytes);
  return report.ok ? { report: report.value, reporter: undefined } : refused('report-malformed');
}

/** The same content of the same handle, signed or sealed anew, is the same report. Two who heard the same are two. */
function seenContent(report: MisbehaviourReport, handle: Uint8Array, needs: LookNeeds): SeenContent {
  return {
    hash: sm3(handle, encode(MisbehaviourReport, report)),
    eraseMillis: needs.clock.nowMillis() + (needs.settings.reportWindowDays + 1) * DAY_MILLIS,
  };
}

/** Nothing can be added to a case once certificate and window are over twice; then evidence stays as after an end. */
const eraseMillisOf = (nowMillis: number, { reportWindowDays, evidenceDays }: MaSettings): number =>
  nowMillis + (2 * (reportWindowDays + 1) + evidenceDays) * DAY_MILLIS;

async function count(
  received: ReceivedReport,
  report: MisbehaviourReport,
  { accused, messages, content }: Evidence,
  needs: LookNeeds,
): Promise<Looked> {
  const standing = await needs.lists.standing(accused.certificate);
  if (standing === 'revoked') return refused('accused-revoked');
  const finding = weighEvidence(messages, accused.certificate, needs.identity.profile);
  if (isRefused(finding)) return finding;
  const { receipt, handle, week, bucket } = received;
  const nowMillis = needs.clock.nowMillis();
  const outcome = await needs.cases.observe(
    {
      ...{ receipt, handle, week, bucket, finding },
      content: seenContent(report, handle, needs),
      accused: { ...accused, certificateHash: certificateHash(accused.certificate) },
      evidence: await needs.device.seal(EVIDENCE, content),
    },
    {
      random: needs.identity.random,
      minimumReporters: needs.settings.minimumReporters,
      nowMillis,
      eraseMillis: eraseMillisOf(nowMillis, needs.settings),
    },
  );
  return outcome === 'duplicate' ? refused('report-duplicate') : outcome;
}

async function passOn(
  received: ReceivedReport,
  report: MisbehaviourReport,
  peer: Peer,
  needs: LookNeeds,
): Promise<Looked> {
  const { receipt, handle, week, bucket } = received;
  const secret = await needs.device.derive(HANDLES, new TextEncoder().encode('passed evidence'));
  const passed = encode(PassedEvidence, {
    handle: handleFor(secret, handle, week, peer.hostname),
    week,
    bucket: bucket as PassedEvidence['bucket'],
    report: encode(MisbehaviourReport, withoutReporter(report)),
  });
  const passing = { hash: sm3(passed), peer, sealed: await needs.device.seal(EVIDENCE, passed) };
  const done = await needs.reports.owePassing(receipt, seenContent(report, handle, needs), passing);
  return done === 'duplicate' ? refused('report-duplicate') : 'passed-on';
}

export const openPassing = async (device: CryptoDevice, sealed: Uint8Array): Promise<PassedEvidence> => {
  const bytes = await device.open(EVIDENCE, sealed);
  if (bytes === undefined) throw new Error('evidence to pass on does not open');
  return decode(PassedEvidence, bytes);
};
