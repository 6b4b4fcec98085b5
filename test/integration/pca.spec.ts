/** The PCA over its real lines with a real database: real LAs seal, a PRA asks, an MA investigates. */
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { decode, encode } from '#coer/codec.js';
import { laAuthority } from '#apps/la/src/la.authority.js';
import { issuedStoreConformance } from '#apps/pca/src/store/issued.conformance.fixture.js';
import { issuedStore } from '#apps/pca/src/store/issued.store.js';
import { pcaAuthority } from '#apps/pca/src/pca.authority.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey, sm2Unwrap } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { addSignature, approvalTarget, newApproval } from '#credentials/approval.js';
import { certificateHash, hashedId8 } from '#credentials/certificate-facts.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { periodAt, periodValidity, WEEK_MILLIS } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { encryptionKeyId, openSealed } from '#credentials/sealing.js';
import { asSignedData, decodeSecured, isSignedWith, signedPayload, unsecuredBytes } from '#credentials/signed-data.js';
import { LineRefusedError } from '#edge/answer-line.js';
import { callLine } from '#edge/call-line.js';
import type { Transport } from '#edge/transport.js';
import { laPca } from '#edges/la-pca/shared-key.js';
import { laPra } from '#edges/la-pra/linkage-values.js';
import { maPca, PcaStatement } from '#edges/ma-pca/identify.js';
import { itemHash, pcaPra } from '#edges/pca-pra/issue-batch.js';
import { openDataSource } from '#persistence/data-source.js';
import { LINES, WORK, type AuthorityFace, type Lines, type Work } from '#service/authority-context.js';
import { LineReplayEntity } from '#service/line-replay.entity.js';
import { LineReplay1700000000000 } from '#service/line-replay.migration.js';
import { AcaRaCertResponse, RaAcaCertRequest, ScmsPdu, type EncryptedIndividualLV } from '#wire/scms-pdu.js';
import { V2XSecData, type Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import type { Infer } from '#coer/codec.js';
import { authorityBench, directQueues, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

type Sealed = Infer<typeof EncryptedIndividualLV>;
const PRA = 'pra.a.chrysalis.example';
const PCA = 'pca.a.chrysalis.example';
const INDICES = 6;

const postgres = withPostgres(endUsers);
let bench: Bench;
let pcaTables: DataSource;
let values: { first: Sealed[][]; second: Sealed[][] };
let currentI: number;
const apps: INestApplicationContext[] = [];

async function start<S>(name: string, face: AuthorityFace<S>, settings: unknown) {
  const dataSource = await openDataSource({
    url: await (await postgres()).instanceUrl(name),
    instance: name,
    entities: [LineReplayEntity, ...face.entities],
    migrations: [LineReplay1700000000000, ...face.migrations],
  });
  const queues = directQueues();
  woken.push(queues);
  const context = await bench.contextFor(name, { dataSource, queues });
  const app = await NestFactory.createApplicationContext(face.module(context, face.settings.parse(settings)), {
    logger: false,
    abortOnError: false,
  });
  apps.push(app);
  for (const [edge, handler] of Object.entries(app.get<Lines>(LINES, { strict: false })))
    bench.switchboard.connect(bench.address(name, edge), handler);
  await app.get<Work>(WORK, { strict: false }).begin();
  return { dataSource, queues };
}

async function valuesFrom(la: string): Promise<Sealed[][]> {
  const pra = await bench.contextFor('a-pra');
  const header = { iMin: currentI, iMax: currentI + 1, praId: PRA, pcaId: PCA };
  const line = callLine(laPra, pra.peer(la, laPra.name), pra.identity, bench.switchboard);
  const answer = await line.requestPreLinkageValues({
    kind: 'individualLVRequest',
    value: { header, jMax: INDICES, numberOfFreshInd: 1 },
  });
  if (isRefused(answer)) throw new Error(answer.reason);
  return answer.individualLVs[0]!.values;
}

let pca: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  currentI = periodAt(ccsa.epochMillis, bench.clock.nowMillis());
  pca = await start('a-pca', pcaAuthority, {
    craHostname: 'cra.a.chrysalis.example',
    praHostname: bench.member('a-pra').hostname,
    traceablePeriods: 1,
  });
  pcaTables = pca.dataSource;
  const las = [await start('a-la1', laAuthority, { laId: 1 }), await start('a-la2', laAuthority, { laId: 2 })];
  values = { first: await valuesFrom('la1'), second: await valuesFrom('la2') };
  tables.push(pcaTables, ...las.map(({ dataSource }) => dataSource));
}, 60_000);
const tables: DataSource[] = [];
const woken: ReturnType<typeof directQueues>[] = [];
async function endUsers(): Promise<void> {
  for (const app of apps) await app.get<Work>(WORK, { strict: false }).end();
  for (const queues of woken) await queues.settled();
  for (const app of apps) await app.close();
  for (const one of tables) if (one.isInitialized) await one.destroy();
}

