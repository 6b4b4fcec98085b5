/** The PRA between its devices and the MA: reports, and approved cases. */
import { decode, encode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { addSignature, approvalTarget, newApproval, type Approval } from '#credentials/approval.js';
import { PcaStatement, PraStatement } from '#credentials/case-statements.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { periodStartMillis } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { asSignedData, isSignedWith, signData, signedPayload } from '#credentials/signed-data.js';
import { callLine } from '#edge/call-line.js';
import { httpTransport } from '#edge/http-transport.js';
import { LineFailure } from '#edge/transport.js';
import { AUTHORIZATION_PATH, DOWNLOAD_HEADER, REPORT_FILENAME, REPORT_PATH } from '#edges/ee-pra/provisioning.js';
import { maPraInvestigation, type DeviceBlacklisted } from '#edges/ma-pra/investigation.js';
import { WORK } from '#service/authority-context.js';
import { time32FromMillis } from '#wire/time.js';
import {
  headerOf,
  requestContent,
  sealedTo,
  signedDownload,
  signedRequest,
  type TestDevice,
} from '../../apps/pra/src/device.fixture.js';
import {
  CURRENT,
  bench,
  pra,
  dataSource,
  host,
  queues,
  seen,
  mood,
  url,
  codeOf,
  devices,
  count,
  pooled,
  restartPra,
  batched,
  now,
  post,
  ask,
  fetchBundle,
  report,
  served,
  tick,
  standPra,
  type Asked,
} from './pra-house.fixture.js';

standPra();

describe('a misbehaviour report', () => {
  const body = (): Uint8Array => systemRandom.bytes(3000);

  it('RV1 reaches the MA unread, under a handle of the week and nothing else', async () => {
    const [one, two] = (await devices(2)) as [TestDevice, TestDevice];
    const bodies = [body(), body(), body()];
    for (const [n, bytes] of bodies.entries()) {
      expect((await report(n < 2 ? one : two, bytes)).status).toBe(202);
    }
    await queues.settled();
    expect(seen.reports.map(({ report: bytes }) => hex(bytes)).sort()).toEqual(bodies.map(hex).sort());
    expect(new Set(seen.reports.map(({ handle }) => hex(handle))).size).toBe(2);
    expect(seen.reports.every(({ week, bucket }) => week === CURRENT && bucket === 'medium')).toBe(true);
    expect(await count('report_outbox')).toBe(0);
  });

  it('RV1 waits for the end of its stretch, or for so many others, and then goes with them', async () => {
    await restartPra({ reportMixSeconds: 600, reportMixCount: 3 });
    const before = seen.reports.length;
    const [one, two] = (await devices(2)) as [TestDevice, TestDevice];
    for (const by of [one, two]) expect((await report(by, body())).status).toBe(202);
    await queues.settled();
    expect([seen.reports.length - before, await count('report_outbox')]).toEqual([0, 2]);
    expect((await report(one, body())).status).toBe(202);
    await queues.settled();
    expect([seen.reports.length - before, await count('report_outbox')]).toEqual([3, 0]);
    expect((await report(one, body())).status).toBe(202);
    bench.clock.advance(601_000);
    await tick();
    expect([seen.reports.length - before, await count('report_outbox')]).toEqual([4, 0]);
  });

  it('RV1 leaves no enrolment hash beside a report that waits', async () => {
    mood.ma = 'mute';
    const [one] = (await devices(1)) as [TestDevice];
    expect((await report(one, body())).status).toBe(202);
    await queues.settled();
    const [row] = await dataSource.query('SELECT * FROM report_outbox');
    expect(JSON.stringify(row)).not.toContain(hex(sm3(one.certificate.bytes)));
    expect(Object.keys(row).sort()).toEqual([
      'attempts',
      'bucket',
      'due_millis',
      'handle',
      'report',
      'report_id',
      'week',
    ]);
    delete mood.ma;
    bench.clock.advance(60_000);
    await tick();
    expect([seen.reports.length, await count('report_outbox')]).toEqual([1, 0]);
  });

  it('PR4 is taken once: the same upload again is the same, the header for another is refused', async () => {
    const [one] = (await devices(1)) as [TestDevice];
    const header = headerOf(sealedTo(await signedDownload(one.signer, REPORT_FILENAME, now()), pra.certificate));
    const bytes = body();
    const send = (content: Uint8Array): Promise<Response> => post(REPORT_PATH, content, { [DOWNLOAD_HEADER]: header });
    expect([(await send(bytes)).status, (await send(bytes)).status]).toEqual([202, 202]);
    expect(codeOf(await send(body()))).toEqual([400, '400-77']);
    await queues.settled();
    expect(seen.reports.length).toBe(1);
  });

  it('PR16 is bounded in size and in number, and asks who sends it', async () => {
    const [one, two] = (await devices(2)) as [TestDevice, TestDevice];
    expect(codeOf(await report(one, new Uint8Array(65_537)))).toEqual([413, '400-42']);
    expect(codeOf(await post(REPORT_PATH, body()))).toEqual([400, '400-42']);
    const download = headerOf(sealedTo(await signedDownload(one.signer, 'x.zip', now()), pra.certificate));
    expect(codeOf(await post(REPORT_PATH, body(), { [DOWNLOAD_HEADER]: download }))).toEqual([400, '400-42']);
    const statuses: number[] = [];
    for (let n = 0; n < 11; n++) statuses.push((await report(one, body())).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 202), 429]);
    expect((await report(two, body())).status).toBe(202);
    bench.clock.advance(60_000);
    expect((await report(one, body())).status).toBe(202);
  });
});

