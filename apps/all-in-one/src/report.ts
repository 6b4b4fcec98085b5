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
  /** Application certificates, and what the cars made of messages signed with them. */
  roadsideUnits: { certificates: number; acceptedInside: number; refusedOutside: number };
  /** Identity certificates; an impostor claims an emergency under a pseudonym. */
  specialVehicles: { certificates: number; emergenciesAccepted: number; impostorsRefused: number };
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
  /** Entries of the transparency log at the end, and when its head was signed; ISO 8601, scenario time. */
  log: { entries: number; headSigned: string };
  seconds: { setUp: number; enrol: number; provision: number; drive: number; revoke: number };
}

export function emptyReport(): Report {
  return {
    vehicles: 0,
    enrolled: 0,
    pseudonymCertificates: { requested: 0, issued: 0, downloaded: 0, keysRebuilt: 0 },
    spdu: { signed: 0, accepted: 0, refused: {} },
    crossDomain: { beforeTrustList: { accepted: 0, refused: 0 }, afterTrustList: { accepted: 0, refused: 0 } },
    roadsideUnits: { certificates: 0, acceptedInside: 0, refusedOutside: 0 },
    specialVehicles: { certificates: 0, emergenciesAccepted: 0, impostorsRefused: 0 },
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
    log: { entries: 0, headSigned: '' },
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
    ...unitRules(report),
    [report.log.entries > 0, 'the log of certificates, lists and CRLs is empty'],
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

/** One roadside unit and one special vehicle of each of two domains, heard by every car. */
function unitRules({ vehicles, roadsideUnits: units, specialVehicles: special }: Report): [boolean, string][] {
  const heard = 2 * vehicles;
  const lies = 2 * (vehicles - 1);
  return [
    [units.certificates === 2, `${units.certificates} of 2 roadside units have an application certificate`],
    [
      units.acceptedInside === heard,
      `a roadside unit was accepted by ${units.acceptedInside} of ${heard} in its region`,
    ],
    [
      units.refusedOutside === heard,
      `a roadside unit was refused by ${units.refusedOutside} of ${heard} outside its region`,
    ],
    [special.certificates === 2, `${special.certificates} of 2 special vehicles have an identity certificate`],
    [
      special.emergenciesAccepted === heard,
      `an emergency of a special vehicle was accepted by ${special.emergenciesAccepted} of ${heard}`,
    ],
    [
      special.impostorsRefused === lies,
      `an emergency that an ordinary car claimed was refused by ${special.impostorsRefused} of ${lies}`,
    ],
  ];
}

/** What the numbers of a later start must say. The revoked car gets no more certificates, so it may have nothing to send. */
function laterRules(report: Report): [boolean, string][] {
  const { pseudonymCertificates: certificates, revocation, spdu } = report;
  return [
    [report.enrolled === report.vehicles, `${report.enrolled} of ${report.vehicles} cars are enrolled`],
    [certificates.downloaded > 0, 'no car got certificates for the next week'],
    [
      certificates.keysRebuilt === certificates.downloaded,
      `${certificates.keysRebuilt} of ${certificates.downloaded} private keys fit their certificates`,
    ],
    [spdu.accepted > 0, 'no message was accepted'],
    [report.log.entries > 0, 'the log of certificates, lists and CRLs is empty'],
    [revocation.acceptedAfter === 0, `${revocation.acceptedAfter} messages of the revoked car were accepted`],
  ];
}

const broken = (rules: [boolean, string][]): string[] =>
  rules.filter(([holds]) => !holds).map(([, sentence]) => sentence);

/** What did not happen as it must, in sentences; empty after a whole life. */
export const shortcomings = (report: Report, perWeek: number, weeks: number): string[] =>
  broken(rules(report, perWeek, weeks));
export const laterShortcomings = (report: Report): string[] => broken(laterRules(report));

const number = (value: number): string => value.toLocaleString('en-US');

/** The summary a person reads; what did not take place in this start is not spoken of. */
export function summary(report: Report): string[] {
  return [
    ...certificatesAndMessages(report),
    ...meetingOfBrands(report),
    ...certifiedUnits(report),
    ...misbehaviourAndRevocation(report),
    ...transparency(report),
    ...time(report),
  ];
}

function certificatesAndMessages({ enrolled, vehicles, pseudonymCertificates: certificates, spdu }: Report): string[] {
  const refusals = Object.entries(spdu.refused).sort(([, a], [, b]) => b - a);
  const refused = refusals.reduce((sum, [, value]) => sum + value, 0);
  return [
    `  cars           ${enrolled} of ${vehicles} enrolled (注册), two brands under one root`,
    `  certificates   ${number(certificates.issued)} issued, ${number(certificates.downloaded)} downloaded, ${number(certificates.keysRebuilt)} private keys rebuilt (假名证书)`,
    `  messages       ${number(spdu.signed)} signed; ${number(spdu.accepted)} accepted, ${number(refused)} refused`,
    ...refusals.map(([reason, value]) => `                   ${number(value).padStart(7)}  ${reason}`),
  ];
}

function meetingOfBrands({ crossDomain: { beforeTrustList: before, afterTrustList: after } }: Report): string[] {
  if (before.refused + after.accepted === 0) return [];
  return [
    `  brand B at A   before the lists: ${before.accepted} accepted, ${number(before.refused)} refused; after: ${number(after.accepted)} accepted, ${after.refused} refused`,
  ];
}

function certifiedUnits({ roadsideUnits: units, specialVehicles: special }: Report): string[] {
  if (units.certificates + special.certificates === 0) return [];
  return [
    `  roadside       ${units.certificates} application certificates (应用证书); in their region: ${units.acceptedInside} accepted, outside: ${units.refusedOutside} refused`,
    `  special        ${special.certificates} identity certificates (身份证书); emergencies: ${special.emergenciesAccepted} accepted, ${special.impostorsRefused} of an impostor refused`,
  ];
}

function misbehaviourAndRevocation({ misbehaviour, revocation }: Report): string[] {
  const { reports, cases, revokedDevices } = misbehaviour;
  const decided = `  misbehaviour   ${reports} reports, ${cases} case${cases === 1 ? '' : 's'}, ${revokedDevices} device revoked by two operators (撤销)`;
  const matched = `                 its later certificates matched: ${revocation.laterCertificatesMatched}; of earlier weeks linkable: ${revocation.earlierWeeksLinkable} of ${revocation.earlierWeeksChecked}`;
  return [
    ...(reports > 0 ? [decided] : []),
    `  after the CRL  revoked car: ${revocation.acceptedAfter} accepted, ${number(revocation.refusedAfter)} refused; others: ${number(revocation.othersAccepted)} accepted`,
    ...(revocation.earlierWeeksChecked > 0 ? [matched] : []),
  ];
}

/** The devices demand the proof, so that whatever they took stands in it. */
function transparency({ log }: Report): string[] {
  if (log.entries === 0) return [];
  return [
    `  log            ${log.entries} certificates, lists and CRLs, head of ${log.headSigned}; devices took none without proof (透明日志)`,
  ];
}

function time({ seconds }: Report): string[] {
  const total = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  const phases = Object.entries(seconds).filter(([, value]) => value > 0);
  return [
    `  time           ${total.toFixed(0)} s: ${phases.map(([phase, value]) => `${phase} ${value.toFixed(1)}`).join(', ')}`,
  ];
}
