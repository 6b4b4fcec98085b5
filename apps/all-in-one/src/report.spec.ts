import { emptyReport, laterShortcomings, shortcomings, summary, type Report } from './report.js';

/** What a whole life of eight cars and three weeks comes to. */
function wholeLife(): Report {
  return {
    vehicles: 8,
    enrolled: 8,
    pseudonymCertificates: { requested: 480, issued: 480, downloaded: 480, keysRebuilt: 480 },
    spdu: { signed: 100, accepted: 400, refused: { revoked: 3 } },
    crossDomain: { beforeTrustList: { accepted: 0, refused: 7 }, afterTrustList: { accepted: 90, refused: 0 } },
    roadsideUnits: { certificates: 2, acceptedInside: 16, refusedOutside: 16 },
    specialVehicles: { certificates: 2, emergenciesAccepted: 16, impostorsRefused: 14 },
    misbehaviour: { reports: 5, cases: 1, revokedDevices: 1 },
    revocation: {
      crlEntries: 1,
      acceptedAfter: 0,
      refusedAfter: 3,
      othersAccepted: 50,
      earlierWeeksChecked: 20,
      earlierWeeksLinkable: 0,
      laterCertificatesMatched: 40,
    },
    log: { entries: 40, headSigned: '2026-11-21T08:00:00.000Z' },
    seconds: { setUp: 1, enrol: 1, provision: 1, drive: 1, revoke: 1 },
  };
}

type Bend = (report: Report) => void;

describe('the verdict on a life', () => {
  it.each<[string, Bend]>([
    ['a car did not enrol', (report) => (report.enrolled = 7)],
    ['fewer certificates were asked for', (report) => (report.pseudonymCertificates.requested = 479)],
    ['fewer certificates were issued', (report) => (report.pseudonymCertificates.issued = 479)],
    ['a certificate was issued twice', (report) => (report.pseudonymCertificates.issued = 481)],
    ['fewer certificates were downloaded', (report) => (report.pseudonymCertificates.downloaded = 479)],
    ['a private key did not fit', (report) => (report.pseudonymCertificates.keysRebuilt = 479)],
    ['no message was accepted', (report) => (report.spdu.accepted = 0)],
    ['brand B was accepted before the lists', (report) => (report.crossDomain.beforeTrustList.accepted = 1)],
    ['brand B was not heard before the lists', (report) => (report.crossDomain.beforeTrustList.refused = 0)],
    ['brand B was not accepted after the lists', (report) => (report.crossDomain.afterTrustList.accepted = 0)],
    ['brand B was refused after the lists', (report) => (report.crossDomain.afterTrustList.refused = 1)],
    ['a roadside unit got no certificate', (report) => (report.roadsideUnits.certificates = 1)],
    ['a roadside unit was not believed', (report) => (report.roadsideUnits.acceptedInside = 15)],
    ['a roadside unit was believed elsewhere', (report) => (report.roadsideUnits.refusedOutside = 15)],
    ['a special vehicle got no certificate', (report) => (report.specialVehicles.certificates = 1)],
    ['a special vehicle was not believed', (report) => (report.specialVehicles.emergenciesAccepted = 15)],
    ['an impostor was believed', (report) => (report.specialVehicles.impostorsRefused = 13)],
    ['the log is empty', (report) => (report.log.entries = 0)],
    ['nobody reported', (report) => (report.misbehaviour.reports = 0)],
    ['no case was opened', (report) => (report.misbehaviour.cases = 0)],
    ['nobody was revoked', (report) => (report.misbehaviour.revokedDevices = 0)],
    ['two were revoked', (report) => (report.misbehaviour.revokedDevices = 2)],
    ['the CRL is empty', (report) => (report.revocation.crlEntries = 0)],
    ['the revoked car was accepted', (report) => (report.revocation.acceptedAfter = 1)],
    ['the revoked car was not heard', (report) => (report.revocation.refusedAfter = 0)],
    ['the others were not accepted', (report) => (report.revocation.othersAccepted = 0)],
    ['no earlier week was checked', (report) => (report.revocation.earlierWeeksChecked = 0)],
    ['an earlier week can be linked', (report) => (report.revocation.earlierWeeksLinkable = 1)],
    ['the CRL matches nothing', (report) => (report.revocation.laterCertificatesMatched = 0)],
  ])('says so when %s', (_, bend) => {
    const report = wholeLife();
    bend(report);
    expect(shortcomings(report, 20, 3).length).toBeGreaterThan(0);
  });

  it('has nothing to say of a whole life', () => {
    expect(shortcomings(wholeLife(), 20, 3)).toEqual([]);
    expect(laterShortcomings(wholeLife())).toEqual([]);
  });

  it.each<[string, Bend]>([
    ['a car is not enrolled any more', (report) => (report.enrolled = 7)],
    [
      'no car got certificates',
      (report) => Object.assign(report.pseudonymCertificates, { downloaded: 0, keysRebuilt: 0 }),
    ],
    ['a private key did not fit', (report) => (report.pseudonymCertificates.keysRebuilt = 479)],
    ['no message was accepted', (report) => (report.spdu.accepted = 0)],
    ['the revoked car was accepted', (report) => (report.revocation.acceptedAfter = 1)],
  ])('says so of a later start when %s', (_, bend) => {
    const report = wholeLife();
    bend(report);
    expect(laterShortcomings(report)).toHaveLength(1);
  });

  it('does not speak of what did not take place', () => {
    expect(summary(wholeLife()).join('\n')).toContain('brand B at A');
    expect(summary(emptyReport()).join('\n')).not.toMatch(/brand B at A|roadside|special|misbehaviour|earlier weeks/);
  });
});
