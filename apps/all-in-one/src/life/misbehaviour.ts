/** Week two: one car lies about its place; the others notice, report, and after two operators' approval refuse it. */
import { CRL_PATH } from '#edges/ee-lists/paths.js';
import { MA_OPERATOR, type CaseView, type MaOperator } from '#apps/ma/src/ma.authority.js';
import { createRoadRandom } from '#apps/device/src/road/road-random.js';
import type { Brand } from '#apps/device/src/road/road.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { addSignature, type Approval } from '#credentials/approval.js';
import { certificateFromBytes, hashedId8 } from '#credentials/certificate-facts.js';
import { verifyCrl } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import type { CrlContents } from '#wire/crl.js';
import { DOMAINS } from '../role-table.js';
import type { Heard } from './drive.js';
import { domainOf, required } from './fleet.js';
import { revocationFacts } from './revocation-facts.js';
import { timed } from './stopwatch.js';
import { until } from './wait.js';
import { driveWindow, type Life } from './weeks.js';

/** Six seconds of lies. */
const LIE_TICKS = 60;
/** After the CRL: three seconds. */
const AFTER_TICKS = 30;
const PATIENCE_MILLIS = 90_000;

/** A car with witnesses of both brands in range, chosen by the seed. */
function chooseLiar({ fleet, road, seed }: Life): number {
  const random = createRoadRandom(seed, 77);
  const candidates = fleet.cars.filter(({ index }) => {
    const brands = new Set<Brand>(road.neighbours(index).map((neighbour) => fleet.car(neighbour).brand));
    return brands.size === 2 && road.neighbours(index).length >= 4;
  });
  const chosen = candidates[Math.floor(random() * candidates.length)] ?? fleet.cars[0];
  if (chosen === undefined) throw new Error('there is no car that could lie');
  return chosen.index;
}

export async function exposeTheLiar(life: Life): Promise<void> {
  const { report } = life;
  const liar = chooseLiar(life);
  life.liar = liar;
  await timed(report, 'drive', () =>
    driveWindow(life, {
      name: `week 2: car ${liar} lies about its place`,
      ticks: LIE_TICKS,
      rotate: false,
      lie: { car: liar, kind: 'random-offset' },
    }),
  );
  await timed(report, 'revoke', async () => {
    await handInReports(life);
    const accused = await decide(life);
    await approveAndResolve(life, accused);
    life.house.noteRevoked(accused.domain);
    await spreadTheCrl(life);
  });
  await timed(report, 'drive', () =>
    watchTheRevoked(life, 'week 2: the CRL is out', AFTER_TICKS, { car: liar, kind: 'random-offset' }),
  );
  await judgePublishedCrl(life);
}

/** Each witness hands its report to its own PRA, which carries it unread to its own MA. */
async function handInReports({ fleet, progress, report }: Life): Promise<void> {
  const witnesses = fleet.cars.filter(({ vehicle }) => vehicle.reportsDue > 0);
  const brands = new Set(witnesses.map(({ brand }) => brand));
  if (brands.size < 2) throw new Error(`the lie was noticed by ${witnesses.length} cars, not of both brands`);
  await progress.step(`${witnesses.length} cars of both brands report (异常行为报告)`, (count) =>
    fleet.each(witnesses, count, async ({ vehicle }) => {
      const taken = await vehicle.sendReports();
      report.misbehaviour.reports += taken;
    }),
  );
}

interface Accused {
  readonly domain: (typeof DOMAINS)[number];
  readonly view: CaseView;
}

const operatorOf = ({ house }: Life, domain: Accused['domain']): MaOperator =>
  house.operatorOf<MaOperator>(`${domain}-ma`, MA_OPERATOR);

/** Waits until the MA of the liar's domain has judged the evidence and asks for approval. */
async function decide(life: Life): Promise<Accused> {
  const { progress, report, ended, fleet } = life;
  const domain = domainOf(fleet.car(life.liar ?? 0).brand);
  const view = await progress.step('the MA of the accused domain judges the evidence (异常行为分析)', () =>
    until(async () => (await operatorOf(life, domain).cases()).find(({ state }) => state === 'PENDING_APPROVAL'), {
      patienceMillis: PATIENCE_MILLIS,
      missing: () => 'the MA did not come to a decision',
      ended,
    }),
  );
  for (const each of DOMAINS) report.misbehaviour.cases += (await operatorOf(life, each).cases()).length;
  return { domain, view };
}

