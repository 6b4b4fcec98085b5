import { encode } from '#coer/codec.js';
import { ccsa } from '#credentials/profile.js';
import { refused } from '#credentials/refusal.js';
import { sealToCertificate } from '#credentials/sealing.js';
import { systemRandom } from '#crypto/random.js';
import { EnrolmentRequest } from '#edges/ee-eca/enrolment.js';
import type { Opener } from '#edge/own-sealed.js';
import { unwrapWith } from '#service/identity.js';
import type { Certificate } from '#wire/secured-data.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { sealedBody } from './enrolment-request.fixture.js';
import { LARGEST_BODY_BYTES, openEnrolment } from './open-enrolment.js';

const proof = { kind: 'serial', value: { serial: 'CANARY-SERIAL', mac: new Uint8Array(32) } } as const;
const request = new TextEncoder().encode('CANARY-REQUEST');

describe('the envelope of an enrolment', () => {
  let bench: Bench;
  let eca: Opener & { certificate: Certificate };

  beforeAll(async () => {
    bench = await authorityBench({ domains: ['a', 'b'] });
    const { certificate, signer, device } = bench.member('a-eca');
    eca = { certificate, signer, unwrap: unwrapWith(device), profile: ccsa };
  });

  const sealed = (envelope: Uint8Array): Uint8Array =>
    sealToCertificate(envelope, eca.certificate, { profile: ccsa, random: systemRandom });

  it('refuses a body that is larger than any request, before it is decrypted', async () => {
    const large = sealedBody(eca.certificate, new Uint8Array(LARGEST_BODY_BYTES), proof);
    expect(await openEnrolment(large, eca)).toEqual(refused('request-malformed'));
  });

  it('refuses a plain envelope', async () => {
    const plain = encode(EnrolmentRequest, { version: 1, request, proof });
    expect(await openEnrolment(plain, eca)).toEqual(refused('not-encrypted-to-us'));
  });

  it('EN2 refuses what is sealed to another ECA', async () => {
    const foreign = sealedBody(bench.member('b-eca').certificate, request, proof);
    expect(await openEnrolment(foreign, eca)).toEqual(refused('not-encrypted-to-us'));
  });

  it('refuses a changed bit', async () => {
    const body = sealedBody(eca.certificate, request, proof);
    const bent = body.with(-1, (body.at(-1) as number) ^ 1);
    expect(await openEnrolment(bent, eca)).toEqual(refused('not-encrypted-to-us'));
  });

  it('refuses what is no envelope inside', async () => {
    expect(await openEnrolment(sealed(request), eca)).toEqual(refused('request-malformed'));
  });

  it('refuses another version', async () => {
    expect(await openEnrolment(sealedBody(eca.certificate, request, proof, 2), eca)).toEqual(
      refused('request-version'),
    );
  });

  it('EN2 shows nobody else what is in it', () => {
    const body = Buffer.from(sealedBody(eca.certificate, request, proof));
    expect(body.includes('CANARY')).toBe(false);
  });

  it('opens its own', async () => {
    expect(await openEnrolment(sealedBody(eca.certificate, request, proof), eca)).toEqual({
      version: 1,
      request,
      proof,
    });
  });

  it('opens what was sealed for a former certificate of the same ECA', async () => {
    const { signer, device } = bench.member('a-ma');
    const renewed = { signer, unwrap: unwrapWith(device), profile: ccsa, beside: [eca] };
    const body = sealedBody(eca.certificate, request, proof);
    expect(await openEnrolment(body, renewed)).toMatchObject({ request });
    expect(await openEnrolment(body, { ...renewed, beside: [] })).toEqual(refused('not-encrypted-to-us'));
  });
});
