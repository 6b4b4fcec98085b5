/** A device asks once for many weeks: they are made a few at a time, ahead of need, by real LAs and a real PCA. */
import { unzipSync } from 'fflate';
import { decode, encode } from '#coer/codec.js';
import { expansionScalar } from '#crypto/butterfly.js';
import { hex } from '#crypto/bytes.js';
import { advanceLinkageSeed, linkageValue, preLinkageValues } from '#crypto/linkage.js';
import { systemRandom } from '#crypto/random.js';
import { sm2PublicKey } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import { addSignature, approvalTarget, newApproval, type Approval } from '#credentials/approval.js';
import { PcaStatement } from '#credentials/case-statements.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { periodStartMillis } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { decodeSecured, signData, unsecuredBytes } from '#credentials/signed-data.js';
import { callLine } from '#edge/call-line.js';
import { httpTransport } from '#edge/http-transport.js';
import { infoName, itemName } from '#edges/ee-pra/provisioning.js';
import { laMa, type SeedRevealed } from '#edges/la-ma/seeds.js';
import { maPraInvestigation } from '#edges/ma-pra/investigation.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { millisFromTime32, time32FromMillis } from '#wire/time.js';
import type { Certificate } from '#wire/secured-data.js';
import { newDevice, type TestDevice } from '../../apps/pra/src/device.fixture.js';
import { ExpansionStore, type DueRequest, type MadeWeeks } from '../../apps/pra/src/store/expansion.store.js';
import { exchanges, openAnswer, settled, standDomain, tablesOf, unheard } from './pra-domain.fixture.js';
import {
  ask,
  bench,
  codeOf,
  count,
  CURRENT,
  dataSource,
  devices,
  fetchBundle,
  now,
  pra,
  queues,
  standPra,
  tick,
  url,
  type Asked,
} from './pra-house.fixture.js';

const HOUR_MILLIS = 3_600_000;
const AHEAD = 4;
const JITTER_HOURS = 48;
const LA_IDS = [Uint8Array.of(0, 1), Uint8Array.of(0, 2)] as const;
const INDICES = Array.from({ length: 20 }, (_, j) => j);

standPra({ maximumWeeks: 40, aheadWeeks: AHEAD, topUpJitterHours: JITTER_HOURS });
standDomain();

/** Sets the clock into a week, some hours after it began, and lets everybody work. */
async function goTo(week: number, hours = JITTER_HOURS + 1): Promise<void> {
  bench.clock.set(periodStartMillis(ccsa.epochMillis, week) + hours * HOUR_MILLIS);
  await work();
}

/** Ticks until nothing changes: a batch is formed in one and sent in the next. */
async function work(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) {
    await tick();
    await settled();
    bench.clock.advance(10_000);
  }
}

async function threeAsk(weeks: number): Promise<[Asked, Asked, Asked]> {
  const asked: Asked[] = [];
  for (const device of await devices(3)) asked.push(await ask(device, weeks));
  expect(asked.map(({ response }) => response.status)).toEqual([202, 202, 202]);
  await queues.settled();
  await work();
  return asked as [Asked, Asked, Asked];
}

/** The linkage values of a bundle's certificates, hex; opened as the device does. */
async function valuesOf(asked: Asked, i: number): Promise<string[]> {
  const response = await fetchBundle(asked, i);
  expect([i, response.status]).toEqual([i, 200]);
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
  expect(Object.keys(files).length).toBe(21);
  return Promise.all(
    INDICES.map(async (j) =>
      hex(linkageOf(await openAnswer(asked.device, files[itemName(i, j)] as Uint8Array, i, j), i)),
    ),
  );
}

function linkageOf(certificate: Certificate, i: number): Uint8Array {
  const { id } = certificate.value.toBeSigned.value;
  if (id.kind !== 'linkageData') throw new Error('no linkage data');
  expect(id.value.iCert).toBe(i);
  return id.value['linkage-value'];
}

/** What one CRL entry with these seeds of period `from` covers in period i. */
function covered(seeds: readonly [Uint8Array, Uint8Array], from: number, i: number): string[] {
  const [first, second] = LA_IDS.map((laId, la) => {
    const seed = advanceLinkageSeed(smSuite, laId, seeds[la] as Uint8Array, i - from);
    return preLinkageValues(smSuite, laId, seed, INDICES);
  }) as [Uint8Array[], Uint8Array[]];
  return first.map((value, j) => hex(linkageValue(value, second[j] as Uint8Array)));
}

