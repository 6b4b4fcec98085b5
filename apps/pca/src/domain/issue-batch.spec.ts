import { decode, encode, encodeAfresh } from '#coer/codec.js';
import { rebuildPrivateKey, blindCocoonKey } from '#crypto/butterfly.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey, sm2Unwrap } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import { hashedId3, verificationKeyOf } from '#credentials/certificate-facts.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { periodValidity, WEEK_MILLIS } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { encryptionKeyId, openSealed } from '#credentials/sealing.js';
import { asSignedData, decodeSecured, isSignedWith, signedPayload, unsecuredBytes } from '#credentials/signed-data.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import { itemHash } from '#edges/pca-pra/issue-batch.js';
import { AcaRaCertResponse, ScmsPdu, type AcaEeCertResponse } from '#wire/scms-pdu.js';
import { V2XSecData } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { itemBench, LA1, LA2, oneLa, type ItemBench, type Request } from './items.fixture.js';
import { issueBatch, type IssueNeeds } from './issue-batch.js';

const PRA = 'pra.a.chrysalis.example';
let b: ItemBench;
beforeEach(async () => (b = await itemBench()));

const issue = (...items: Uint8Array[]) => issueBatch(items, PRA, b.needs);
async function issued(...items: Uint8Array[]): Promise<Uint8Array[]> {
  const responses = await issue(...items);
  if (isRefused(responses)) throw new Error(responses.reason);
  return responses;
}

/** As the device opens it, with the private key of Q. */
async function openAnswer(response: Uint8Array, privateKey: Uint8Array): Promise<AcaEeCertResponse> {
  const { acaResponse } = decode(AcaRaCertResponse, response);
  if (acaResponse.kind !== 'private') throw new Error(acaResponse.kind);
  const signed = asSignedData(encode(V2XSecData, acaResponse.value));
  const payload = signed && signedPayload(signed);
  expect(signed && isSignedWith(signed, b.bench.member('a-pca').certificate)).toBe(true);
  const publicKey = sm2PublicKey(privateKey);
  const opened = await openSealed(
    payload as Uint8Array,
    encryptionKeyId(publicKey),
    async (wrapped) => sm2Unwrap(privateKey, wrapped),
    ccsa,
  );
  const pdu = decode(ScmsPdu, unsecuredBytes(decodeSecured(opened as Uint8Array)) as Uint8Array);
  if (pdu.content.kind !== 'aca-ee') throw new Error(pdu.content.kind);
  return pdu.content.value.value;
}