interface Wanted {
  item: Uint8Array;
  /** The private key of Q. */
  q: Uint8Array;
}

/** An item for value j of the current period. */
function wanted(j: number, ahead = 0, change: Partial<RaAcaCertRequest> = {}): Wanted {
  const q = newSm2PrivateKey(systemRandom);
  const i = currentI + ahead;
  const item = encode(RaAcaCertRequest, {
    version: 1,
    generationTime: time32FromMillis(bench.clock.nowMillis()),
    flags: new Set(['butterflyExplicit'] as const),
    linkageInfo: values.first[ahead]![j]!,
    secondLinkageInfo: values.second[ahead]![j]!,
    certEncKey: sm2EncryptionKey(sm2PublicKey(q)),
    tbsCert: {
      id: { kind: 'linkageData', value: { iCert: i, 'linkage-value': new Uint8Array(9) } },
      cracaId: new Uint8Array(3),
      crlSeries: 0,
      validityPeriod: periodValidity(ccsa.epochMillis, i),
      appPermissions: [{ psid: 111 }, { psid: 3629 }],
      verifyKeyIndicator: {
        kind: 'verificationKey',
        value: sm2VerificationKey(sm2PublicKey(newSm2PrivateKey(systemRandom))),
      },
    },
    ...change,
  });
  return { item, q };
}

async function ask(items: Uint8Array[], transport: Transport = bench.switchboard): Promise<Uint8Array[] | Refused> {
  const pra = await bench.contextFor('a-pra');
  const answer = await callLine(pcaPra, pra.peer('pca', pcaPra.name), pra.identity, transport).issueBatch({ items });
  return isRefused(answer) ? answer : answer.responses;
}

async function certificateIn(response: Uint8Array, q: Uint8Array): Promise<Certificate> {
  const { acaResponse } = decode(AcaRaCertResponse, response);
  const signed = asSignedData(encode(V2XSecData, acaResponse.value));
  const sealed = (signed && signedPayload(signed)) as Uint8Array;
  const unwrap = async (wrapped: Parameters<typeof sm2Unwrap>[1]) => sm2Unwrap(q, wrapped);
  const opened = await openSealed(sealed, encryptionKeyId(sm2PublicKey(q)), unwrap, ccsa);
  const pdu = decode(ScmsPdu, unsecuredBytes(decodeSecured(opened as Uint8Array)) as Uint8Array);
  if (pdu.content.kind !== 'aca-ee') throw new Error(pdu.content.kind);
  return pdu.content.value.value.certificate;
}

const rowCount = async (): Promise<number> =>
  Number((await pcaTables.query<{ n: string }[]>('SELECT count(*) AS n FROM issued'))[0]!.n);