function nextDownloadMillis(info: Uint8Array): number {
  const pdu = decode(ScmsPdu, unsecuredBytes(decodeSecured(info)) as Uint8Array);
  if (pdu.content.kind !== 'ee-ra' || pdu.content.value.kind !== 'raEeCertInfo') throw new Error('no RaEeCertInfo');
  return millisFromTime32(pdu.content.value.value.nextDlTime);
}

const madeUpTo = async (): Promise<number[]> =>
  (await dataSource.query('SELECT next_i - 1 AS made FROM requests ORDER BY made')).map(
    (row: { made: number }) => row.made,
  );

/** How many of these linkage values the PCA has issued in a period. */
const issuedOf = async (values: readonly string[], i: number): Promise<number> =>
  Number(
    (
      await tablesOf('pca').query('SELECT count(*) FROM issued WHERE i = $1 AND lv = ANY ($2)', [
        i,
        values.map((value) => Buffer.from(value, 'hex')),
      ])
    )[0].count,
  );

const chainsAt = async (la: string): Promise<number> =>
  Number((await tablesOf(la).query('SELECT count(*) FROM chain'))[0].count);

/** The seeds of a pair of chains, of the period in which they were asked for. */
interface Uncovered {
  readonly iMax: number;
  readonly seeds: readonly [Uint8Array, Uint8Array];
}

/** In an approved case: the device behind a linkage value is blocked, and every chain of it uncovered. */
async function caseOf(lv: string, i: number): Promise<Uncovered[]> {
  const caseId = systemRandom.bytes(16);
  const target = approvalTarget(systemRandom.bytes(16), systemRandom.bytes(32));
  const ma = await bench.contextFor('a-ma');
  const approval = async (action: 'blacklist' | 'reveal-seed', addressee: Certificate): Promise<Approval> => {
    const expiry = time32FromMillis(now() + HOUR_MILLIS);
    const nonce = systemRandom.bytes(16);
    let signed = newApproval({ caseId, action, addressee: hashedId8(addressee), target, nonce, expiry });
    for (const operator of bench.operators.slice(0, 2)) signed = await addSignature(signed, operator);
    return signed;
  };
  const [{ item_hash: itemHash }] = await tablesOf('pca').query(
    'SELECT item_hash FROM issued WHERE i = $1 AND lv = $2',
    [i, Buffer.from(lv, 'hex')],
  );
  const pcaStatement = await signData(
    encode(PcaStatement, { caseId, target, itemHash, pra: pra.hostname }),
    { psid: ccsa.aid.management },
    bench.member('a-pca').signer,
  );
  const praPeer = { address: url(`/lines/${maPraInvestigation.name}`), hostname: pra.hostname };
  const blocked = await callLine(maPraInvestigation, praPeer, ma.identity, httpTransport()).blacklist({
    approval: await approval('blacklist', pra.certificate),
    pcaStatement,
  });
  if (isRefused(blocked)) throw new Error(blocked.reason);
  const seedOf = async (la: string, praStatement: Uint8Array): Promise<Uint8Array> => {
    const line = callLine(laMa, ma.peer(la, laMa.name), ma.identity, bench.switchboard);
    const signed = await approval('reveal-seed', bench.member(`a-${la}`).certificate);
    const revealed = (await line.revealSeed({ approval: signed, praStatement })) as SeedRevealed;
    expect(revealed.iValue).toBe(i);
    return revealed.seed;
  };
  const found: Uncovered[] = [];
  for (const { iMax, la1Statement, la2Statement } of blocked.chains)
    found.push({ iMax, seeds: [await seedOf('la1', la1Statement), await seedOf('la2', la2Statement as Uint8Array)] });
  return found;
}