describe('issuing refuses', () => {
  const appPermissions = (psid: number) => (r: Request) => ({
    ...r,
    tbsCert: { ...r.tbsCert, appPermissions: [{ psid }] },
  });
  const period = (ahead: number) => (r: Request) => {
    const i = b.currentI + ahead;
    return {
      ...r,
      linkageInfo: b.seal(LA1, i),
      secondLinkageInfo: b.seal(LA2, i),
      tbsCert: {
        ...r.tbsCert,
        id: { kind: 'linkageData' as const, value: { iCert: i, 'linkage-value': new Uint8Array(9) } },
        validityPeriod: periodValidity(ccsa.epochMillis, i),
      },
    };
  };
  const elsewhere = (r: Request): Request => ({
    ...r,
    tbsCert: { ...r.tbsCert, region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 840 }] } },
  });
  it.each([
    ['item-permissions', 'an AID that we may not issue', appPermissions(3627)],
    ['item-region', 'another country', elsewhere],
    ['item-period-past', 'the period before', period(-1)],
    ['item-period-key-unknown', 'a period without keys', period(9)],
    ['item-stale', 'an old item', (r: Request) => ({ ...r, generationTime: r.generationTime - 90_000 })],
  ])('with %s: %s, the whole batch, and stores nothing', async (reason, _, change) => {
    const good = b.item((r) => ({ ...r, generationTime: change(r).generationTime }));
    expect(await issue(good, b.item(change))).toEqual({ kind: 'refused', reason });
    expect(b.issued.size()).toBe(0);
  });

  it('with item-validity: a period in which our own certificate has ended', async () => {
    b.bench.clock.advance(100 * WEEK_MILLIS);
    const generationTime = time32FromMillis(b.bench.clock.nowMillis());
    expect(await issue(b.item((r) => ({ ...period(300)(r), generationTime })))).toMatchObject({
      reason: 'item-validity',
    });
    expect(b.issued.size()).toBe(0);
  });

  it('a cocoon key a second time, in the same batch and in another (PR5)', async () => {
    const one = b.request();
    const again = (r: Request): Request => ({
      ...r,
      tbsCert: { ...r.tbsCert, verifyKeyIndicator: one.tbsCert.verifyKeyIndicator },
    });
    expect(await issue(b.item(again), b.item(again))).toMatchObject({ reason: 'item-key-certified-before' });
    expect(b.issued.size()).toBe(0);
    await issued(b.item(again));
    expect(await issue(b.item(again))).toMatchObject({ reason: 'item-key-certified-before' });
  });

  it('a linkage value a second time, made of other parts (LK6)', async () => {
    const parts = (first: number, second: number) => (r: Request) => ({
      ...r,
      linkageInfo: b.seal(LA1, b.currentI, { value: new Uint8Array(9).fill(first) }),
      secondLinkageInfo: b.seal(LA2, b.currentI, { value: new Uint8Array(9).fill(second) }),
    });
    await issued(b.item(parts(1, 2)));
    expect(await issue(b.item(parts(7, 4)))).toMatchObject({ reason: 'item-linkage-value-repeated' });
  });

  it('a recorded pre-linkage value of the one LA, and takes each of several alone (LK1, LK6)', async () => {
    const alone = (value: Uint8Array): Uint8Array =>
      b.item(({ secondLinkageInfo: _, ...r }) => ({ ...r, linkageInfo: b.seal(LA1, b.currentI, { value }) }));
    const needs = { ...b.needs, ...oneLa };
    const [one, other] = [new Uint8Array(9).fill(3), new Uint8Array(9).fill(5)];
    const issuedHere = await issueBatch([alone(one), alone(other)], PRA, needs);
    expect(issuedHere).toHaveLength(2);
    expect(await issueBatch([alone(one)], PRA, needs)).toMatchObject({ reason: 'item-linkage-value-repeated' });
  });

  it('a recorded pre-linkage value beside a fresh one, of either LA, sealed again or not (LK1, LK6)', async () => {
    const value = new Uint8Array(9).fill(3);
    const recorded = b.seal(LA1, b.currentI, { value });
    await issued(b.item((r) => ({ ...r, linkageInfo: recorded })));
    for (const linkageInfo of [recorded, b.seal(LA1, b.currentI, { value })]) {
      expect(await issue(b.item((r) => ({ ...r, linkageInfo })))).toMatchObject({ reason: 'item-linkage-used-before' });
    }
    const second = b.seal(LA2, b.currentI, { value });
    await issued(b.item((r) => ({ ...r, secondLinkageInfo: second })));
    expect(await issue(b.item((r) => ({ ...r, secondLinkageInfo: second })))).toMatchObject({
      reason: 'item-linkage-used-before',
    });
  });

  it('BI4 to store or sign what the linter forbids: a template that names no CRACA', async () => {
    let calls = 0;
    const issuer = { ...b.needs.issuer, signAll: (all: Uint8Array[]) => (calls++, b.needs.issuer.signAll(all)) };
    const crlPlace = () => ({ cracaId: new Uint8Array(3), crlSeries: 1 });
    const attempt = issueBatch([b.item()], PRA, { ...b.needs, issuer, crlPlace });
    await expect(attempt).rejects.toThrow('not signed: pseudonym-names-its-craca');
    expect([calls, b.issued.size()]).toEqual([0, 0]);
  });

  it('an item that was answered and whose answer is erased with its period', async () => {
    const item = b.item();
    await issued(item);
    await b.issued.erase(b.currentI + 1, b.currentI);
    expect(await issue(item)).toMatchObject({ reason: 'item-period-past' });
  });
});

