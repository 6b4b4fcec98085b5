import { decode, encode } from '#coer/codec.js';
import { isRefused } from '#credentials/refusal.js';
import { signData, unsecured } from '#credentials/signed-data.js';
import { itemHash } from '#edges/pca-pra/issue-batch.js';
import { AcaRaCertResponse } from '#wire/scms-pdu.js';
import { V2XSecData } from '#wire/secured-data.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { pcaAnswer, pooledItem, testItem } from './answers.fixture.js';
import { sealedAnswers, type Answered } from './batch-answer.js';

let bench: Bench;
let items: Uint8Array[];
let answers: Uint8Array[];

beforeAll(async () => {
  bench = await authorityBench();
  items = [testItem(pooledItem()), testItem(pooledItem()), testItem(pooledItem())];
  const signer = bench.member('a-pca').signer;
  answers = await Promise.all(items.map((item, n) => pcaAnswer(item, signer, Uint8Array.of(n))));
});

const reason = (responses: readonly Uint8Array[]): unknown => {
  const outcome = sealedAnswers(items, responses);
  return isRefused(outcome) ? outcome.reason : outcome;
};
const at = (n: number): Uint8Array => answers[n] as Uint8Array;

describe("the PCA's answers to a batch", () => {
  it('PR11 refuses one too few, one too many, swapped ones and one twice', () => {
    expect(reason(answers.slice(1))).toBe('answer-count');
    expect(reason([...answers, at(0)])).toBe('answer-count');
    expect(reason([at(1), at(0), at(2)])).toBe('answer-request');
    expect(reason([at(0), at(0), at(2)])).toBe('answer-request');
  });

  it('PR11 refuses the same sealed bytes for two items', () => {
    const first = decode(AcaRaCertResponse, at(0));
    const second = decode(AcaRaCertResponse, at(1));
    expect(reason([at(0), encode(AcaRaCertResponse, { ...second, acaResponse: first.acaResponse }), at(2)])).toBe(
      'answer-repeated',
    );
  });

  it('refuses a bent bit in any place where it refuses it in an answer by itself', () => {
    const met = { refused: 0, taken: 0 };
    for (let bit = 0; bit < 8 * at(1).length; bit += 5) {
      const bytes = at(1).slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const alone = sealedAnswers([items[1]!], [bytes]);
      const among = sealedAnswers(items, [at(0), bytes, at(2)]);
      const isSame =
        isRefused(alone) || isRefused(among)
          ? isRefused(alone) && isRefused(among) && alone.reason === among.reason
          : Buffer.compare(among[1]!.answer, alone[0]!.answer) === 0;
      if (!isSame) throw new Error(`bit ${bit}`);
      met[isRefused(alone) ? 'refused' : 'taken']++;
    }
    expect(met.refused).toBeGreaterThan(20);
    expect(met.taken).toBeGreaterThan(200);
  });

  it('refuses what is no answer', () => {
    expect(reason([at(0), Uint8Array.of(1, 2, 3), at(2)])).toBe('answer-malformed');
  });

  it('PR12 refuses an answer that is not sealed to the device', async () => {
    const first = decode(AcaRaCertResponse, at(0));
    const open = decode(V2XSecData, await signData(Uint8Array.of(1), { psid: 3627 }, bench.member('a-pca').signer));
    for (const acaResponse of [
      { kind: 'plain', value: unsecured(Uint8Array.of(1)) },
      { kind: 'private', value: unsecured(Uint8Array.of(1)) },
      { kind: 'private', value: open },
    ] as const) {
      expect(reason([encode(AcaRaCertResponse, { ...first, acaResponse }), at(1), at(2)])).toBe('answer-not-sealed');
    }
  });

  it('gives the signed bytes for each device as they came, in order, under the hash of its item', () => {
    const sealed = sealedAnswers(items, answers) as Answered[];
    sealed.forEach(({ itemHash: hash, answer }, n) => {
      expect(hash).toEqual(itemHash(items[n] as Uint8Array));
      expect(answer).toEqual(encode(V2XSecData, decode(AcaRaCertResponse, at(n)).acaResponse.value as V2XSecData));
    });
  });
});
