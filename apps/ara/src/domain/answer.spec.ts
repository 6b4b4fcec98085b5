/** PR11, PR12: an answer of the ACA that the ARA does not take. */
import { encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { ccsa } from '#credentials/profile.js';
import { refused } from '#credentials/refusal.js';
import { sealToKey } from '#credentials/sealing.js';
import { decodeSecured, signData, unsecured } from '#credentials/signed-data.js';
import { applicationItemHash } from '#edges/aca-ara/issue-application.js';
import { AcaRaCertResponse } from '#wire/scms-pdu.js';
import { V2XSecData } from '#wire/secured-data.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { newKeys } from '../device.fixture.js';
import { sealedAnswer } from './answer.js';

const item = Uint8Array.of(1, 2, 3);

describe('an answer of the ACA', () => {
  let bench: Bench;
  let sealed: Uint8Array;
  beforeAll(async () => {
    bench = await authorityBench();
    const plain = encode(V2XSecData, unsecured(Uint8Array.of(7)));
    sealed = sealToKey(plain, (await newKeys()).answerKey, { profile: ccsa, random: systemRandom });
  });

  async function response(payload: Uint8Array, change: Partial<AcaRaCertResponse> = {}): Promise<Uint8Array> {
    const signed = await signData(payload, { psid: ccsa.aid.management }, bench.member('a-aca').signer);
    const requestHash = applicationItemHash(item).subarray(24);
    const acaResponse = { kind: 'private', value: decodeSecured(signed) } as const;
    return encode(AcaRaCertResponse, { version: 1, generationTime: 0, requestHash, acaResponse, ...change });
  }

  it('is taken apart for the device', async () => {
    const answer = sealedAnswer(item, await response(sealed));
    expect(answer).toBeInstanceOf(Uint8Array);
    expect(decodeSecured(answer as Uint8Array).content.kind).toBe('signedData');
  });

  it('is refused when it is none, or belongs to another item', async () => {
    expect(sealedAnswer(item, Uint8Array.of(1))).toEqual(refused('answer-malformed'));
    expect(sealedAnswer(Uint8Array.of(9), await response(sealed))).toEqual(refused('answer-request'));
  });

  it('is refused when it is not sealed, or not signed', async () => {
    expect(sealedAnswer(item, await response(Uint8Array.of(7)))).toEqual(refused('answer-not-sealed'));
    const plain = { kind: 'plain', value: unsecured(sealed) } as const;
    expect(sealedAnswer(item, await response(sealed, { acaResponse: plain }))).toEqual(refused('answer-not-sealed'));
    const unsigned = { kind: 'private', value: unsecured(sealed) } as const;
    expect(sealedAnswer(item, await response(sealed, { acaResponse: unsigned }))).toEqual(refused('answer-not-sealed'));
  });
});