describe('a request for many weeks', () => {
  it('PR14 LK7 gives each of twenty weeks its twenty certificates once, on chains that go on', async () => {
    const last = CURRENT + 21;
    const asked = await threeAsk(22);
    expect(await madeUpTo()).toEqual([CURRENT + 3, CURRENT + 3, CURRENT + 3]);
    expect(await count('requests', 'sealed_caterpillar IS NOT NULL')).toBe(3);
    const all = new Map<string, string[]>();
    for (let i = CURRENT; i <= last; i++) {
      if (i > CURRENT) await goTo(i);
      const made = Math.min(i + AHEAD - 1, last);
      expect(await madeUpTo()).toEqual([made, made, made]);
      for (const one of asked) all.set(`${hex(one.hash8)} ${String(i)}`, await valuesOf(one, i));
    }
    const values = [...all.values()].flat();
    expect([values.length, new Set(values).size]).toEqual([22 * 60, 22 * 60]);
    expect([await chainsAt('la1'), await chainsAt('la2'), await count('request_chains')]).toEqual([3, 3, 3]);
    expect(await count('request_chains', `i_from = ${String(CURRENT)} AND i_to = ${String(last)}`)).toBe(3);
    expect(await count('requests', "state = 'expanded' AND sealed_caterpillar IS NULL")).toBe(3);
    // Eighteen top-ups of one group each; the first requests came one by one.
    expect(exchanges.length).toBeLessThanOrEqual(2 * (18 + 3));
  }, 240_000);

  it('RV6 RV7 a blocked device gets no top-up, and one entry covers all weeks of its chain', async () => {
    const [one, two] = await threeAsk(10);
    await goTo(CURRENT + 1);
    await goTo(CURRENT + 2);
    const i = CURRENT + 2;
    const values = await valuesOf(one, i);
    const chains = await caseOf(values[0] as string, i);
    expect(chains.map(({ iMax }) => iMax)).toEqual([CURRENT + 5]);
    const { seeds } = chains[0] as Uncovered;
    expect(covered(seeds, i, i)).toEqual(values);
    for (let week = i; week <= CURRENT + 5; week++) expect(await issuedOf(covered(seeds, i, week), week)).toBe(20);
    expect(await issuedOf(covered(seeds, i, i), i + 1)).toBe(0);
    await goTo(CURRENT + 3);
    expect(await madeUpTo()).toEqual([CURRENT + 5, CURRENT + 6, CURRENT + 6]);
    expect(codeOf(await fetchBundle(one, CURRENT + 3))).toEqual([400, '400-20']);
    expect((await fetchBundle(two, CURRENT + 3)).status).toBe(200);
    expect(await count('requests', "state = 'blocked' AND sealed_caterpillar IS NULL")).toBe(1);
  }, 120_000);

  it.each([
    ['one LA was not heard', async () => void unheard.add('la2'), async () => unheard.clear()],
    ['no LA was heard', async () => void unheard.add('la1').add('la2'), async () => unheard.clear()],
    [
      'the PRA ended before its transaction did',
      async () => {
        await dataSource.query(
          `CREATE FUNCTION ended() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'ended'; END $$`,
        );
        await dataSource.query(
          `CREATE TRIGGER ended BEFORE UPDATE ON requests FOR EACH ROW
            WHEN (new.next_i <> old.next_i) EXECUTE FUNCTION ended()`,
        );
      },
      async () => void (await dataSource.query('DROP TRIGGER ended ON requests')),
    ],
  ])(
    'RV7 goes on with fresh chains when %s: no week is lost or made twice, and a case names all',
    async (_, harm, mend) => {
      const asked = await threeAsk(8);
      await harm();
      await goTo(CURRENT + 1);
      expect(await madeUpTo()).toEqual([CURRENT + 3, CURRENT + 3, CURRENT + 3]);
      await mend();
      bench.clock.advance(60_000);
      await work();
      expect(await madeUpTo()).toEqual([CURRENT + 4, CURRENT + 4, CURRENT + 4]);
      await goTo(CURRENT + 2);
      const chains =
        'SELECT i_from - $1 AS i_from, i_to - $1 AS i_to, count(*)::integer FROM request_chains GROUP BY 1, 2';
      expect(await dataSource.query(`${chains} ORDER BY 1`, [CURRENT])).toEqual([
        { i_from: 0, i_to: 3, count: 3 },
        { i_from: 4, i_to: 5, count: 3 },
      ]);
      const values = await Promise.all(asked.map((one) => valuesOf(one, CURRENT + 2)));
      const i = CURRENT + 2;
      const found = await caseOf(values[0]?.[0] as string, i);
      expect(found.map(({ iMax }) => iMax - CURRENT)).toEqual([3, 5]);
      const [before, after] = found.map(({ seeds }) => seeds) as [Uncovered['seeds'], Uncovered['seeds']];
      expect(covered(before, i, i)).toEqual(values[0]);
      for (const week of [2, 3]) expect(await issuedOf(covered(before, i, CURRENT + week), CURRENT + week)).toBe(20);
      for (const week of [4, 5]) expect(await issuedOf(covered(after, i, CURRENT + week), CURRENT + week)).toBe(20);
      // Two devices alone are too few for the weeks after these.
      for (const week of [3, 4, 5]) {
        await goTo(CURRENT + week);
        for (const one of asked.slice(1)) values.push(await valuesOf(one, CURRENT + week));
      }
      expect(new Set(values.flat()).size).toBe(3 * 20 + 2 * 3 * 20);
    },
    120_000,
  );

  it('ends alone when its keys turn out bad: weeks of before stay, the periods not made are free, others go on', async () => {
    const [bad, ...good] = (await devices(4)) as [TestDevice, TestDevice, TestDevice, TestDevice];
    // A = −f(i, j)·G for one certificate of the second top-up.
    const point = sm2PublicKey(expansionScalar(smSuite, bad.keys.ks, 'signing', CURRENT + 5, 7)).slice();
    point[0] = point[0] === 2 ? 3 : 2;
    const asked = [await ask({ ...bad, keys: { ...bad.keys, a: point } }, 8)];
    for (const device of good) asked.push(await ask(device, 8));
    await queues.settled();
    await goTo(CURRENT + 1);
    await goTo(CURRENT + 2);
    expect(await madeUpTo()).toEqual([CURRENT + 4, CURRENT + 5, CURRENT + 5, CURRENT + 5]);
    expect(await count('requests', `state = 'expanded' AND i_max = ${String(CURRENT + 4)}`)).toBe(1);
    expect(await count('granted_periods', `i > ${String(CURRENT + 4)}`)).toBe(3 * 3);
    for (const one of asked) expect((await fetchBundle(one, CURRENT + 2)).status).toBe(200);
  }, 120_000);

  it('goes on after weeks of silence with the weeks that are left, on fresh chains', async () => {
    const [one] = await threeAsk(12);
    await goTo(CURRENT + 6);
    expect(await madeUpTo()).toEqual([CURRENT + 9, CURRENT + 9, CURRENT + 9]);
    expect(await count('request_chains', `i_from = ${String(CURRENT + 6)} AND i_to = ${String(CURRENT + 9)}`)).toBe(3);
    expect((await valuesOf(one, CURRENT + 6)).length).toBe(20);
  }, 120_000);

  it('says in each bundle when the next one is there, and it is', async () => {
    const [one] = await threeAsk(6);
    let at = now();
    for (let i = CURRENT; i < CURRENT + 5; i++) {
      bench.clock.set(at);
      await work();
      const response = await fetchBundle(one, i);
      expect([i - CURRENT, response.status]).toEqual([i - CURRENT, 200]);
      const info = unzipSync(new Uint8Array(await response.arrayBuffer()))[infoName(i)] as Uint8Array;
      at = nextDownloadMillis(info);
      expect(at).toBe(periodStartMillis(ccsa.epochMillis, i + 1) - 24 * HOUR_MILLIS);
    }
  }, 120_000);

  it('is cut where the enrolment certificate ends', async () => {
    const hours = 24 * 7 * 2 + 1;
    const validityPeriod = { start: time32FromMillis(now() - HOUR_MILLIS), duration: { kind: 'hours', value: hours } };
    const tbs = { validityPeriod } as never;
    const short = await newDevice(bench, { tbs });
    expect((await ask(short, 10)).response.status).toBe(202);
    const [row] = await dataSource.query('SELECT i_max - $1 AS weeks FROM requests', [CURRENT]);
    expect(row).toEqual({ weeks: 2 });
  });

  it('is taken by one worker at a time, and stored by one', async () => {
    await ask((await devices(1))[0] as TestDevice, 8);
    await queues.settled();
    await dataSource.query('UPDATE requests SET due_millis = 0');
    const store = new ExpansionStore(dataSource);
    expect(await madeUpTo()).toEqual([CURRENT + 3]);
    const [first] = await store.take(now(), now() + 1000, 10);
    expect(await store.take(now(), now() + 1000, 10)).toEqual([]);
    // The first worker was silent for too long, and is only slow.
    const [second] = await store.take(now() + 1000, now() + 2000, 10);
    const made = (request: DueRequest | undefined, tag: number): MadeWeeks => {
      const chain = { linkageChainId: Uint8Array.of(tag), values: [] };
      const chains = [
        { ...chain, laId: 1 },
        { ...chain, laId: 2 },
      ] as const;
      const weeks = { iMin: CURRENT + 4, iMax: CURRENT + 4, isContinued: false, nextDueMillis: 1 };
      return { request: request as DueRequest, items: [], chains, ...weeks };
    };
    const outcomes = await Promise.all([store.store([made(first, 1)]), store.store([made(second, 2)])]);
    expect(outcomes.flat().sort()).toEqual(['gone', 'made']);
    expect([await madeUpTo(), await count('request_chains')]).toEqual([[CURRENT + 4], 2]);
  });
});