/** The scenario plays two people with keys of their own; without both signatures nobody answers the MA. */
async function approveAndResolve(life: Life, { domain, view }: Accused): Promise<void> {
  const { house, progress, ended, report } = life;
  const ma = operatorOf(life, domain);
  await progress.step('two operators approve; PCA, PRA and LAs resolve; the CRA signs (双人审批, 撤销)', async () => {
    const prepared = required(await ma.prepare(view.caseId), 'the preparation of the approvals');
    const signed: Approval[] = [];
    for (const approval of prepared) {
      let both = approval;
      for (const operator of house.operators) both = await addSignature(both, operator);
      signed.push(both);
    }
    required(await ma.submit(view.caseId, signed), 'the approvals');
    required(await ma.resolve(view.caseId), 'the resolution of the case');
    await until(async () => stateOf(await ma.cases(), view), {
      patienceMillis: PATIENCE_MILLIS,
      missing: () => 'the case was not resolved',
      ended,
    });
  });
  for (const each of DOMAINS)
    report.misbehaviour.revokedDevices += (await operatorOf(life, each).cases()).filter(
      ({ state }) => state === 'REVOKED',
    ).length;
}

/** The case once it is revoked; throws its reason when an authority refused. */
function stateOf(cases: readonly CaseView[], { caseId }: CaseView): CaseView | undefined {
  const now = cases.find((one) => Buffer.compare(one.caseId, caseId) === 0);
  if (now?.state === 'REFUSED') throw new Error(`the case was refused: ${now.reason ?? ''}`);
  return now?.state === 'REVOKED' ? now : undefined;
}

async function spreadTheCrl({ fleet, progress }: Life): Promise<void> {
  await progress.step('every car fetches the CRL (证书撤销列表)', () => fleet.refreshLists());
}

/** Holds the published CRL against every certificate that the revoked car ever stored. */
export async function judgePublishedCrl(life: Life): Promise<void> {
  if (life.liar === undefined) return;
  const contents = await publishedCrl(life);
  const certificates = [...(await life.fleet.car(life.liar).vehicle.storedCertificates()).values()].flat();
  Object.assign(life.report.revocation, revocationFacts(contents, certificates));
}

/** The CRL of the liar's domain, fetched and checked as anybody would. */
async function publishedCrl({ house, fleet, liar }: Life): Promise<CrlContents> {
  const domain = domainOf(fleet.car(liar ?? 0).brand);
  const { url, instance } = house.placedAt(`${domain}-cra`);
  const craca = Buffer.from(hashedId8(certificateFromBytes(await house.certificateBytes(instance)))).toString('hex');
  const response = await fetch(`${url}${CRL_PATH}?craca=${craca}&crlSeries=${CRL_SERIES}`);
  if (!response.ok) throw new Error(`the CRA answered ${response.status}`);
  const { trust } = fleet.car(0).vehicle;
  return required(
    verifyCrl(new Uint8Array(await response.arrayBuffer()), trust, house.clock.nowMillis(), ccsa),
    'the published CRL',
  );
}

/** Drives on with the revoked car on the road, and counts what the others make of it. */
export async function watchTheRevoked(
  life: Life,
  name: string,
  ticks: number,
  lie?: { car: number; kind: 'random-offset' },
): Promise<void> {
  const { revocation } = life.report;
  const heard = ({ sender, verdict }: Heard): void => {
    const accepted = verdict.kind === 'accepted';
    if (sender !== life.liar) revocation.othersAccepted += Number(accepted);
    else if (accepted) revocation.acceptedAfter++;
    else revocation.refusedAfter++;
  };
  await driveWindow(life, { name, ticks, rotate: ticks >= AFTER_TICKS, heard, ...(lie ? { lie } : {}) });
}