describe('an approved case', () => {
  const caseId = systemRandom.bytes(16);
  const target = approvalTarget(systemRandom.bytes(16), systemRandom.bytes(32));

  async function approval(signers: number, changes: { action?: string; target?: Uint8Array } = {}): Promise<Approval> {
    const scope = {
      caseId,
      action: 'blacklist',
      addressee: hashedId8(pra.certificate),
      target,
      nonce: systemRandom.bytes(16),
      expiry: time32FromMillis(now() + 3_600_000),
      ...changes,
    };
    let signed = newApproval(scope);
    for (const operator of bench.operators.slice(0, signers)) signed = await addSignature(signed, operator);
    return signed;
  }

  function statement(hash: Uint8Array, by = 'a-pca'): Promise<Uint8Array> {
    const value = { caseId, target, itemHash: hash, pra: pra.hostname };
    return signData(encode(PcaStatement, value), { psid: ccsa.aid.management }, bench.member(by).signer);
  }

  async function blacklist(
    signed: Approval,
    pcaStatement: Uint8Array,
    as = 'a-ma',
  ): Promise<DeviceBlacklisted | Refused> {
    const caller = await bench.contextFor(as);
    const peer = { address: url(`/lines/${maPraInvestigation.name}`), hostname: pra.hostname };
    return callLine(maPraInvestigation, peer, caller.identity, httpTransport()).blacklist({
      approval: signed,
      pcaStatement,
    });
  }

  const itemsOf = async ({ hash8 }: Asked): Promise<Buffer[]> =>
    (
      await dataSource.query(
        'SELECT h.item_hash FROM handles h JOIN requests r USING (request_id) WHERE substring(r.request_hash FROM 25) = $1',
        [Buffer.from(hash8)],
      )
    ).map((row: { item_hash: Buffer }) => row.item_hash);

  const reason = (outcome: DeviceBlacklisted | Refused): unknown => (isRefused(outcome) ? outcome.reason : outcome);

  async function askForNextWeek(device: TestDevice): Promise<void> {
    const content = requestContent(device, now(), 1);
    const start = time32FromMillis(periodStartMillis(ccsa.epochMillis, CURRENT + 1));
    const tbsCert = { ...content.tbsCert, validityPeriod: { ...content.tbsCert.validityPeriod, start } };
    const opened = await signedRequest({ ...content, tbsCert }, device.signer);
    expect((await post(AUTHORIZATION_PATH, sealedTo(opened, pra.certificate))).status).toBe(202);
  }

  it('RV3 refuses the MA without two approvals, for another action, twice, and any other caller', async () => {
    const [one] = await served();
    const [hash] = (await itemsOf(one)) as [Buffer];
    const proof = await statement(hash);
    expect(reason(await blacklist(await approval(0), proof))).toBe('approval-signatures');
    expect(reason(await blacklist(await approval(1), proof))).toBe('approval-signatures');
    expect(reason(await blacklist(await approval(2, { action: 'identify' }), proof))).toBe('approval-scope');
    for (const other of ['a-pca', 'a-la1', 'b-ma']) {
      await expect(blacklist(await approval(2), proof, other)).rejects.toThrow(LineFailure);
    }
    expect(await count('blacklist')).toBe(0);
    const good = await approval(2);
    expect(isRefused(await blacklist(good, proof))).toBe(false);
    expect(reason(await blacklist(good, proof))).toBe('approval-used');
  });

  it('RV4 RV5 refuses a statement by another, for another target, and an unknown item; the approval stays good', async () => {
    const [one] = await served();
    const [hash] = (await itemsOf(one)) as [Buffer];
    const good = await approval(2);
    expect(reason(await blacklist(good, await statement(hash, 'b-pca')))).toBe('statement-signer');
    expect(reason(await blacklist(good, await statement(systemRandom.bytes(32))))).toBe('item-unknown');
    expect(reason(await blacklist(await approval(2, { target: systemRandom.bytes(32) }), await statement(hash)))).toBe(
      'statement-scope',
    );
    expect([await count('blacklist'), await count('used_approvals')]).toEqual([0, 0]);
    expect(isRefused(await blacklist(good, await statement(hash)))).toBe(false);
    expect([await count('blacklist'), await count('used_approvals')]).toEqual([1, 1]);
  });

  it('hands over the handles of all chains of the device, each for its LA', async () => {
    const [one] = await served(2);
    const [hash] = (await itemsOf(one)) as [Buffer];
    const outcome = (await blacklist(await approval(2), await statement(hash))) as DeviceBlacklisted;
    expect(outcome.chains.length).toBe(1);
    const [chain] = outcome.chains;
    expect([chain?.iMax, chain?.jMax]).toEqual([CURRENT + 1, 20]);
    for (const [n, bytes] of [chain?.la1Statement, chain?.la2Statement].entries()) {
      const signed = asSignedData(bytes as Uint8Array);
      expect(signed && isSignedWith(signed, pra.certificate)).toBe(true);
      const said = decode(PraStatement, (signed && signedPayload(signed)) as Uint8Array);
      expect(said).toMatchObject({ caseId, target, laId: Uint8Array.of(0, n + 1), iMax: CURRENT + 1, jMax: 20 });
    }
  });

  const stopped = ({ device }: Asked): string => hex(sm3(device.certificate.bytes));

  async function blockFirst(): Promise<[Asked, Asked, Asked]> {
    const asked = await served();
    const [hash] = (await itemsOf(asked[0])) as [Buffer];
    expect(isRefused(await blacklist(await approval(2), await statement(hash)))).toBe(false);
    await queues.settled();
    return asked;
  }

  it('RV6 tells ECA and ARA the hash of the certificate, once', async () => {
    const [one] = await blockFirst();
    const told = seen.stops.map(({ by, enrolment }) => `${by} ${enrolment}`).sort();
    expect(told).toEqual([`ara ${stopped(one)}`, `eca ${stopped(one)}`]);
    await tick();
    expect([seen.stops.length, await count('stop_outbox')]).toEqual([2, 0]);
    expect(isRefused(await blacklist(await approval(2), await statement((await itemsOf(one))[1] as Buffer)))).toBe(
      false,
    );
    await tick();
    expect(seen.stops.length).toBe(2);
  });

  it.each(['eca', 'ara'] as const)('RV6 tells the %s when it hears again, and the other at once', async (who) => {
    mood[who] = 'mute';
    const [one] = await blockFirst();
    const other = who === 'eca' ? 'ara' : 'eca';
    expect(seen.stops).toEqual([{ by: other, enrolment: stopped(one) }]);
    expect(await count('stop_outbox', `addressee = '${who}' AND attempts = 1`)).toBe(1);
    await dataSource.query(`UPDATE blacklist SET until_millis = 0`);
    delete mood[who];
    bench.clock.advance(8 * 86_400_000);
    await host.app.get<{ wakeOwed(): Promise<void> }>(WORK, { strict: false }).wakeOwed();
    await queues.settled();
    expect([seen.stops.at(-1), await count('stop_outbox')]).toEqual([{ by: who, enrolment: stopped(one) }, 0]);
  });

  it('RV6 ends with an ECA that never issued the certificate', async () => {
    mood.eca = 'unknown';
    await blockFirst();
    expect(await count('stop_outbox')).toBe(0);
  });

  it('RV6 blocks every certificate that the ECA says is the device’s, and tells the ARA of each', async () => {
    const [renewed] = (await devices(1)) as [TestDevice];
    const next = sm3(renewed.certificate.bytes);
    mood.eca = { enrolments: [{ enrolment: next, expiry: time32FromMillis(now() + 86_400_000) }] };
    const [one] = await blockFirst();
    expect(codeOf((await ask(renewed)).response)).toEqual([400, '400-20']);
    await tick();
    expect(seen.stops.filter(({ by }) => by === 'ara').map(({ enrolment }) => enrolment)).toEqual([
      stopped(one),
      hex(next),
    ]);
    expect(seen.stops.filter(({ by }) => by === 'eca').length).toBe(1);
    const cases = await dataSource.query('SELECT DISTINCT case_id FROM blacklist');
    expect([await count('blacklist'), cases.length, await count('stop_outbox')]).toEqual([2, 1, 0]);
  });

  it('RV6 a blocked device gets no more requests, downloads or reports; the others go on (RV9)', async () => {
    const [one, two] = await served(2);
    const [hash] = (await itemsOf(one)) as [Buffer];
    await blacklist(await approval(2), await statement(hash));
    bench.clock.advance(1000);
    expect(codeOf((await ask(one.device)).response)).toEqual([400, '400-20']);
    expect(codeOf(await post(AUTHORIZATION_PATH, sealedTo(one.opened, pra.certificate)))).toEqual([400, '400-20']);
    expect(codeOf(await fetchBundle(one))).toEqual([400, '400-20']);
    expect(codeOf(await report(one.device, Uint8Array.of(1)))).toEqual([400, '400-20']);
    expect((await fetchBundle(two)).status).toBe(200);
  });

  it('BI10 nothing is issued for a device that was blocked between its request and the shuffle', async () => {
    const [one] = await served();
    const [hash] = (await itemsOf(one)) as [Buffer];
    // The next week of the same device waits in the pool for a third device.
    const [two, three, four] = (await devices(3)) as [TestDevice, TestDevice, TestDevice];
    await askForNextWeek(one.device);
    await askForNextWeek(two);
    await queues.settled();
    expect(await pooled()).toBe(40);
    const outcome = (await blacklist(await approval(2), await statement(hash))) as DeviceBlacklisted;
    expect(outcome.chains.length).toBe(2);
    expect(await pooled()).toBe(20);
    await askForNextWeek(three);
    await queues.settled();
    expect(seen.batches.length).toBe(1);
    await askForNextWeek(four);
    await queues.settled();
    expect(seen.batches.map(({ length }) => length)).toEqual([60, 60]);
    expect(
      await count(
        'answers t JOIN requests r USING (request_id)',
        `t.i = ${String(CURRENT + 1)} AND EXISTS (SELECT 1 FROM blacklist b WHERE b.ec_hash = r.ec_hash)`,
      ),
    ).toBe(0);
  });

  it('BI10 a batch that was formed but not sent is taken apart; one that was sent is not', async () => {
    const asked = await served();
    const [hash] = (await itemsOf(asked[0])) as [Buffer];
    mood.pca = 'mute';
    for (const { device } of asked) await askForNextWeek(device);
    await queues.settled();
    await blacklist(await approval(2), await statement(hash));
    expect([await count('batches'), await batched()]).toEqual([1, 60]);
    // As if the worker had died between forming and sending.
    await dataSource.query("UPDATE batches SET state = 'formed'");
    await blacklist(await approval(2), await statement(hash));
    expect([await count('batches'), await pooled()]).toEqual([0, 40]);
    // What went back is what was drawn: it travels again, with a third device, and is issued.
    delete mood.pca;
    const [third] = (await devices(1)) as [TestDevice];
    await askForNextWeek(third);
    await queues.settled();
    expect([seen.batches.at(-1)?.length, await count('answers', `i = ${String(CURRENT + 1)}`)]).toEqual([60, 60]);
  });

  it('BI10 a request that waits for the LAs is not expanded any more', async () => {
    const [one] = await served();
    const [hash] = (await itemsOf(one)) as [Buffer];
    mood.la1 = 'mute';
    await askForNextWeek(one.device);
    await queues.settled();
    await blacklist(await approval(2), await statement(hash));
    delete mood.la1;
    bench.clock.advance(60_000);
    await tick();
    expect([await count('requests', "state = 'blocked'"), await count('asked_keys')]).toEqual([1, 60]);
  });
});