describe('the order of issuing', () => {
  /** What happens, in turn: each step by its name. */
  function watched(): { steps: string[]; needs: IssueNeeds } {
    const steps: string[] = [];
    const said = (step: string) => (): void => void steps.push(step);
    const { issued, issuer } = b.needs;
    const needs: IssueNeeds = {
      ...b.needs,
      issuer: {
        ...issuer,
        signAll: (messages) => (steps.push('sign'), issuer.signAll(messages)),
      },
      issued: {
        ...issued,
        begin: (...given) => (steps.push('intents'), issued.begin(...given)),
        complete: (...given) => (steps.push('results'), issued.complete(...given)),
      },
      audit: {
        intended: said('audit: intended'),
        signed: said('audit: signed'),
        unstored: said('audit: unstored'),
        voided: ({ item, tbs }) => steps.push(`audit: void ${item.length} ${tbs.length}`),
      },
    };
    return { steps, needs };
  }
  const GOOD = ['intents', 'audit: intended', 'sign', 'sign', 'audit: signed', 'results'];

  it('is intents, audit, signatures, audit, results (BI1, BI2)', async () => {
    const { steps, needs } = watched();
    expect(await issueBatch([b.item(), b.item()], PRA, needs)).toHaveLength(2);
    expect(steps).toEqual(GOOD);
  });

  it('never comes to the key when the intents were not stored (BI3)', async () => {
    const { steps, needs } = watched();
    b.issued.failNextBegin();
    await expect(issueBatch([b.item()], PRA, needs)).rejects.toThrow('the intents were not stored');
    expect(steps).toEqual(['intents']);
  });

  it('never comes to the key when an intent is refused (BI3)', async () => {
    const { steps, needs } = watched();
    const { tbsCert } = b.request();
    const again = (r: Request): Request => ({
      ...r,
      tbsCert: { ...r.tbsCert, verifyKeyIndicator: tbsCert.verifyKeyIndicator },
    });
    expect(await issueBatch([b.item(again), b.item(again)], PRA, needs)).toMatchObject({ kind: 'refused' });
    expect(steps).toEqual(['intents']);
  });

  it('gives nothing out, and says so, when the results were not stored (BI8)', async () => {
    const { steps, needs } = watched();
    b.issued.failNextComplete();
    await expect(issueBatch([b.item()], PRA, needs)).rejects.toThrow('ended before');
    expect(steps).toEqual([...GOOD, 'audit: unstored']);
  });

  it('gives nothing out when what was signed is not what was meant (BI5)', async () => {
    const { steps, needs } = watched();
    const { issuer } = needs;
    const other = { ...issuer, signAll: async (m: Uint8Array[]) => (await issuer.signAll(m)).reverse() };
    await expect(issueBatch([b.item(), b.item()], PRA, { ...needs, issuer: other })).rejects.toThrow(
      'does not verify: certificate-signature',
    );
    expect(steps).not.toContain('results');
    expect(b.issued.size()).toBe(2);
  });

  it('tells of an intent that is void since other bytes are signed for its item (BI7)', async () => {
    const item = b.item();
    b.issued.failNextComplete();
    await expect(issue(item)).rejects.toThrow('ended before');
    const { steps, needs } = watched();
    const crlPlace = () => ({ ...b.needs.crlPlace(), crlSeries: 2 });
    expect(await issueBatch([item], PRA, { ...needs, crlPlace })).toHaveLength(1);
    expect(steps).toEqual(['intents', 'audit: void 64 64', ...GOOD.slice(1)]);
    expect(b.issued.size()).toBe(1);
  });
});

