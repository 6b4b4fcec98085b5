/** What a life came to: counted where it happened, written as JSON, judged in sentences. */

export interface Report {
  vehicles: number;
  enrolled: number;
  pseudonymCertificates: { requested: number; issued: number; downloaded: number; keysRebuilt: number };
  spdu: { signed: number; accepted: number; refused: Record<string, number> };
  crossDomain: {
    beforeTrustList: { accepted: number; refused: number };
    afterTrustList: { accepted: number; refused: number };
  };
  misbehaviour: { reports: number; cases: number; revokedDevices: number };
  revocation: {
    crlEntries: number;
    acceptedAfter: number;
    refusedAfter: number;
    othersAccepted: number;
    earlierWeeksChecked: number;
    earlierWeeksLinkable: number;
    laterCertificatesMatched: number;
  };
  seconds: { setUp: number; enrol: number; provision: number; drive: number; revoke: number };
}

export function emptyReport(): Report {
  return {
    vehicles: 0,
    enrolled: 0,
    pseudonymCertificates: { requested: 0, issued: 0, downloaded: 0, keysRebuilt: 0 },
    spdu: { signed: 0, accepted: 0, refused: {} },
    crossDomain: { beforeTrustList: { accepted: 0, refused: 0 }, afterTrustList: { accepted: 0, refused: 0 } },
    misbehaviour: { reports: 0, cases: 0, revokedDevices: 0 },
    revocation: {
      crlEntries: 0,
      acceptedAfter: 0,
      refusedAfter: 0,
      othersAccepted: 0,
      earlierWeeksChecked: 0,
      earlierWeeksLinkable: 0,
      laterCertificatesMatched: 0,
    },
    seconds: { setUp: 0, enrol: 0, provision: 0, drive: 0, revoke: 0 },
  };
}

/** What the numbers of a run must say for it to have been a whole life; each rule with the sentence for when it is broken. */
function rules(report: Report, perWeek: number, weeks: number): [boolean, string][] {
  const { pseudonymCertificates: certificates, crossDomain, misbehaviour, revocation, spdu } = report;
  const due = report.vehicles * perWeek * weeks;
  return [
    [report.enrolled === report.vehicles, `${report.enrolled} of ${report.vehicles} cars enrolled`],
    [certificates.requested === due, `${certificates.requested} certificates were asked for where ${due} were due`],
    [certificates.issued === due, `${certificates.issued} of ${due} certificates were issued`],
    [certificates.downloaded === due, `${certificates.downloaded} of ${due} certificates were downloaded`],
    [
      certificates.keysRebuilt === certificates.downloaded,
      `${certificates.keysRebuilt} of ${certificates.downloaded} private keys fit their certificates`,
    ],
    [spdu.signed > 0 && spdu.accepted > 0, 'no message was accepted'],
    [
      crossDomain.beforeTrustList.accepted === 0,
      `${crossDomain.beforeTrustList.accepted} messages of brand B were accepted before the lists were synchronised`,
    ],
    [crossDomain.beforeTrustList.refused > 0, 'no message of brand B was refused before the lists were synchronised'],
    [crossDomain.afterTrustList.accepted > 0, 'no message of brand B was accepted after the lists were synchronised'],
    [
      crossDomain.afterTrustList.refused === 0,
      `${crossDomain.afterTrustList.refused} messages of brand B were refused after the lists were synchronised`,
    ],
    [misbehaviour.reports > 0, 'nobody reported the lying car'],
    [misbehaviour.cases > 0, 'the MA opened no case'],
    [misbehaviour.revokedDevices === 1, `${misbehaviour.revokedDevices} devices were revoked where one lied`],
    [revocation.crlEntries === 1, `the CRL holds ${revocation.crlEntries} entries where one is due`],
    [
      revocation.acceptedAfter === 0,
      `${revocation.acceptedAfter} messages of the revoked car were accepted after the CRL`,
    ],
    [revocation.refusedAfter > 0, 'no message of the revoked car was refused after the CRL'],
    [revocation.othersAccepted > 0, 'the other cars were not accepted any more after the CRL'],
    [revocation.earlierWeeksChecked > 0, 'no certificate of an earlier week could be checked'],
    [
      revocation.earlierWeeksLinkable === 0,
      `${revocation.earlierWeeksLinkable} certificates of earlier weeks can be linked by the CRL`,
    ],
    [revocation.laterCertificatesMatched > 0, 'the CRL matches none of the revoked car’s certificates'],
  ];
}

/** What did not happen as it must, in sentences; empty after a whole life. */
export const shortcomings = (report: Report, perWeek: number, weeks: number): string[] =>
  rules(report, perWeek, weeks)
    .filter(([holds]) => !holds)
    .map(([, sentence]) => sentence);

const number = (value: number): string => value.toLocaleString('en-US');

/** The summary a person reads. */
export function summary(report: Report): string[] {
  const { pseudonymCertificates: certificates, spdu, crossDomain, misbehaviour, revocation, seconds } = report;
  const refusals = Object.entries(spdu.refused).sort(([, a], [, b]) => b - a);
  const total = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  return [
    `  cars           ${report.enrolled} of ${report.vehicles} enrolled (注册), two brands under one root`,
    `  certificates   ${number(certificates.issued)} issued, ${number(certificates.downloaded)} downloaded, ${number(certificates.keysRebuilt)} private keys rebuilt (假名证书)`,
    `  messages       ${number(spdu.signed)} signed; ${number(spdu.accepted)} accepted, ${number(refusals.reduce((sum, [, value]) => sum + value, 0))} refused`,
    ...refusals.map(([reason, value]) => `                   ${number(value).padStart(7)}  ${reason}`),
    `  brand B at A   before the lists: ${crossDomain.beforeTrustList.accepted} accepted, ${number(crossDomain.beforeTrustList.refused)} refused; after: ${number(crossDomain.afterTrustList.accepted)} accepted, ${crossDomain.afterTrustList.refused} refused`,
    `  misbehaviour   ${misbehaviour.reports} reports, ${misbehaviour.cases} case${misbehaviour.cases === 1 ? '' : 's'}, ${misbehaviour.revokedDevices} device revoked by two operators (撤销)`,
    `  after the CRL  revoked car: ${revocation.acceptedAfter} accepted, ${number(revocation.refusedAfter)} refused; others: ${number(revocation.othersAccepted)} accepted`,
    `                 its later certificates matched: ${revocation.laterCertificatesMatched}; of earlier weeks linkable: ${revocation.earlierWeeksLinkable} of ${revocation.earlierWeeksChecked}`,
    `  time           ${total.toFixed(0)} s: ${Object.entries(seconds)
      .map(([phase, value]) => `${phase} ${value.toFixed(1)}`)
      .join(', ')}`,
  ];
}