describe('the line PRA → PCA', () => {
  it.each(['a-la1', 'a-ma', 'b-pra'])('is closed to %s, valid signature and all (PR8)', async (name) => {
    const caller = await bench.contextFor(name);
    const peer = { address: bench.address('a-pca', pcaPra.name), hostname: PCA };
    const call = callLine(pcaPra, peer, caller.identity, bench.switchboard).issueBatch({ items: [wanted(0).item] });
    await expect(call).rejects.toThrow(LineRefusedError);
    expect(await rowCount()).toBe(0);
  });

  it('PR8 issues nothing for the ARA, which has the role of an RA too', async () => {
    const ara = await bench.contextFor('a-ara');
    const peer = { address: bench.address('a-pca', pcaPra.name), hostname: PCA };
    const call = callLine(pcaPra, peer, ara.identity, bench.switchboard).issueBatch({ items: [wanted(0).item] });
    expect(await call).toEqual(refused('another-pra'));
    expect(await rowCount()).toBe(0);
  });

  it('takes a captured batch once (PR9)', async () => {
    let captured: [string, Uint8Array] | undefined;
    const wire: Transport = {
      call: async (address, message) => {
        captured = [address, message];
        return bench.switchboard.call(address, message);
      },
    };
    expect(isRefused(await ask([wanted(0).item], wire))).toBe(false);
    await expect(bench.switchboard.call(...captured!)).rejects.toThrow('line-replayed');
    expect(await rowCount()).toBe(1);
  });

  it('refuses a batch for one bad item, and stores nothing of it', async () => {
    const before = await rowCount();
    const other = { linkageInfo: values.second[0]![2]! };
    const bad = wanted(1, 0, other).item;
    expect(await ask([wanted(1).item, bad])).toEqual({ kind: 'refused', reason: 'item-same-la' });
    expect(await rowCount()).toBe(before);
  });

  it('refuses a period for which an LA announced no key', async () => {
    const i = currentI + 5;
    const far = decode(RaAcaCertRequest, wanted(1).item);
    far.tbsCert.id = { kind: 'linkageData', value: { iCert: i, 'linkage-value': new Uint8Array(9) } };
    far.tbsCert.validityPeriod = periodValidity(ccsa.epochMillis, i);
    expect(await ask([encode(RaAcaCertRequest, far)])).toMatchObject({ reason: 'item-period-key-unknown' });
  });

  it('answers two equal batches at one moment with the same bytes, and issues once (PR5)', async () => {
    const before = await rowCount();
    const batch = [wanted(1), wanted(2), wanted(3)].map(({ item }) => item);
    const [one, two] = await Promise.all([ask(batch), ask(batch)]);
    expect(one).toHaveLength(3);
    expect(two).toEqual(one);
    expect(await ask(batch)).toEqual(one);
    expect(await ask([...batch].reverse())).toEqual([...(one as Uint8Array[])].reverse());
    expect(await rowCount()).toBe(before + 3);
  });

  it('gives the same bytes when a crash left the intent alone', async () => {
    const { item } = wanted(4);
    const first = await ask([item]);
    for (const table of ['issued_certificates', 'issued_answers'])
      await pcaTables.query(`DELETE FROM ${table} WHERE batch = (SELECT batch FROM issued WHERE item_hash = $1)`, [
        Buffer.from(itemHash(item)),
      ]);
    expect(await ask([item])).toEqual(first);
  });

  it('refuses a cocoon key that was certified in its period (PR5)', async () => {
    const { item } = wanted(5);
    expect(isRefused(await ask([item]))).toBe(false);
    const { verifyKeyIndicator } = decode(RaAcaCertRequest, item).tbsCert;
    const again = decode(RaAcaCertRequest, wanted(0).item);
    again.linkageInfo = values.first[0]![4]!;
    again.tbsCert.verifyKeyIndicator = verifyKeyIndicator;
    expect(await ask([encode(RaAcaCertRequest, again)])).toMatchObject({ reason: 'item-key-certified-before' });
  });

  it('keeps no blinding, cocoon key or linkage part in the clear, and nothing of a caller’s order', async () => {
    const columns = await pcaTables.query<{ column_name: string }[]>(
      "SELECT column_name FROM information_schema.columns WHERE table_name = 'issued' ORDER BY column_name",
    );
    expect(columns.map(({ column_name }) => column_name)).toEqual([
      'batch',
      'first_tag',
      'i',
      'item_hash',
      'key_hash',
      'lv',
      'place',
      'pra',
      'second_tag',
      'tbs_hash',
    ]);
    const { item, q } = wanted(0, 1);
    const [response] = (await ask([item])) as Uint8Array[];
    const certificate = await certificateIn(response as Uint8Array, q);
    const key = certificate.bytes.subarray(-98, -66);
    const found = await pcaTables.query<{ row: string }[]>('SELECT issued::text AS row FROM issued');
    expect(found.length).toBeGreaterThan(3);
    expect(found.filter(({ row }) => row.includes(Buffer.from(key).toString('hex')))).toEqual([]);
  });
});