describe('issuing', () => {
  it('gives each item a certificate that the device, and nobody else, can use', async () => {
    const [cocoon, q] = [newSm2PrivateKey(systemRandom), newSm2PrivateKey(systemRandom)];
    const item = b.item((r) => ({
      ...r,
      certEncKey: sm2EncryptionKey(sm2PublicKey(q)),
      tbsCert: {
        ...r.tbsCert,
        verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(sm2PublicKey(cocoon)) },
      },
    }));
    const responses = await issued(b.item(), item, b.item());
    expect(decode(AcaRaCertResponse, responses[1] as Uint8Array).requestHash).toEqual(itemHash(item).subarray(24));
    const { certificate, privateKeyInfo } = await openAnswer(responses[1] as Uint8Array, q);
    const c = privateKeyInfo as Uint8Array;
    const key = verificationKeyOf(certificate);
    expect(key).toEqual(sm2PublicKey(rebuildPrivateKey(smSuite, cocoon, c)));
    expect(key).toEqual(blindCocoonKey(smSuite, sm2PublicKey(cocoon), c));
    const { value: tbs } = certificate.value.toBeSigned;
    expect(tbs.id).toMatchObject({ kind: 'linkageData', value: { iCert: b.currentI } });
    expect([tbs.cracaId, tbs.crlSeries]).toEqual([hashedId3(b.bench.member('a-cra').certificate), 1]);
    expect(verifyCertificate(certificate, b.bench.member('a-pca').certificate)).toEqual({ kind: 'checked' });
  });

  it('seals answers of unlike lengths in one batch, each for its own device', async () => {
    const keys = Array.from({ length: 11 }, () => newSm2PrivateKey(systemRandom));
    const aids = (n: number): number[] => (n % 3 === 0 ? [111] : [111, 3629]);
    const items = keys.map((key, n) =>
      b.item((r) => ({
        ...r,
        certEncKey: sm2EncryptionKey(sm2PublicKey(key)),
        tbsCert: { ...r.tbsCert, appPermissions: aids(n).map((psid) => ({ psid })) },
      })),
    );
    const responses = await issued(...items);
    expect(new Set(responses.map(({ length }) => length)).size).toBe(2);
    for (const [n, response] of responses.entries()) {
      const { certificate } = await openAnswer(response, keys[n] as Uint8Array);
      expect(certificate.value.toBeSigned.value.appPermissions?.map(({ psid }) => psid)).toEqual(aids(n));
    }
  });

  it('gives answers that are, byte for byte, what encoding their values gives, in a mixed batch too', async () => {
    const other = (r: Request): Request => ({ ...r, tbsCert: { ...r.tbsCert, appPermissions: [{ psid: 111 }] } });
    const responses = await issued(b.item(), b.item(other), b.item(), b.item(other), b.item());
    for (const response of responses) {
      const read = decode(AcaRaCertResponse, response);
      expect(encodeAfresh(AcaRaCertResponse, read)).toEqual(response);
      const signed = asSignedData(encode(V2XSecData, read.acaResponse.value))!;
      expect(isSignedWith(signed, b.bench.member('a-pca').certificate)).toBe(true);
      const sealed = signedPayload(signed) as Uint8Array;
      expect(encodeAfresh(V2XSecData, decode(V2XSecData, sealed))).toEqual(sealed);
    }
    expect(new Set(responses.map(({ length }) => length)).size).toBe(2);
  });

  it.each([
    ['item-cocoon-key', 'verifyKeyIndicator'],
    ['item-encryption-key', 'certEncKey'],
  ])('refuses with %s what is no point in the second of two alike, and stores nothing', async (reason, where) => {
    const offCurve = Uint8Array.from({ length: 33 }, (_, n) => (n === 0 ? 2 : 0xff));
    const bent = b.item((r) => {
      if (where === 'certEncKey') return { ...r, certEncKey: sm2EncryptionKey(offCurve) };
      const verifyKeyIndicator = { kind: 'verificationKey', value: sm2VerificationKey(offCurve) } as const;
      return { ...r, tbsCert: { ...r.tbsCert, verifyKeyIndicator } };
    });
    expect(await issue(b.item(), bent)).toEqual({ kind: 'refused', reason });
    expect(await issue(bent)).toEqual({ kind: 'refused', reason });
    expect(b.issued.size()).toBe(0);
  });

  it('answers a repeated item byte for byte, also in another company and days later', async () => {
    const [one, two] = [b.item(), b.item()];
    const first = await issued(one, two);
    b.bench.clock.advance(3 * 86_400_000);
    expect(await issued(one, two)).toEqual(first);
    expect(await issued(two, one)).toEqual([first[1], first[0]]);
    expect(b.issued.size()).toBe(2);
  });

  it('gives the same bytes after an end between signing and storing, days later too', async () => {
    const items = [b.item(), b.item()];
    b.issued.failNextComplete();
    await expect(issue(...items)).rejects.toThrow('ended before');
    expect(b.issued.size()).toBe(2);
    b.bench.clock.advance(2 * 86_400_000);
    const after = await issued(...items);
    const other = await itemBenchLike(items);
    expect(after).toEqual(other);
  });

  /** The same PCA with an empty store: what it would have answered without the crash. */
  async function itemBenchLike(items: Uint8Array[]): Promise<Uint8Array[]> {
    const { memoryIssuedStore } = await import('../store/issued.memory.fixture.js');
    const clock = { nowMillis: () => b.bench.clock.nowMillis() - 2 * 86_400_000 };
    const responses = await issueBatch(items, PRA, { ...b.needs, clock, issued: memoryIssuedStore() });
    if (isRefused(responses)) throw new Error(responses.reason);
    return responses;
  }

  it('answers items it knows and items it does not in one batch', async () => {
    const [known, fresh] = [b.item(), b.item()];
    const [answer] = await issued(known);
    expect((await issued(fresh, known))[1]).toEqual(answer);
  });
});
