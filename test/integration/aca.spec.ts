/** The ACA on a real database and a real line: from an item of the ARA to a sealed certificate, once. */
import { jest } from '@jest/globals';
import { acaAuthority } from '#apps/aca/src/aca.authority.js';
import { BEIJING, testItem, testKeys, type ItemChange, type TestKeys } from '#apps/aca/src/domain/item.fixture.js';
import { issueApplication, type IssueNeeds } from '#apps/aca/src/domain/issue-application.js';
import { issuedStore } from '#apps/aca/src/store/issued.store.js';
import { decode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import { hashedId3, hashedId8, verificationKeyOf } from '#credentials/certificate-facts.js';
import { lintCertificate } from '#credentials/lint/lint-certificate.js';
import { ccsa } from '#credentials/profile.js';
import { refused } from '#credentials/refusal.js';
import { encryptionKeyId, openSealed } from '#credentials/sealing.js';
import { isSignedWith, onlyCertificate, signedPayload, unsecuredBytes } from '#credentials/signed-data.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import { callLine } from '#edge/call-line.js';
import { acaAra, applicationItemHash, type IssueApplication } from '#edges/aca-ara/issue-application.js';
import { openDataSource } from '#persistence/data-source.js';
import { LINES, type Lines } from '#service/authority-context.js';
import { HASH_CRL_SERIES } from '#credentials/hash-crl.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { AcaRaCertResponse, ScmsPdu } from '#wire/scms-pdu.js';
import { V2XSecData, type Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import type { DataSource } from 'typeorm';
import { authorityBench, BENCH_START, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

const DAY = 86_400_000;

describe('the ACA', () => {
  // A server and twenty authorities on a busy machine: longer than jest's five seconds.
  jest.setTimeout(60_000);
  const postgres = withPostgres(endUsers);
  let bench: Bench;
  let aca: HostedAuthority;
  let tables: DataSource;
  let signed: number;
  let failing: boolean;

  beforeAll(async () => {
    bench = await authorityBench({ domains: ['a', 'b'] });
    const url = await (await postgres()).instanceUrl('a-aca');
    tables = await openDataSource({
      url,
      instance: 'a-aca',
      entities: [...acaAuthority.entities],
      migrations: [...acaAuthority.migrations],
    });
    const context = await bench.contextFor('a-aca', { dataSource: tables });
    const settings = acaAuthority.settings.parse({ araHostname: bench.member('a-ara').hostname });
    aca = await hostAuthority(acaAuthority, context, settings, { host: '127.0.0.1', port: 0 });
    const line = aca.app.get<Lines>(LINES, { strict: false })[acaAra.name] as Lines[string];
    bench.switchboard.connect(bench.address('a-aca', acaAra.name), line);
  });
  async function endUsers(): Promise<void> {
    await aca.close();
  }
  beforeEach(() => {
    bench.clock.set(BENCH_START);
    signed = 0;
    failing = false;
  });

  /** The rules over the real tables, with a signer that counts, and that fails when it is told to. */
  async function needs(): Promise<IssueNeeds> {
    const { identity } = await bench.contextFor('a-aca');
    const sign: typeof identity.signer.sign = async (id, message) => {
      signed++;
      if (failing) throw new Error('the crypto device is away');
      return identity.signer.sign(id, message);
    };
    const lifetimes = { applicationHours: 8760, identityHours: 720 };
    return { identity: { ...identity, signer: { ...identity.signer, sign } }, store: issuedStore(tables), lifetimes };
  }

  async function call(request: IssueApplication, as = 'a-ara') {
    const { identity, transport } = await bench.contextFor(as);
    const peer = { address: bench.address('a-aca', acaAra.name), hostname: bench.member('a-aca').hostname };
    return callLine(acaAra, peer, identity, transport).issueApplication(request);
  }

  async function opened(response: Uint8Array, keys: TestKeys): Promise<Certificate> {
    const { acaResponse } = decode(AcaRaCertResponse, response);
    if (acaResponse.kind !== 'private' || acaResponse.value.content.kind !== 'signedData')
      throw new Error('not private');
    const outer = acaResponse.value.content.value;
    expect(hashedId8(onlyCertificate(outer.signer) as Certificate)).toEqual(
      hashedId8(bench.member('a-aca').certificate),
    );
    expect(isSignedWith(outer, bench.member('a-aca').certificate)).toBe(true);
    const sealed = signedPayload(outer) as Uint8Array;
    const plain = await openSealed(sealed, encryptionKeyId(keys.answerKey), keys.unwrap, ccsa);
    const { content } = decode(ScmsPdu, unsecuredBytes(decode(V2XSecData, plain as Uint8Array)) as Uint8Array);
    if (content.kind !== 'aca-ee') throw new Error('another answer');
    return content.value.value.certificate;
  }

  const rowOf = async (request: IssueApplication): Promise<Record<string, unknown> | undefined> => {
    const rows = await tables.query<Record<string, unknown>[]>('SELECT * FROM issued WHERE item_hash = $1', [
      Buffer.from(applicationItemHash(request.item)),
    ]);
    return rows[0];
  };
  const rowCount = async (): Promise<number> =>
    ((await tables.query<{ n: number }[]>('SELECT count(*)::int AS n FROM issued'))[0] as { n: number }).n;

  const newItem = async (change: ItemChange = {}): Promise<{ keys: TestKeys; request: IssueApplication }> => {
    const keys = await testKeys();
    return { keys, request: testItem(keys, bench.clock.nowMillis(), change) };
  };

  it('certifies an explicit key, readable by the device alone, clean in the eyes of the linter', async () => {
    const { keys, request } = await newItem();
    const answer = await call(request);
    if ('kind' in answer) throw new Error(answer.reason);
    expect(decode(AcaRaCertResponse, answer.response).requestHash).toEqual(sm3(request.item).subarray(24));
    const certificate = await opened(answer.response, keys);
    expect(verificationKeyOf(certificate)).toEqual(keys.publicKey);
    const issuer = bench.member('a-aca').certificate;
    expect(verifyCertificate(certificate, issuer)).toEqual({ kind: 'checked' });
    expect(lintCertificate(certificate, { profile: ccsa, issuer })).toEqual([]);
    expect(certificate.value.toBeSigned.value).toMatchObject({
      id: { kind: 'none' },
      region: BEIJING,
      appPermissions: [{ psid: 113 }, { psid: 3620 }],
      validityPeriod: { duration: { kind: 'hours', value: 24 } },
    });
  });

  it('certifies what names the list by hash of its CRA, where it is told of one', async () => {
    const { keys, request } = await newItem();
    const crlPlace = () => ({ cracaId: hashedId3(bench.member('a-cra').certificate), crlSeries: HASH_CRL_SERIES });
    const response = await issueApplication(request, { ...(await needs()), crlPlace });
    const certificate = await opened(response as Uint8Array, keys);
    expect(certificate.value.toBeSigned.value).toMatchObject(crlPlace());
    const issuer = bench.member('a-aca').certificate;
    expect(lintCertificate(certificate, { profile: ccsa, issuer })).toEqual([]);
  });

  it('BI7 gives a repeated item its first answer, byte for byte, and signs nothing again', async () => {
    const { request } = await newItem();
    const first = await issueApplication(request, await needs());
    const before = signed;
    expect(before).toBe(2);
    expect(await issueApplication(request, await needs())).toEqual(first);
    expect(signed).toBe(before);
  });

  it('BI6 certifies a key once, for ever: another item for it is refused, years later too', async () => {
    const { keys, request } = await newItem();
    await call(request);
    expect(await call(testItem(keys, bench.clock.nowMillis(), { tbs: { appPermissions: [{ psid: 113 }] } }))).toEqual(
      refused('already-certified'),
    );
    const own = await needs();
    bench.clock.advance(3 * 365 * DAY);
    const late = await issueApplication(testItem(keys, bench.clock.nowMillis()), own);
    expect(late).toEqual(refused('already-certified'));
  });

  it('BI6 certifies a request of a device once, whatever keys its ARA puts in', async () => {
    const { request } = await newItem();
    await call(request);
    expect(await call((await newItem({ requestHash: request.requestHash })).request)).toEqual(
      refused('already-certified'),
    );
  });

  it('BI6 makes one certificate of many calls at once', async () => {
    const { request } = await newItem();
    const own = await needs();
    const answers = await Promise.all(Array.from({ length: 12 }, () => issueApplication(request, own)));
    expect(new Set(answers.map((answer) => Buffer.from(answer as Uint8Array).toString('hex'))).size).toBe(1);
    const keys = await testKeys();
    const rivals = Array.from({ length: 12 }, (_, n) => {
      const start = time32FromMillis(bench.clock.nowMillis());
      const validityPeriod = { start, duration: { kind: 'hours', value: n + 1 } } as const;
      return testItem(keys, bench.clock.nowMillis(), { tbs: { validityPeriod } });
    });
    const outcomes = await Promise.all(rivals.map((rival) => issueApplication(rival, own)));
    expect(outcomes.filter((outcome) => outcome instanceof Uint8Array)).toHaveLength(1);
  });

  it('BI2 has the intent on disk before the key is used, and finishes that very intent later', async () => {
    const { keys, request } = await newItem();
    failing = true;
    await expect(issueApplication(request, await needs())).rejects.toThrow('the crypto device is away');
    const row = await rowOf(request);
    expect(row).toMatchObject({ certificate: null, response: null });
    failing = false;
    bench.clock.advance(3_600_000);
    const response = await issueApplication(request, await needs());
    const certificate = await opened(response as Uint8Array, keys);
    expect(Buffer.from(certificate.value.toBeSigned.bytes)).toEqual(row?.['tbs']);
  });

  it('BI3 calls no signer when the intent cannot be stored', async () => {
    const { request } = await newItem();
    const own = await needs();
    const store = { ...own.store, intend: () => Promise.reject(new Error('the disk is full')) };
    await expect(issueApplication(request, { ...own, store })).rejects.toThrow('the disk is full');
    expect(signed).toBe(0);
  });

  it('BI1 hands out nothing that is not stored', async () => {
    const { request } = await newItem();
    const own = await needs();
    const store = { ...own.store, complete: () => Promise.reject(new Error('the disk is full')) };
    await expect(issueApplication(request, { ...own, store })).rejects.toThrow('the disk is full');
    expect(await rowOf(request)).toMatchObject({ response: null });
  });

  it('signs no intent whose life is over', async () => {
    const { request } = await newItem();
    failing = true;
    await expect(issueApplication(request, await needs())).rejects.toThrow();
    failing = false;
    signed = 0;
    bench.clock.advance(2 * DAY);
    expect(await issueApplication(request, await needs())).toEqual(refused('item-validity'));
    expect(signed).toBe(0);
  });

  it('PR6 stores and signs nothing for a key that the asker does not hold', async () => {
    const before = await rowCount();
    const thief = await testKeys();
    const { request } = await newItem({ possession: thief.sign });
    expect(await call(request)).toEqual(refused('item-possession'));
    expect(await rowCount()).toBe(before);
  });

  it('PR8 issues nothing for the PRA, which has the role of an RA too', async () => {
    const before = await rowCount();
    expect(await call((await newItem()).request, 'a-pra')).toEqual(refused('another-ara'));
    expect(await rowCount()).toBe(before);
  });

  it.each(['b-ara', 'a-ma', 'a-eca', 'a-pca'])('PR8 hears no call of %s', async (name) => {
    const before = await rowCount();
    await expect(call((await newItem()).request, name)).rejects.toThrow('line-caller');
    expect(await rowCount()).toBe(before);
  });

  it('erases answers when their certificates have ended, and keeps the keys', async () => {
    const { keys, request } = await newItem();
    await call(request);
    await issuedStore(tables).erasePast(bench.clock.nowMillis() + 2 * DAY);
    expect(await rowOf(request)).toMatchObject({ response: null, key_hash: Buffer.from(sm3(keys.publicKey)) });
    bench.clock.advance(2 * DAY);
    expect(await issueApplication(request, await needs())).toEqual(refused('item-validity'));
  });
});