describe('the line LA → PCA', () => {
  async function announce(name: string, laId: number, iValue: number, key: Uint8Array) {
    const la = await bench.contextFor(name);
    const line = callLine(laPca, la.peer('pca', laPca.name), la.identity, bench.switchboard);
    return line.announceKey({ laId: Uint8Array.of(0, laId), iValue, key });
  }

  it('takes a key under the LA’s own id, again, and no other for the same period (LK1)', async () => {
    const key = systemRandom.bytes(16);
    expect(await announce('a-la1', 2, currentI + 20, key)).toMatchObject({ reason: 'wrong-la' });
    const taken = await announce('a-la1', 1, currentI + 20, key);
    expect(isRefused(taken)).toBe(false);
    expect(await announce('a-la1', 1, currentI + 20, key)).toEqual(taken);
    expect(await announce('a-la1', 1, currentI + 20, systemRandom.bytes(16))).toMatchObject({
      reason: 'another-key-taken',
    });
    const found = await pcaTables.query<{ row: string }[]>('SELECT period_key::text AS row FROM period_key');
    expect(found.filter(({ row }) => row.includes(Buffer.from(key).toString('hex')))).toEqual([]);
  });
});

describe('the line MA → PCA', () => {
  it('identifies a certificate once an approval of two operators, and tells the item (RV3, RV4)', async () => {
    const { item, q } = wanted(1, 1);
    const [response] = (await ask([item])) as Uint8Array[];
    const certificate = await certificateIn(response as Uint8Array, q);
    const { id } = certificate.value.toBeSigned.value;
    if (id.kind !== 'linkageData') throw new Error(id.kind);
    const salt = systemRandom.bytes(16);
    const scope = {
      caseId: systemRandom.bytes(16),
      action: 'identify',
      addressee: hashedId8(bench.member('a-pca').certificate),
      target: approvalTarget(salt, certificateHash(certificate)),
      nonce: systemRandom.bytes(16),
      expiry: time32FromMillis(bench.clock.nowMillis() + 3_600_000),
    };
    const ma = await bench.contextFor('a-ma');
    const line = callLine(maPca, ma.peer('pca', maPca.name), ma.identity, bench.switchboard);
    const request = {
      salt,
      certificateHash: certificateHash(certificate),
      iValue: id.value.iCert,
      lv: id.value['linkage-value'],
    };
    const one = await addSignature(newApproval(scope), bench.operators[0]);
    expect(await line.identify({ ...request, approval: one })).toMatchObject({ reason: 'approval-signatures' });
    const approval = await addSignature(one, bench.operators[1]);
    const answer = await line.identify({ ...request, approval });
    if (isRefused(answer)) throw new Error(answer.reason);
    const signed = asSignedData(answer.signedStatement)!;
    expect(isSignedWith(signed, bench.member('a-pca').certificate)).toBe(true);
    expect(decode(PcaStatement, signedPayload(signed) as Uint8Array)).toMatchObject({ itemHash: sm3(item), pra: PRA });
    expect(await line.identify({ ...request, approval })).toMatchObject({ reason: 'approval-used' });
  });
});

describe('the tables of a PCA', () => {
  issuedStoreConformance(() => issuedStore(pcaTables, systemRandom));

  it('lose their answers and keys when their period is over, and their rows later', async () => {
    const count = async (sql: string): Promise<number> =>
      Number((await pcaTables.query<{ n: string }[]>(`SELECT count(*) AS n FROM ${sql}`))[0]!.n);
    expect(await count(`issued_answers WHERE i = ${currentI}`)).toBeGreaterThan(0);
    bench.clock.advance(WEEK_MILLIS);
    const next = [wanted(2, 1).item];
    expect(isRefused(await ask(next))).toBe(false);
    await pca.queues.settled();
    expect(await count(`issued_answers WHERE i = ${currentI}`)).toBe(0);
    expect(await count(`issued WHERE i = ${currentI}`)).toBeGreaterThan(0);
    expect(await count(`issued_certificates WHERE i = ${currentI}`)).toBeGreaterThan(0);
    expect(await count(`period_key WHERE i_value = ${currentI}`)).toBe(0);
    bench.clock.advance(WEEK_MILLIS);
    expect(await ask(next)).toBeDefined();
    await pca.queues.settled();
    expect(await count(`issued WHERE i = ${currentI}`)).toBe(0);
    expect(await count(`issued_certificates WHERE i = ${currentI}`)).toBe(0);
  });
});
